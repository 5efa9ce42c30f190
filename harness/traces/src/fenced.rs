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

/// The first line of a page, from 1, on which a record begins that is in no fence. Other lines may begin with a bracket, too.
pub(crate) fn record_outside(page: &str) -> Option<u64> {
    let mut open: Option<&str> = None;
    for (at, line) in page.lines().enumerate() {
        let bare = unquoted(line).trim_start();
        match (open, mark(line)) {
            (Some(mark), _) if bare.starts_with(mark) => open = None,
            (Some(_), _) => {}
            (None, Some(mark)) => open = Some(mark),
            (None, None)
                if bare.starts_with(['{', '[']) && bare[1..].trim_start().starts_with(['"', '{']) =>
            {
                return Some(at as u64 + 1);
            }
            (None, None) => {}
        }
    }
    None
}

/// The fences of a page.
pub(crate) fn fences(page: &str) -> Vec<Fence> {
    const TYPED: [&str; 6] = ["sh", "bash", "shell", "zsh", "console", "powershell"];
    let (mut fences, mut open): (Vec<Fence>, Option<(&str, bool, Fence)>) = (Vec::new(), None);
    for (at, line) in page.split_inclusive('\n').enumerate() {
        match &mut open {
            Some((mark, _, fence)) if unquoted(line).starts_with(*mark) => {
                fence.is_whole = true;
                fences.extend(open.take().map(|(.., fence)| fence));
            }
            // Where commands are typed, the mark of who quotes is a prompt.
            Some((_, is_quoted, fence)) if line.starts_with('>') && (*is_quoted || !fence.is_typed) => {
                fence.text += unquoted(line);
            }
            Some((.., fence)) => fence.text += line,
            None => {
                let Some(mark) = mark(line) else { continue };
                let language = unquoted(line).trim_start_matches(mark).trim();
                let is_typed = TYPED.contains(&language);
                let is_quoted = line.starts_with('>');
                let fence = Fence { after: at + 1, text: String::new(), is_whole: false, is_typed };
                open = Some((mark, is_quoted, fence));
            }
        }
    }
    fences.extend(open.map(|(.., fence)| fence));
    fences.iter_mut().for_each(Fence::pass_over_commands);
    fences
}

impl Fence {
    /// Leaves blank lines where commands were typed, so that what they printed is left. They are told by the prompt before the
    /// first of them.
    fn pass_over_commands(&mut self) {
        let first = self.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let Some(prompt) = prompt(first, self.is_typed).map(String::from) else { return };
        self.is_typed = true;
        let mut goes_on = false;
        let lines = self.text.split_inclusive('\n').map(|line| {
            let is_command = goes_on || self::prompt(line, true) == Some(&*prompt);
            goes_on = is_command && line.trim_end().ends_with('\\');
            if is_command { "\n" } else { line }
        });
        self.text = lines.collect();
    }
}

/// The prompt with which a typed line begins: a sign, perhaps behind who is where. Some signs are prompts only where it is known
/// that commands are typed. What is typed begins with the name of a program, and no record does.
fn prompt(line: &str, is_typed: bool) -> Option<&str> {
    let (word, command) = line.trim_start().split_once([' ', '\t'])?;
    let is_sign = ["$", "%", "PS>"].contains(&word) || is_typed && [">", "#"].contains(&word);
    let is_place = word.contains('@') && word.ends_with(['$', '%', '#', '>']);
    let is_program =
        command.trim_start().starts_with(|first: char| first.is_alphabetic() || "./~_".contains(first));
    ((is_sign || is_place) && is_program).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::{Fence, fences};

    #[test]
    fn what_is_in_fences_is_found_with_its_line() {
        let page = "So:\n\n```json\n{}\n```\n\n~~~\nold\n";
        let fence =
            |after, text: &str, is_whole| Fence { after, text: text.into(), is_whole, is_typed: false };
        let command = |text| fences(text).remove(0).text;
        assert_eq!(
            command("```\n$ aws dynamodb scan \\\n  --table t\n{}\n$ date\n[]\n```\n"),
            "\n\n{}\n\n[]\n"
        );
        assert_eq!(command("```\nme@host:~$ aws\n{}\n```\n"), "\n{}\n");
        assert_eq!(command("```sh\n> aws\n{}\n```\n"), "\n{}\n");
        assert_eq!(command("```\n> {}\n```\n"), "{}\n");
        assert_eq!(command("```sh\n$ {}\n```\n"), "$ {}\n");
        assert_eq!(command("```\n{}\n$ aws\n```\n"), "{}\n$ aws\n");
        assert_eq!(super::record_outside(page), None);
        assert_eq!(super::record_outside("[1] so:\n\n    {\"a\": 1}\n"), Some(3));
        let quoted = "> ~~~\n> {}\n> ~~~\n";
        assert_eq!(fences(quoted), [fence(1, "{}\n", true)]);
        assert_eq!(fences(page), [fence(3, "{}\n", true), fence(7, "old\n", false)]);
    }
}
