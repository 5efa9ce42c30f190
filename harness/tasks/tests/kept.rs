//! What memory is not to hold comes to the same verdicts.
use anechoic_task_cases::trace::{Examination, Reading, Tally};
use anechoic_traces::Mapping;
use std::fmt::Write as _;

/// Tasks of some owners, whose lines stand far from one another and of which some break promises: each is created, told of in
/// several files, ended, and announced once, twice, or by the same event again.
fn files() -> Vec<String> {
    const TASKS: usize = 60;
    let mut files = vec![String::new(); 3];
    for round in 0..6 {
        for task in 0..TASKS {
            let time = format!("2026-05-04T20:{round:02}:{task:02}Z");
            let line = match round {
                0 => format!(r#""status":"RUNNING","user_id":"u-{}""#, task % 7),
                1 => format!(r#""ask":"fail","call":"c-{task}","from":"RUNNING""#),
                2 => r#""status":"FAILED","from":"RUNNING""#.to_string(),
                3 => format!(r#""event":"task_failed","event_id":"e-{task}""#),
                4 if task % 3 == 0 => format!(r#""event":"task_failed","event_id":"again-{task}""#),
                4 => format!(r#""event":"task_failed","event_id":"e-{task}""#),
                _ => format!(
                    r#""answer":"done","call":"c-{task}","session_id":"s-{}","edit_id":"d-{task}""#,
                    task % 5
                ),
            };
            let file = &mut files[(task + round) % 3];
            let _ = writeln!(file, r#"{{"ts":"{time}","op":"tell","entity":"task:t-{task}",{line}}}"#);
            if round % 2 == 0 && task < 7 {
                let count = if round == 0 { 9 } else { 8 - round / 2 };
                let _ = writeln!(
                    file,
                    r#"{{"ts":"{time}","op":"count","user_id":"u-{task}","active_count":{count}}}"#
                );
            }
        }
    }
    files
}

/// What is shown of each task, how often what counts once came again, and the tasks that are told of one by one.
fn told(most: Option<usize>) -> (Vec<Examination>, u64, Vec<String>) {
    let mapping = Mapping::default();
    let mut reading = Reading::new(&mapping, None).whole(true);
    if let Some(most) = most {
        reading = reading.within(most);
    }
    for (number, file) in files().iter().enumerate() {
        reading.add(&number.to_string(), &mut file.as_bytes(), &mut |_, _| {}).expect("it can be read");
    }
    let (mut all, mut tally) = (Vec::new(), Tally::new(Vec::new(), 5));
    let examined = reading.examine(&mut |task| {
        tally.count(&task);
        all.push(task);
    });
    all.sort_by_key(|task| task.met);
    let first = tally.first().into_iter().chain(tally.first_broken()).map(|task| task.task.clone());
    (all, examined.expect("there is a temporary file").repeated, first.collect())
}

#[test]
fn what_is_kept_in_a_file_comes_to_the_verdicts_of_what_is_kept_in_memory() {
    let in_memory = told(None);
    assert_eq!((in_memory.0.len(), in_memory.1), (60, 40));
    assert_eq!(in_memory.0.iter().filter(|task| task.events == 2).count(), 20);
    assert!(in_memory.0.iter().all(|task| task.shows_calls && task.sessions <= 1));
    for most in [0, 1, 3_000, 20_000] {
        assert_eq!(told(Some(most)), in_memory, "{most} bytes");
    }
}

#[test]
fn a_row_that_is_read_twice_shows_no_change() {
    let row = r#"{"Items":[{"task_id":{"S":"t"},"status":{"S":"FAILED"},"updated_at":{"S":"2026-05-04T20:00:03Z"}}]}"#;
    let mapping = Mapping::default();
    let told = |times: usize| {
        let mut reading = Reading::new(&mapping, None).whole(true);
        for number in 0..times {
            reading.add(&number.to_string(), &mut row.as_bytes(), &mut |_, _| {}).expect("it can be read");
        }
        let mut all = Vec::new();
        reading.examine(&mut |task| all.push(task.judged)).expect("it fits into memory");
        all
    };
    assert_eq!(told(1), told(2));
}
