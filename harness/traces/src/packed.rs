//! What a file is packed in, by its first bytes: a compression, an archive, an encoding of its text.
use crate::binary::is_utf_32;
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// One layer of packing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Zstd,
    Zip,
    Tar,
    /// Text of two bytes a letter, as PowerShell's `>` writes it.
    Wide(&'static Encoding),
}

impl Packing {
    /// The outermost layer of what begins like this; none if it is text as it stands.
    pub(crate) fn of(head: &[u8]) -> Option<Packing> {
        const TAR: std::ops::Range<usize> = 257..262;
        if is_utf_32(head) {
            return None;
        }
        let is_letter = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
        match head {
            [0x1f, 0x8b, ..] => Some(Packing::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Packing::Zstd),
            // The second is how an archive of nothing begins.
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Packing::Zip),
            [0xff, 0xfe, ..] => Some(Packing::Wide(UTF_16LE)),
            [0xfe, 0xff, ..] => Some(Packing::Wide(UTF_16BE)),
            // Without its mark, it is told by the letters of a trace's beginning, which are all of one byte elsewhere.
            [first, 0, second, 0, ..] if is_letter(*first) && is_letter(*second) => {
                Some(Packing::Wide(UTF_16LE))
            }
            [0, first, 0, second, ..] if is_letter(*first) && is_letter(*second) => {
                Some(Packing::Wide(UTF_16BE))
            }
            _ if head.get(TAR) == Some(b"ustar") => Some(Packing::Tar),
            _ => None,
        }
    }

    /// Its name in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Packing::Gzip => "gzip",
            Packing::Zstd => "zstd",
            Packing::Zip => "zip",
            Packing::Tar => "tar",
            Packing::Wide(encoding) => encoding.name(),
        }
    }

    /// Whether it says where it ends. A file that was compressed may have others like it behind it, which are read as one.
    pub(crate) fn has_end(self) -> bool {
        matches!(self, Packing::Zip | Packing::Tar)
    }

    /// Whether it makes a file smaller.
    pub(crate) fn is_compression(self) -> bool {
        matches!(self, Packing::Gzip | Packing::Zstd | Packing::Zip)
    }
}

/// Whether a member of an archive is none of its user's: what a system, or an export to S3, adds of its own.
pub(crate) fn is_aside(member: &str) -> bool {
    let name = member.rsplit('/').next().unwrap_or_default();
    let is_of_a_system = member.starts_with("__MACOSX/") || name.starts_with("._") || name == ".DS_Store";
    is_of_a_system || name == "_started" || name.ends_with(".md5")
}
