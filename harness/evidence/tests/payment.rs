//! A handler that has nothing to do with tasks: a payment that is charged twice after a lost answer.
use anechoic_engine::{
    Bound, Breach, Breaches, Client, Failed, Fault, Footprint, InProcess, Promise, Record, Rest, Room,
    Scenario, Service, Text,
    search::{Path, Unlimited, nearest_passing, shortest},
};
use anechoic_evidence::{Grid, columns, columns_of, sides, why};

#[derive(Clone, Debug, Default, Hash)]
struct Shop {
    charges: u32,
    paid: bool,
}

#[derive(Debug, Hash)]
enum Request {
    IsPaid,
    Charge,
    MarkPaid,
}

impl Service for Shop {
    type Request = Request;
    type Response = bool;
    type Answer = ();

    fn apply(&mut self, request: &Request) -> bool {
        match request {
            Request::IsPaid => return self.paid,
            Request::Charge => self.charges += 1,
            Request::MarkPaid => self.paid = true,
        }
        true
    }

    fn footprint(&self, request: &Request) -> Footprint {
        match request {
            Request::IsPaid => Footprint::nothing().reads(&"paid"),
            Request::Charge => Footprint::nothing().writes(&"charges"),
            Request::MarkPaid => Footprint::nothing().writes(&"paid"),
        }
    }

    fn cells(&self) -> Vec<(Text, String)> {
        vec![("charges".into(), self.charges.to_string()), ("paid".into(), self.paid.to_string())]
    }
}

async fn pay(shop: Client<Shop>) -> Result<(), Failed> {
    if !shop.call(Request::IsPaid).await? {
        shop.call(Request::Charge).await?;
        shop.call(Request::MarkPaid).await?;
    }
    Ok(())
}

/// So many customers' clicks, and what must hold.
struct Payment(usize);

impl Scenario for Payment {
    type Service = Shop;

    fn promises(&self) -> Vec<Promise> {
        vec!["charged_once".into()]
    }

    fn service(&self) -> Shop {
        Shop::default()
    }

    fn set_up(&self, room: &mut Room<Shop>, _: &[usize]) {
        room.callers("pay", self.0, pay);
    }

    fn at_rest(&self, rest: &Rest<'_, Shop>, breaches: &mut Breaches) {
        if rest.service.charges > 1 {
            breaches.report(0, "duplicate", || format!("charged {} times", rest.service.charges));
        }
    }
}

/// The smallest run that charges twice.
fn broken(clicks: usize, faults: u32) -> (InProcess<Payment>, Path, Record, Breach) {
    let payment = InProcess { scenario: Payment(clicks), bound: Bound::faults(faults) };
    let path = shortest(&payment, 0, &mut Unlimited).expect("a run that charges twice");
    let (outcome, record) = path.replay(&payment);
    (payment, path, record, outcome.breaches[0].clone())
}

fn told(record: &Record, breach: &Breach) -> Vec<String> {
    let clauses = why(record, breach).into_iter();
    clauses.map(|clause| format!("{} {} | {}", clause.number, clause.what, clause.because)).collect()
}

#[test]
fn why_a_fault_breaks_a_promise_is_told_from_the_last_step_back_to_the_fault() {
    let (_, _, record, breach) = broken(1, 1);
    let told = told(&record, &breach);
    assert!(told[0].starts_with("5 pay: MarkPaid"), "{told:?}");
    let fault = told.iter().position(|clause| clause.contains("⚡ lost acknowledgement")).expect("the fault");
    assert!(told[fault].starts_with("2 pay: Charge"), "{told:?}");
    assert!(told[..fault].iter().any(|clause| clause.contains("after 2")), "{told:?}");
}

#[test]
fn why_an_interleaving_breaks_a_promise_names_both_who_act() {
    let (_, _, record, breach) = broken(2, 0);
    let told = told(&record, &breach).join("\n");
    assert!(told.contains("pay 1: ") && told.contains("pay 2: "), "{told}");
    assert!(told.contains("4 pay 2: Charge ⇒ true | meets what was done in 2"), "{told}");
}

#[test]
fn the_nearest_passing_run_is_the_same_until_the_two_part_and_keeps_every_promise() {
    let (payment, path, record, _) = broken(1, 1);
    let near = nearest_passing(&payment, &path, &mut Unlimited).expect("one without the fault");
    let (outcome, passing) = near.replay(&payment);
    assert!(outcome.at_rest && outcome.breaches.is_empty());
    let sides = sides(&record, &passing);
    let parts: Vec<usize> = (0..sides.len()).filter(|at| sides[*at].parts).collect();
    assert_eq!(parts.len(), 1, "they part once");
    assert!(sides[..parts[0]].iter().all(|side| side.is_same()));
    let shared = path.0.iter().zip(&near.0).take_while(|(one, other)| one == other).count();
    assert_eq!(near.0.len(), shared + 1, "one choice is otherwise, and then none");
}

#[test]
fn a_run_that_can_only_break_the_promise_has_no_passing_one_near() {
    let (payment, path, ..) = broken(2, 0);
    let alone = InProcess { scenario: Payment(1), bound: payment.bound };
    assert!(nearest_passing(&alone, &Path(vec![0; 3]), &mut Unlimited).is_none(), "there is only one run");
    assert!(nearest_passing(&payment, &path, &mut Unlimited).is_some());
}

#[test]
fn the_grid_shows_up_to_the_breach_and_the_page_all_of_it() {
    let (_, _, record, mut breach) = broken(1, 1);
    breach.step = 2;
    let (part, whole) = (Grid::new(&record, Some(&breach)), Grid::whole(&record, Some(&breach)));
    assert_eq!(part.rows.last().map(|row| (row.number, row.breaks)), Some((2, true)));
    assert_eq!(part.rest.as_ref().map(|(steps, _)| *steps), Some(3));
    assert_eq!(whole.rows.len(), record.steps.len());
    assert!(whole.rest.is_none());
    let text = columns(&record, Some(&breach));
    assert!(text.contains("Charge  ⚡ lost acknowledgement") && text.contains("◀"), "{text}");
    assert!(text.contains("… 3 more steps until all is quiet: charges 2, paid true"), "{text}");
}

#[test]
fn a_refusal_is_heard_and_a_run_that_cannot_go_on_is_not_quiet() {
    let (_, _, mut record, breach) = broken(1, 1);
    let lost = record.steps.iter_mut().find(|step| step.fault.is_some()).expect("a lost acknowledgement");
    (lost.fault, lost.answer) = (Some(Fault::Refused), "too many".into());
    record.is_broken_off = true;
    let text = columns(&record, Some(&breach));
    assert!(
        text.contains("Charge ⇒ too many  ⚡ refused") && text.contains("… and the run cannot go on"),
        "{text}"
    );
}

#[test]
fn of_a_long_run_the_beginning_and_what_is_around_the_breach_are_shown() {
    let (_, _, short, breach) = broken(1, 1);
    let step = |number: u32| anechoic_engine::Step { number, ..short.steps[0].clone() };
    let record = Record { steps: (1..=10_000).map(step).collect(), ..short };
    let breach = Breach { step: 7_000, ..breach };
    let text = columns(&record, Some(&breach));
    assert!((200..=220).contains(&text.lines().count()), "{} lines", text.lines().count());
    assert!(text.contains("6800 rows left out"), "{text}");
    assert!(text.contains("… 3000 more steps"), "{text}");
    let grid = Grid::whole(&record, Some(&breach)).capped(50, 200);
    let numbers: Vec<u32> = grid.rows.iter().map(|row| row.number).collect();
    assert_eq!((numbers.len(), numbers[49], numbers[50], numbers[199]), (200, 50, 6900, 7049));
    assert_eq!((grid.gaps[&50].rows, grid.gaps.len(), grid.cut.map(|cut| cut.rows)), (6849, 1, Some(2951)));
}

#[test]
fn of_a_run_that_is_cut_the_steps_that_are_cited_are_shown() {
    let (_, _, short, breach) = broken(1, 1);
    let step = |number: u32| anechoic_engine::Step { number, ..short.steps[0].clone() };
    let record = Record { steps: (1..=100).map(step).collect(), ..short };
    let breach = Breach { step: 90, ..breach };
    let shown = |text: &str| -> Vec<u32> {
        text.lines()
            .filter_map(|line| line.split_whitespace().next()?.parse().ok())
            .filter(|step| *step > 0)
            .collect()
    };
    let text = columns_of(&record, &breach, &[40, 42], 24);
    assert_eq!(
        shown(&text),
        [40, 41, 42, 90],
        "one alone is not left out, since a gap takes a row, too:\n{text}"
    );
    assert!(text.contains("39 rows left out") && text.contains("47 rows left out"), "{text}");
    assert_eq!(shown(&columns_of(&record, &breach, &[40], 90)).len(), 90, "a short run is whole");
}
