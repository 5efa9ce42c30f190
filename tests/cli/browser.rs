//! The page, in a real browser.
use super::{anechoic, assert_exit, chromium::Chromium, folder};
use anechoic::{
    Breach, Fault, Outcome, Record, ReplayFile, Situation, Step, StepKind,
    judge::Standing,
    replay::{Format, Replayed},
    report::Matched,
    show::{
        page::{Exhibit, Page},
        picture,
    },
};
use serde_json::json;
use std::{fs, time::Duration};

const PHONE: u32 = 390;
const DESKTOP: u32 = 1280;

#[test]
fn the_report_of_the_unguarded_run_can_be_read_and_stepped_through() {
    let folder = folder();
    assert_exit(&anechoic(folder.path(), &["check", "hydrate-context", "--variant", "unguarded"]), 1);
    let file = folder.path().join("target/anechoic/report.html");
    let Some(mut page) = Chromium::start() else { return };
    page.open(&file, "", DESKTOP);
    let rows = "[...document.querySelectorAll('#run-1 .run td')].map((cell) => cell.textContent)";
    let six = format!("{rows}.includes('→ failed failed failed failed failed failed')");
    assert_eq!(page.evaluate(&six), json!(true), "all six rows are there");

    page.press("v");
    let at = "document.querySelector('tr[aria-current]').id";
    let state = "document.querySelector('#run-1 .state dl').textContent";
    assert_eq!(page.evaluate(at), json!("step-9"));
    assert_eq!(
        page.evaluate("document.querySelector('tr[aria-current]').className.includes('breaks')"),
        json!(true)
    );
    assert_eq!(page.evaluate(state), json!("taskFAILEDevents by idfailed → failed failedactive7"));
    page.evaluate("document.querySelector('.keys input').click()");
    page.press("j");
    assert_eq!(page.evaluate(at), json!("step-9"), "single keys can be turned off");
    page.evaluate("document.querySelector('.keys input').click()");
    page.press("j");
    assert_eq!(page.evaluate(at), json!("step-10"));
    assert_eq!(page.evaluate(state), json!("taskFAILEDevents by idfailed failedactive7 → 6"));
    page.press("k");
    page.press("k");
    assert_eq!(page.evaluate(at), json!("step-8"));
    page.picture("unguarded.desktop.png");
    page.assert_quiet();

    page.open(&file, "#step-9", PHONE);
    assert_eq!(page.evaluate(at), json!("step-9"), "an anchor selects its step");
    assert_fits(&mut page, PHONE);
    page.picture("unguarded.phone.png");
    page.assert_quiet();
}

#[test]
fn the_page_says_the_same_without_its_script() {
    let folder = folder();
    assert_exit(&anechoic(folder.path(), &["check", "fail-task", "--variant", "gated"]), 1);
    let Some(mut page) = Chromium::start() else { return };
    page.ask("Emulation.setScriptExecutionDisabled", json!({"value": true}));
    page.open(&folder.path().join("target/anechoic/report.html"), "", DESKTOP);
    page.ask("Emulation.setScriptExecutionDisabled", json!({"value": false}));
    let text = page.evaluate("document.body.innerText");
    let text = text.as_str().expect("text");
    for part in
        ["gated breaks exactly_one_event", "lost acknowledgement", "Why", "Would changing it hold?", "beyond"]
    {
        assert!(text.contains(part), "{part:?} is missing from\n{text}");
    }
    page.assert_quiet();
}

#[test]
fn every_finding_of_the_whole_check_is_on_the_page_and_the_trace_is_matched_line_by_line() {
    let (folder, _) = super::by_default();
    let Some(mut page) = Chromium::start() else { return };
    page.open(&folder.join("target/anechoic/report.html"), "", DESKTOP);
    assert!(page.evaluate("document.querySelectorAll('article').length").as_u64() > Some(10));
    let new = page.evaluate("document.querySelectorAll('.tag.new').length");
    assert_eq!(new, json!(0), "specimens are wrong on purpose");
    let matched = "[...document.querySelectorAll('article:last-of-type section a')].map((link) => link.hash).filter((hash) => document.querySelector(hash) === null)";
    assert_eq!(page.evaluate(matched), json!([]), "every step that is named is there");
    let unmatched = "[...document.querySelectorAll('article:last-of-type section td')].filter((cell) => cell.textContent === 'none').length";
    assert_eq!(page.evaluate(unmatched), json!(0));
    assert_fits(&mut page, DESKTOP);
    page.picture("check.desktop.png");
    page.assert_quiet();
}

#[test]
fn hostile_content_is_shown_and_does_nothing() {
    let hostile =
        "<script>window.hostile=1</script><img src=x onerror='window.hostile=1'>\u{1b}[2J\u{202e}txet\u{7}";
    let long = "x".repeat(100_000);
    let mut record = run_of(3, hostile);
    record.steps[1].what = long;
    record.actors = vec![format!("</table>{hostile}")];
    let matched = Matched { place: hostile.into(), what: hostile.into(), step: Some(1) };
    let html = page_of(record, hostile, vec![matched]);
    assert!(!html.contains('\u{202e}') && !html.contains('\u{1b}') && !html.contains('\u{7}'));
    let folder = folder();
    let file = folder.path().join("hostile.html");
    fs::write(&file, html).expect("written");
    let Some(mut page) = Chromium::start() else { return };
    page.open(&file, "#step-1", PHONE);
    assert_eq!(page.evaluate("window.hostile === undefined"), json!(true));
    assert_eq!(
        page.evaluate("document.images.length + document.scripts.length"),
        json!(1),
        "our script only"
    );
    assert_eq!(
        page.evaluate("document.body.textContent.includes(\"<img src=x onerror='window.hostile=1'>\")"),
        json!(true)
    );
    assert_fits(&mut page, PHONE);
    page.assert_quiet();
}

#[test]
fn a_page_needs_nothing_beside_itself() {
    let html = page_of(run_of(5, "write"), "written twice", Vec::new());
    for outside in ["http:", "https:", "src=", "@import", "url(", "unsafe-inline"] {
        assert!(!html.contains(outside), "{outside} in the page");
    }
    assert!(html.contains("default-src &#39;none&#39;") || html.contains("default-src 'none'"));
    assert!(html.contains("id=\"step-5\"") && html.contains("written twice"));
}

#[test]
fn of_a_very_long_run_the_page_shows_the_part_that_matters_and_says_so() {
    let html = page_of(run_of(10_000, "write"), "a long run", Vec::new());
    assert!(html.len() < 5_000_000, "{} bytes", html.len());
    let folder = folder();
    let file = folder.path().join("long.html");
    fs::write(&file, &html).expect("written");
    let Some(mut page) = Chromium::start() else { return };
    page.open(&file, "", DESKTOP);
    let shown = page.evaluate("document.querySelectorAll('.run tbody tr[id]:not(.first)').length");
    assert_eq!(shown, json!(2_000));
    assert!(html.contains("… 7599 rows are left out here; the replay has them"), "the cap is said");
    assert_eq!(page.evaluate("document.querySelectorAll('.picture a').length"), json!(200));
    assert!(html.contains("… 8849 rows are left out here; the replay has them"), "and that of the picture");
    let astray = "[...document.querySelectorAll('.picture a')].filter((link) => document.querySelector(link.getAttribute('href')) === null).length";
    assert_eq!(page.evaluate(astray), json!(0), "what is drawn is in the table");
    page.press("v");
    assert_eq!(page.evaluate("document.querySelector('tr[aria-current]').id"), json!("step-9000"));
    let loaded = "(() => { const [load] = performance.getEntriesByType('navigation'); return Math.round(load.loadEventEnd); })()";
    let took = page.evaluate(loaded);
    println!("a run of 10,000 steps: {} bytes, loaded in {took} ms", html.len());
    for (width, name) in [(PHONE, "phone"), (DESKTOP, "desktop")] {
        page.open(&file, "", width);
        assert_fits(&mut page, width);
        for look in ["light", "dark"] {
            page.wear(look);
            page.picture(&format!("long.{name}.{look}.png"));
        }
    }
    page.assert_quiet();
}

#[test]
fn a_run_of_six_actors_is_a_picture_whose_steps_lead_to_the_table() {
    let hostile = "</svg><script>window.hostile=1</script>\u{202e}";
    let mut record = run_of(40, hostile);
    record.actors = (1..=6).map(|number| format!("caller {number} <b>")).collect();
    for (at, step) in record.steps.iter_mut().enumerate() {
        step.actor = Some(at % 6);
        step.fault = Fault::ALL.get(at).copied().filter(|fault| *fault != Fault::DuplicateInvocation);
        step.reaches = vec![["orders", "payments"][at % 2].into()];
        (step.what, step.answer) = (format!("write {at}"), if at % 3 == 0 { hostile } else { "done" }.into());
    }
    let folder = folder();
    let file = folder.path().join("six.html");
    fs::write(&file, page_of(record, "six actors", Vec::new())).expect("written");
    let Some(mut page) = Chromium::start() else { return };
    for (width, name) in [(PHONE, "phone"), (DESKTOP, "desktop")] {
        page.open(&file, "", width);
        assert_eq!(page.evaluate("window.hostile === undefined"), json!(true));
        let names = "[...document.querySelectorAll('.picture .name text')].slice(0, 8).map((name) => name.textContent)";
        let expected: Vec<String> = (1..=6).map(|number| format!("caller {number} <b>")).collect();
        let expected = [expected, vec!["orders".into(), "payments".into()]].concat();
        assert_eq!(page.evaluate(names), json!(expected));
        let astray = "[...document.querySelectorAll('.picture a')].filter((link) => document.querySelector(link.getAttribute('href')) === null).length";
        assert_eq!(page.evaluate(astray), json!(0), "every step is in the table");
        assert_eq!(page.evaluate("document.querySelectorAll('.picture a').length"), json!(40));
        let labelled = "(() => { const svg = document.querySelector('.picture'); return svg.getAttribute('aria-labelledby').split(' ').concat(svg.getAttribute('aria-describedby')).every((id) => document.getElementById(id).textContent !== ''); })()";
        assert_eq!(page.evaluate(labelled), json!(true), "it has a title, and says what it shows");
        assert_fits(&mut page, width);
        page.picture(&format!("six.{name}.light.png"));
        let paper = "getComputedStyle(document.querySelector('.picture .paper')).fill";
        let light = page.evaluate(paper);
        page.wear("dark");
        assert_ne!(page.evaluate(paper), light, "it has a dark look");
        page.picture(&format!("six.{name}.dark.png"));
        page.assert_quiet();
    }
    page.evaluate("document.querySelector('.picture a[href=\"#step-7\"]').dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))");
    assert_eq!(page.evaluate("document.querySelector('tr[aria-current]').id"), json!("step-7"));
}

#[test]
fn a_saved_run_is_a_picture_by_itself() {
    let folder = folder();
    assert_exit(&anechoic(folder.path(), &["check", "fail-task", "--variant", "gated"]), 1);
    let run = "target/anechoic/fail-task.gated.exactly_one_event.json";
    let made = anechoic(folder.path(), &["replay", run, "--emit", "svg"]);
    assert_exit(&made, 0);
    let svg = String::from_utf8(made.stdout).expect("text");
    for part in
        ["gated in fail-task breaks exactly_one_event", "⚡ lost acknowledgement", "◀ breaks the promise"]
    {
        assert!(svg.contains(part), "{part:?} is missing from\n{svg}");
    }
    assert!(!svg.contains("<script") && !svg.contains("href"), "it does nothing, and leads nowhere");
    let file = folder.path().join("run.svg");
    fs::write(&file, svg).expect("written");
    let Some(mut page) = Chromium::start() else { return };
    page.open(&file, "", DESKTOP);
    assert_eq!(page.evaluate("document.documentElement.nodeName"), json!("svg"));
    assert_eq!(page.evaluate("document.querySelector('parsererror') === null"), json!(true));
    page.assert_quiet();
}

/// By itself, a picture is as wide as it is; what is looked at is that it is drawn, in both looks, and loads at once.
#[test]
fn a_run_of_six_actors_and_one_of_10_000_steps_are_pictures_by_themselves() {
    let mut six = run_of(40, "write");
    six.actors = (1..=6).map(|number| format!("caller {number}")).collect();
    six.steps.iter_mut().enumerate().for_each(|(at, step)| step.actor = Some(at % 6));
    let long = run_of(10_000, "write");
    let folder = folder();
    let Some(mut page) = Chromium::start() else { return };
    for (name, record, drawn) in [("six", six, 40), ("long", long, 200)] {
        let file = folder.path().join(format!("{name}.svg"));
        fs::write(&file, alone(record)).expect("written");
        for (width, window) in [(PHONE, "phone"), (DESKTOP, "desktop")] {
            page.open(&file, "", width);
            assert_eq!(page.evaluate("document.querySelector('parsererror') === null"), json!(true));
            let numbers = "document.querySelectorAll('text.number').length";
            assert_eq!(page.evaluate(numbers), json!(drawn), "{name}");
            let paper = "getComputedStyle(document.querySelector('.paper')).fill";
            let light = page.evaluate(paper);
            page.picture(&format!("svg.{name}.{window}.light.png"));
            page.wear("dark");
            assert_ne!(page.evaluate(paper), light, "it has a dark look");
            page.picture(&format!("svg.{name}.{window}.dark.png"));
            page.assert_quiet();
        }
    }
}

/// A run as a picture by itself, which breaks its promise at its last step.
fn alone(record: Record) -> String {
    let last = record.steps.len() as u32;
    let breach = Breach {
        promise: 0,
        word: "".into(),
        step: last,
        at_rest: false,
        detail: "twice".into(),
        excess: None,
    };
    let file = ReplayFile {
        format: Format::V2,
        catalogue: "shop".into(),
        scenario: "paid".into(),
        variant: "blindly".into(),
        situation: Situation::default(),
        promise: "once".into(),
        found: "twice".into(),
        choices: Vec::new(),
    };
    let outcome = Outcome { breaches: vec![breach], ..Outcome::default() };
    let found = Replayed { promises: vec!["once".into()], record, outcome, fits: Ok(()) };
    picture::alone(&file, &found)
}

/// Nothing sticks out: wide tables scroll by themselves.
#[track_caller]
fn assert_fits(page: &mut Chromium, width: u32) {
    let wide = page.evaluate("document.scrollingElement.scrollWidth");
    assert!(wide.as_u64() <= Some(width.into()), "{wide} wide in a window of {width}");
}

fn run_of(steps: u32, what: &str) -> Record {
    let step = |number: u32| Step {
        at: Duration::ZERO,
        number,
        actor: Some(0),
        kind: StepKind::Operation,
        what: format!("{what} {number}"),
        reaches: vec!["table".into()],
        answer: "refused".into(),
        fault: None,
        cells: vec![format!("{number} {what}")],
        met: Vec::new(),
    };
    Record {
        actors: vec!["writer".into()],
        columns: vec!["rows".into()],
        initial: vec!["0".into()],
        steps: (1..=steps).map(step).collect(),
        choices: Vec::new(),
        is_broken_off: false,
    }
}

/// A page of one run, broken nine tenths on.
fn page_of(record: Record, title: &str, matched: Vec<Matched>) -> String {
    let last = record.steps.len() as u32;
    let breach = Breach {
        promise: 0,
        word: "".into(),
        step: last - last / 10,
        at_rest: false,
        detail: title.into(),
        excess: None,
    };
    let exhibit = Exhibit {
        title: title.into(),
        about: vec![title.into()],
        standing: Standing::Saved { file: title.into() },
        passing: Some((title.into(), record.clone())),
        record,
        breach: Some(breach),
        changes: Vec::new(),
        matched,
        command: title.into(),
        replay: title.into(),
    };
    Page { title: title.into(), verdict: vec![title.into()], exhibits: vec![exhibit], ..Page::default() }
        .to_html()
}
