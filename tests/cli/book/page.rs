//! What a page of the book asks its reader to do.

/// A thing to do.
pub(crate) enum Task {
    /// To write this into a file of this name.
    Write(String, String),
    /// To begin anew in the page's folder: what is typed in one block goes on from line to line, and ends with it.
    Begin,
    /// To type this, and to see that.
    Type(String, String),
}

/// A block of code: its language, and its lines.
pub(crate) struct Block<'p> {
    pub(crate) language: &'p str,
    pub(crate) lines: Vec<&'p str>,
    /// The file that the line before it names.
    file: Option<String>,
}

/// The blocks of a page, in their order.
pub(crate) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let (mut lines, mut named) = (text.lines(), None);
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let lines = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(Block { language, lines, file: named.take() });
        } else if !line.trim().is_empty() {
            named = file_name(line);
        }
    }
    blocks
}

/// What a page asks for, in its order: a block of code under a line that is a file's name, and whatever follows a `$`.
pub(crate) fn tasks(text: &str) -> Vec<Task> {
    let of = |block: Block<'_>| match (block.language, block.file) {
        ("console", _) => typed(&block.lines),
        (_, Some(name)) => vec![Task::Write(name, block.lines.join("\n") + "\n")],
        _ => Vec::new(),
    };
    blocks(text).into_iter().flat_map(of).collect()
}

/// The commands of a page, in their order.
pub(crate) fn commands(text: &str) -> Vec<String> {
    let command = |task| match task {
        Task::Type(command, _) => Some(command),
        Task::Write(..) | Task::Begin => None,
    };
    tasks(text).into_iter().filter_map(command).collect()
}

/// `orders.json`, at the end of a paragraph that has nothing else in backquotes, names the block that follows.
fn file_name(line: &str) -> Option<String> {
    let name = line.trim_end_matches(':').strip_suffix('`')?.rsplit('`').next()?;
    let is_name = name.contains('.') && !name.contains([' ', '(']);
    is_name.then(|| name.to_string())
}

fn typed(block: &[&str]) -> Vec<Task> {
    let mut typed = vec![Task::Begin];
    for line in block {
        match (line.strip_prefix("$ "), typed.last_mut()) {
            (Some(command), _) => typed.push(Task::Type(command.into(), String::new())),
            (None, Some(Task::Type(_, shown))) => *shown += &format!("{line}\n"),
            (None, _) => panic!("a block of the console begins with a command, and not with {line:?}"),
        }
    }
    typed
}

/// What stands in backquotes in the sentences of a page.
pub(crate) fn spans(text: &str) -> Vec<String> {
    let mut is_block = false;
    let sentences = text.lines().filter(|line| {
        let is_fence = line.starts_with("```");
        is_block ^= is_fence;
        !is_block && !is_fence
    });
    let sentences = sentences.collect::<Vec<&str>>().join(" ");
    sentences.split('`').skip(1).step_by(2).map(String::from).collect()
}
