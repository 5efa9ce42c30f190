use crate::{Pick, Point, Source};

/// Choices from bytes: what proptest, quickcheck or a fuzzer made up. Every tape makes a run; a longer one decides
/// more of it, and smaller bytes take earlier ways. So what such a tool shrinks becomes a simpler run.
///
/// ```
/// # use anechoic_engine::search::Tape;
/// let bytes: Vec<u8> = vec![0, 3, 0, 1]; // from `proptest::collection::vec(any::<u8>(), 0..64)`, say
/// let mut source = Tape::new(&bytes);
/// # let _ = &mut source;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Tape<'t> {
    bytes: &'t [u8],
}

impl<'t> Tape<'t> {
    /// Will take these, and then the first way everywhere.
    pub fn new(bytes: &'t [u8]) -> Tape<'t> {
        Tape { bytes }
    }

    fn next(&mut self) -> usize {
        let (first, rest) = self.bytes.split_first().map_or((0, self.bytes), |(first, rest)| (*first, rest));
        self.bytes = rest;
        usize::from(first)
    }
}

impl Source for Tape<'_> {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        let ways = point.ways();
        let way = match ways {
            1 => 0,
            2..=256 => self.next() % ways,
            _ => (self.next() << 8 | self.next()) % ways,
        };
        Pick::Take(way)
    }
}
