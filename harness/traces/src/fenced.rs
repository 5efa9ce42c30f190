//! A page with fences, such as a ticket: what is in them may be a trace, and what is around them is not.

/// What is in a fence.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fence {
    /// After how many lines of the page it begins.
    pub(crate) after: usize,
    pub(crate) text: String,
    /// Whether it has its end.
    pub(crate) is_whole: bool,
    /// Whether it shows what somebody typed.
    pub(crate) is_typed: bool,
}

/// What begins and ends a fence: Markdown's, and Jira's.
fn mark(line: &str) -> Option<&'static str> {
    ["```", "~~~", "{code", "{noformat"].into_iter().find(|mark| unquoted(line).starts_with(mark))
}

/// A line without the marks of who quotes it.
fn unquoted(line: &str) -> &str {
    line.trim_start_matches(['>', ' '])
}

/// Whether there is a fence in what begins like this.
pub(crate) fn has_fence(head: &[u8]) -> bool {
    String::from_utf8_lossy(head).lines().any(|line| mark(line).is_some())
}

/// The fences of a page.
pub(crate) fn fences(page: &str) -> Vec<Fence> {
    const TYPED: [&str; 6] = ["sh", "bash", "shell", "zsh", "console", "powershell"];
    let (mut fences, mut open): (Vec<Fence>, Option<(&str, Fence)>) = (Vec::new(), None);
    for (at, line) in page.split_inclusive('\n').enumerate() {
        match &mut open {
            Some((mark, fence)) if unquoted(line).starts_with(*mark) => {
                fence.is_whole = true;
                fences.extend(open.take().map(|(_, fence)| fence));
            }
            Some((_, fence)) if line.starts_with('>') => fence.text += unquoted(line),
            Some((_, fence)) => fence.text += line,
            None => {
                let Some(mark) = mark(line) else { continue };
                let language = unquoted(line).trim_start_matches(mark).trim();
                let is_typed = TYPED.contains(&language);
                open = Some((mark, Fence { after: at + 1, text: String::new(), is_whole: false, is_typed }));
            }
        }
    }
    fences.extend(open.map(|(_, fence)| fence));
    fences
}

#[cfg(test)]
mod tests {
    use super::{Fence, fences};

    #[test]
    fn what_is_in_fences_is_found_with_its_line() {
        let page = "So:\n\n```json\n{}\n```\n\n~~~\nold\n";
        let fence =
            |after, text: &str, is_whole| Fence { after, text: text.into(), is_whole, is_typed: false };
        let quoted = "> ~~~\n> {}\n> ~~~\n";
        assert_eq!(fences(quoted), [fence(1, "{}\n", true)]);
        assert_eq!(fences(page), [fence(3, "{}\n", true), fence(7, "old\n", false)]);
    }
}
