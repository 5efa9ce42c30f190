//! Each failure has a section of its own in a comment that others write in as well.
use crate::{COMMENT, bench, code, github::Trouble, section, stderr};

#[tokio::test]
async fn three_failures_of_one_comment_are_all_told_and_a_persons_words_stay() {
    let bench = bench();
    let words = "Please *retry* this.\r\n\r\n```\nno end of code\n<!-- nor of this";
    bench.github.write(COMMENT, words);
    let tasks =
        [bench.failed(1, COMMENT).await, bench.failed(2, COMMENT).await, bench.failed(3, COMMENT).await];
    for _delivery in 0..3 {
        let output = bench.fan_out(&[]);
        assert_eq!(code(&output), Some(0), "{}", stderr(&output));
        bench.forget_cursor();
    }
    let sections: Vec<String> = tasks.iter().map(section).collect();
    assert_eq!(bench.github.comment(COMMENT), format!("{words}\n\n{}", sections.join("\n\n")));
    assert_eq!(bench.github.patches().len(), 3, "one edit for each failure");
}

#[tokio::test]
async fn what_a_person_writes_after_it_was_told_stays_and_it_is_not_told_again() {
    let bench = bench();
    let task = bench.failed(1, COMMENT).await;
    assert_eq!(code(&bench.fan_out(&[])), Some(0));
    // A browser sends its own ends of lines.
    let edited = format!("{}\r\n\r\nI know.", bench.github.comment(COMMENT).replace('\n', "\r\n"));
    bench.github.write(COMMENT, &edited);
    bench.forget_cursor();
    assert_eq!(code(&bench.fan_out(&[])), Some(0));
    assert_eq!(bench.github.comment(COMMENT), edited);
    let another = bench.failed(2, COMMENT).await;
    assert_eq!(code(&bench.fan_out(&[])), Some(0));
    assert_eq!(bench.github.comment(COMMENT), format!("{edited}\n\n{}", section(&another)));
    assert_ne!(task.id, another.id);
}

#[tokio::test]
async fn a_failure_is_told_only_if_it_can_be_read_back() {
    let bench = bench();
    let task = bench.failed(1, COMMENT).await;
    bench.github.on_patch([Trouble::Forget]);
    let output = bench.fan_out(&[]);
    assert_eq!(code(&output), Some(3));
    let said =
        format!("error: comment {COMMENT} was edited and does not tell of the failure of task {}", task.id);
    assert!(stderr(&output).starts_with(&said), "{}", stderr(&output));
    assert!(output.stdout.is_empty(), "nothing is reported told");
    let output = bench.fan_out(&[]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("task {}: told to {COMMENT}\n", task.id));
    assert!(bench.github.comment(COMMENT).contains(&section(&task)));
}
