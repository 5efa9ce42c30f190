use crate::harmless::acts;
use std::io::{self, Write};

/// How text is dressed for where it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Whether marks are coloured. They mean the same without.
    pub colour: bool,
    /// Whether only ASCII is shown.
    pub ascii: bool,
}

impl Look {
    /// Text as it is to be shown. Whatever would do something instead of being seen is spelt out.
    pub fn dress(self, text: &str) -> String {
        let mut dressed = String::with_capacity(text.len());
        // A question mark is a verdict only where it stands alone.
        let mut stands_alone = true;
        for character in text.chars() {
            match character {
                '\n' => dressed.push('\n'),
                _ if acts(character) => dressed.extend(character.escape_default()),
                '✗' | '◀' if self.colour => self.paint(&mut dressed, "31;1", character),
                '✓' if self.colour => self.paint(&mut dressed, "32", character),
                '⚡' if self.colour => self.paint(&mut dressed, "33", character),
                '?' | '!' if self.colour && stands_alone => self.paint(&mut dressed, "33", character),
                _ => self.push(&mut dressed, character),
            }
            stands_alone = character.is_whitespace();
        }
        dressed
    }

    fn paint(self, dressed: &mut String, colour: &str, character: char) {
        *dressed += &format!("\u{1b}[{colour}m");
        self.push(dressed, character);
        *dressed += "\u{1b}[0m";
    }

    /// What stands for a character is as wide as it, so that columns stay columns.
    fn push(self, dressed: &mut String, character: char) {
        if !self.ascii || character.is_ascii() {
            return dressed.push(character);
        }
        dressed.push_str(match character {
            '✗' | '×' => "x",
            '✓' => "+",
            '◀' => "<",
            '→' => ">",
            '⇒' => "=",
            '≠' => "#",
            '⚡' => "!!",
            '–' | '─' => "-",
            '…' => ".",
            '“' | '”' => "\"",
            '’' => "'",
            _ => "?",
        });
    }
}

/// Dresses what is written through it, line by line.
pub struct Dressed<W, F> {
    to: W,
    dress: F,
    line: Vec<u8>,
}

impl<W: Write, F: Fn(&str) -> String> Dressed<W, F> {
    /// Writes to this what dressing makes of it.
    pub fn new(to: W, dress: F) -> Dressed<W, F> {
        Dressed { to, dress, line: Vec::new() }
    }

    fn pass_on(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        self.to.write_all((self.dress)(&String::from_utf8_lossy(&line)).as_bytes())
    }
}

impl<W: Write, F: Fn(&str) -> String> Write for Dressed<W, F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.pass_on()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on()?;
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::{Dressed, Look};
    use std::io::Write;

    #[test]
    fn colour_adds_nothing_but_colour() {
        let text = "✗ broken ⚡ lost ◀\n✓ holds\n";
        let question = Look { colour: true, ascii: false }.dress("really?\n? who knows\n");
        assert_eq!(question, "really?\n\u{1b}[33m?\u{1b}[0m who knows\n");
        let coloured = Look { colour: true, ascii: false }.dress(text);
        assert_eq!(
            coloured,
            "\u{1b}[31;1m✗\u{1b}[0m broken \u{1b}[33m⚡\u{1b}[0m lost \u{1b}[31;1m◀\u{1b}[0m\n\u{1b}[32m✓\u{1b}[0m holds\n"
        );
        assert_eq!(Look::default().dress(text), text);
    }

    #[test]
    fn in_ascii_everything_has_a_sign_of_its_width() {
        let plain = Look { colour: false, ascii: true }.dress("✗ a → b ⇒ c ⚡ d ◀ “e” – … é\n");
        assert_eq!(plain, "x a > b = c !! d < \"e\" - . ?\n");
    }

    #[test]
    fn what_would_act_is_spelt_out_in_any_look() {
        let mut out = Vec::new();
        let mut dressed = Dressed::new(&mut out, |text: &str| Look::default().dress(text));
        dressed.write_all("a\u{1b}[2J\u{202e}".as_bytes()).expect("memory");
        dressed.write_all("é\n".as_bytes()).expect("memory");
        dressed.flush().expect("memory");
        assert_eq!(String::from_utf8_lossy(&out), "a\\u{1b}[2J\\u{202e}é\n");
    }
}
