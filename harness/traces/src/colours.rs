//! By what a terminal is told of colours, which says nothing else.

/// Takes away by what a terminal is told of colours.
pub(crate) fn without_colours(text: &mut Vec<u8>) {
    const ESCAPE: u8 = 0x1b;
    if !text.contains(&ESCAPE) {
        return;
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = &text[..];
    while let Some(at) = rest.windows(2).position(|begins| begins == [ESCAPE, b'[']) {
        let told = &rest[at + 2..];
        let end = told.iter().position(|byte| !byte.is_ascii_digit() && *byte != b';');
        match end.filter(|end| told[*end] == b'm') {
            Some(end) => {
                plain.extend_from_slice(&rest[..at]);
                rest = &told[end + 1..];
            }
            None => {
                plain.extend_from_slice(&rest[..at + 2]);
                rest = told;
            }
        }
    }
    plain.extend_from_slice(rest);
    *text = plain;
}

#[cfg(test)]
mod tests {
    use super::without_colours;

    #[test]
    fn colours_are_taken_away_and_nothing_else_is() {
        for (text, plain) in [
            ("\u{1b}[31mERROR\u{1b}[0m it \u{1b}[1;32mfailed", "ERROR it failed"),
            ("\u{1b}[2J \u{1b}[", "\u{1b}[2J \u{1b}["),
            ("plain", "plain"),
        ] {
            let mut bytes = text.as_bytes().to_vec();
            without_colours(&mut bytes);
            assert_eq!(String::from_utf8_lossy(&bytes), plain);
        }
    }
}
