//! Whether what begins like this is a text at all, and in UTF-8.

/// So much of a line is looked at.
const ENOUGH: usize = 512;

/// Whether its first line is none of a text. Lines of a log may have a few control bytes in them, such as colours of a terminal, and
/// zeros before them, where a file was made larger than it is.
pub(crate) fn is_binary(head: &[u8]) -> bool {
    let begins = head.iter().position(|byte| *byte != 0 && !byte.is_ascii_whitespace());
    let text = &head[begins.unwrap_or(head.len())..];
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    // What Docker puts before a line of a log is binary, and the line is none.
    if line.trim_ascii_end().ends_with(b"}") {
        return false;
    }
    let line = &line[..line.len().min(ENOUGH)];
    let is_control = |byte: &&u8| byte.is_ascii_control() && !matches!(**byte, b'\t' | b'\r' | 0x0c | 0x1b);
    let controls = line.iter().filter(is_control).count();
    // MessagePack and CBOR begin with these bytes, with which no letter begins.
    let is_packed = matches!(line.first(), Some(0x80..=0xbf));
    is_packed || controls * 20 > line.len()
}

/// Whether it is text of four bytes a letter, with its mark or without.
pub(crate) fn is_utf_32(head: &[u8]) -> bool {
    match head {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => true,
        [first, 0, 0, 0, second, 0, 0, 0, ..] | [0, 0, 0, first, 0, 0, 0, second, ..] => {
            *first > 0 && *second > 0
        }
        _ => false,
    }
}

/// What is said of bytes that are no UTF-8. A letter that is cut at the end is none of these.
pub(crate) const NOT_UTF_8: &str =
    "it is no UTF-8, but perhaps Latin-1 or Windows-1252, which `iconv -f latin1 -t utf-8` rewrites";

pub(crate) fn is_not_utf_8(head: &[u8]) -> bool {
    std::str::from_utf8(head).is_err_and(|error| error.error_len().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_told_from_what_is_none() {
        for text in [
            &b"{\"task_id\":\"t\"}\n"[..],
            b"\0\0\0\n{\"task_id\":\"t\"}\n",
            b"\x1b[31mERROR\x1b[0m it failed {\"task_id\":\"t\"}\n",
            b"\x01\0\0\0\0\0\0\x10{\"task_id\":\"t\"}\n",
            b"a log line in which a byte such as this \x07 rings",
            b"Gr\xfc\xdfe,Zahl\n",
            b"",
        ] {
            assert!(!is_binary(text) && !is_utf_32(text), "{text:?}");
        }
        for bytes in [
            &b"\n\xb1\x01\n\x9e\x01\n\x19\n\x07task_id"[..],
            b"\x82\xa7task_id\xa1t",
            b"\xa2gtask_idat",
            b"\x7fELF\0\x01",
        ] {
            assert!(is_binary(bytes), "{bytes:?}");
        }
        assert!(
            is_utf_32(b"\xff\xfe\0\0{\0\0\0")
                && is_utf_32(b"{\0\0\0\"\0\0\0")
                && is_utf_32(b"\0\0\0{\0\0\0\"")
        );
        assert!(is_not_utf_8(b"Gr\xfc\xdfe") && !is_not_utf_8(b"Gr\xc3"));
    }
}
