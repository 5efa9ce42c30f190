//! Handlers that are no function of what they are told, or that do what nobody here sees: each is found out, and never passes.
mod common;

use anechoic_engine::{
    Bound, Subject,
    search::{Exhaustive, Findings, Unlimited},
};
use anechoic_gate::{AtTheGate, Handler, Kind, Program};
use common::{has_python, python, scene, site};
use serde_json::{Value, json};
use std::{
    net::TcpListener, os::unix::net::UnixListener, process::Command, sync::Arc, thread, time::Duration,
};

/// What is said of a handler that goes this way, if anything: by the search, or when it is confirmed.
fn said(event: &Value, is_fresh: bool) -> (Findings, Option<String>) {
    let handler = Handler { patience: Duration::from_secs(3), fresh: is_fresh, ..python("stray.handler") };
    let program = Arc::new(Program::new(handler));
    let subject = AtTheGate::new(scene(site(), &program, event, 1), Bound { retries: 1, ..Bound::faults(1) });
    let findings = Exhaustive::default().search(&subject, &mut Unlimited);
    let confirmed = subject.confirm(&mut || true).expect("it rests on processes");
    let said = findings.diverged.clone().or(confirmed.otherwise).map(String::from);
    (findings, said)
}

#[test]
fn each_is_found_out_and_no_other() {
    if !has_python() {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("it has one").port();
    let past_the_gate = format!("127.0.0.1:{port}, past the gate");
    let ways = [
        ("well", None),
        ("draws", None),
        ("draws when it fails", Some("say `own_chance = true` of the handler")),
        ("remembers", Some("say `fresh = true`")),
        ("chance", Some("does not do the same again")),
        ("real time", Some("neither an answer nor a timer")),
        ("late", Some("although it had been quiet")),
        ("elsewhere", Some(&*past_the_gate)),
        ("tls", Some("speaks TLS to the gate: it wants to reach somebody by https")),
        ("unknown", Some("service `effects` declares no answer to POST /refunds; it has POST /effects")),
        ("undeclared", Some("asks for the table `nowhere`, which is not declared; there are cells")),
        ("prints", Some("is still busy after 3 seconds")),
        ("ends", None),
    ];
    for (way, expected) in ways {
        let (findings, said) = said(&json!({"way": way, "port": port}), false);
        match (expected, said) {
            (None, None) => assert!(findings.complete, "{way}"),
            (Some(expected), Some(said)) if way != "late" || said.contains(expected) => {
                assert!(said.contains(expected), "{way}: {said}")
            }
            // Whether it comes while it is known to be quiet, or while it does something else, nobody knows.
            (_, Some(said)) if way == "late" => {
                assert!(said.contains("does not do the same again"), "{said}")
            }
            (expected, said) => panic!("{way}: expected {expected:?}, and it is {said:?}"),
        }
    }
}

#[test]
fn who_goes_past_the_gate_reaches_nobody() {
    if !has_python() {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("it need not block");
    let port = listener.local_addr().expect("it has one").port();
    // Whether a network apart is permitted here, as somebody else sees it.
    let is_apart = Command::new("unshare").args(["-n", "true"]).status().is_ok_and(|status| status.success());
    let past_the_gate = |to: &str| match is_apart {
        true => format!("talks to {to}, past the gate (which reached nobody): point it at the gate"),
        false => format!(
            "talks to {to}, past the gate (which may have reached it: handlers have no network apart: "
        ),
    };
    let (_, said_of_a_neighbour) = said(&json!({"way": "elsewhere", "port": port}), false);
    let neighbour = said_of_a_neighbour.expect("it is told");
    assert!(neighbour.contains(&past_the_gate(&format!("127.0.0.1:{port}"))), "{neighbour}");
    assert_eq!(listener.accept().is_ok(), !is_apart);
    if !is_apart {
        eprintln!("skipped: no network apart is permitted here, and what goes outside is not tried");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("socket");
    let somebody = UnixListener::bind(&file).expect("it listens");
    thread::spawn(move || somebody.incoming().for_each(std::mem::forget));
    let (_, said_of_a_file) = said(&json!({"way": "a file", "file": file}), false);
    let expected = format!("talks to {}, past the gate (which reached it: it is a file)", file.display());
    let said_of_a_file = said_of_a_file.expect("it is told");
    assert!(said_of_a_file.contains(&expected), "{said_of_a_file}");
    let (_, said_of_another) = said(&json!({"way": "by another"}), false);
    assert!(said_of_another.expect("it is told").contains(&past_the_gate("203.0.113.7:443")));
    let said_of_loading = Program::new(python("stray_at_load.handler")).rehearse().expect_err("it is told");
    let said_of_loading = said_of_loading.to_string();
    assert!(said_of_loading.contains(&past_the_gate("settings.example.com")), "{said_of_loading}");
    // Whoever gives up goes on as in an outage, which must not be taken for one.
    for (host, to) in [
        ("203.0.113.7", "203.0.113.7:443"),
        ("2001:db8::7", "[2001:db8::7]:443"),
        ("api.example.com", "api.example.com"),
    ] {
        let (findings, said) = said(&json!({"way": "gives up", "host": host}), false);
        let said = said.expect("it is told");
        assert!(said.contains(&past_the_gate(to)), "{host}: {said}");
        assert!(!findings.complete && findings.broken.is_empty(), "{host}");
    }
}

#[test]
fn no_two_draw_the_same_although_it_does_not_show_who_drew_it() {
    if !has_python() {
        return;
    }
    let program = Arc::new(Program::new(python("stray.handler")));
    let bound = Bound { retries: 0, ..Bound::faults(0) };
    let subject = AtTheGate::new(scene(site(), &program, &json!({"way": "draws"}), 2), bound);
    // Both deliveries have their effect, and the calm run of one request has one.
    let findings = Exhaustive::default().search(&subject, &mut Unlimited);
    let words: Vec<String> = findings.broken.keys().map(|(_, word)| word.to_string()).collect();
    assert_eq!((findings.complete, words), (true, vec!["duplicate".to_string()]));
    let ((promise, _), path) = findings.broken.iter().next().expect("one");
    let (outcome, record) = path.replay(&subject);
    assert!(outcome.breaches.iter().any(|breach| breach.promise == *promise));
    let effects = record.steps.last().map(|step| step.cells.concat()).unwrap_or_default();
    let (one, other) = effects.split_once("; ").expect("two effects");
    assert_ne!(one, other);
}

#[test]
fn who_draws_only_when_it_fails_is_searched_anew_and_told_apart() {
    if !has_python() {
        return;
    }
    let program = Arc::new(Program::new(python("stray.handler")));
    let event = json!({"way": "draws when it fails"});
    let site = site();
    let open =
        || AtTheGate::new(scene(site.clone(), &program, &event, 2), Bound { retries: 1, ..Bound::faults(1) });
    let subject = open();
    let findings = Exhaustive::default().search(&subject, &mut Unlimited);
    assert!(!findings.complete && findings.diverged.is_some());
    assert!(subject.begin_anew() && !subject.begin_anew(), "once is enough");
    let findings = Exhaustive::default().search(&open(), &mut Unlimited);
    assert_eq!((findings.complete, findings.diverged), (true, None));
}

#[test]
fn what_could_not_be_told_again_is_not_confirmed() {
    if has_python() {
        let program = Arc::new(Program::new(python("stray.handler")));
        let subject = AtTheGate::new(scene(site(), &program, &json!({"way": "well"}), 1), Bound::faults(0));
        assert!(Exhaustive::default().search(&subject, &mut Unlimited).complete);
        let confirmed = subject.confirm(&mut || false).expect("it rests on processes");
        let why = confirmed.otherwise.expect("there was no time");
        assert!(why.contains("histories of handler `handler` could be told again"), "{why}");
    }
}

#[test]
fn what_remembers_is_searched_where_each_delivery_has_a_process_of_its_own() {
    if has_python() {
        let (findings, said) = said(&json!({"way": "remembers"}), true);
        assert_eq!((findings.complete, said), (true, None));
    }
}

#[test]
fn a_process_that_ends_has_failed_and_is_tried_again() {
    if has_python() {
        let (findings, _) = said(&json!({"way": "ends"}), false);
        assert!(
            findings.complete && findings.broken.is_empty(),
            "it never does anything: {:?}",
            findings.broken
        );
    }
}

#[test]
fn an_answer_that_lambda_does_not_take_is_a_failure() {
    if has_python() {
        // With the quotes around it, the first is just taken.
        let [taken, refused] = [6_291_554, 6_291_555]
            .map(|length| said(&json!({"way": "answers at length", "length": length}), false).0);
        assert!(taken.complete && refused.complete);
        assert!(refused.longest > taken.longest, "it is tried again: {} {}", refused.longest, taken.longest);
    }
}

#[test]
fn what_cannot_be_started_is_said_before_anything_runs() {
    let start = |kind: Kind, command: &[&str]| {
        let command = command.iter().map(ToString::to_string).collect();
        let handler = Handler { patience: Duration::from_secs(2), ..common::handler(kind, command) };
        Program::new(handler).rehearse().expect_err("it cannot be").to_string()
    };
    let http = || Kind::Http { port: "PORT".into(), method: "POST".into(), path: "/".into() };
    for (kind, command, expected) in [
        (Kind::Lambda, &["there-is-no-such-program"][..], "cannot be started"),
        (
            Kind::Lambda,
            &["sh", "-c", "echo no licence; exit 3"],
            "does not ask for an event: it ended with exit status: 3; the last that it printed:\nno licence",
        ),
        (Kind::Lambda, &["sleep", "60"], "does not ask for an event within 2 seconds"),
        (http(), &["sleep", "60"], "does not listen at the port that is in PORT within 2 seconds"),
        (Kind::Lambda, &[], "its command is empty"),
    ] {
        let said = start(kind, command);
        assert!(said.contains(expected), "{command:?}: {said}");
    }
    if has_python() {
        let missing =
            Program::new(python("nowhere.handler")).rehearse().expect_err("there is no such module");
        assert!(missing.to_string().contains("ModuleNotFoundError"), "{missing}");
    }
}
