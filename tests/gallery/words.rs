//! A handler for each word with which `as_if_once` says what is wrong: `docs/as-if-once.md` shows them, and the run of each.
use crate::{case, checked, picture};
use anechoic::{AS_IF_ONCE, Case, Client, Failed, Room, Scenario, Service};
use std::{fs, path::Path};

/// Words, by name.
#[derive(Debug, Hash)]
struct Shop(Vec<(&'static str, String)>);

#[derive(Clone, Copy, Debug, Hash)]
enum Ask {
    /// What is there.
    Get(&'static str),
    /// Writes it, and answers with what was there.
    Set(&'static str, &'static str),
    /// Adds to it, and answers with what was there.
    Add(&'static str, &'static str),
}

impl Service for Shop {
    type Request = Ask;
    type Response = String;
    type Answer = bool;

    fn apply(&mut self, ask: &Ask) -> String {
        let (Ask::Get(name) | Ask::Set(name, _) | Ask::Add(name, _)) = *ask;
        let cell = self.0.iter_mut().find(|(other, _)| *other == name).expect("a cell of this name");
        let before = cell.1.clone();
        match ask {
            Ask::Get(_) => {}
            Ask::Set(_, word) => cell.1 = (*word).into(),
            Ask::Add(_, word) => cell.1 = format!("{before} {word}").trim().into(),
        }
        before
    }

    fn cells(&self) -> Vec<(anechoic::Text, String)> {
        self.0.iter().map(|(name, words)| ((*name).into(), format!("{words:?}"))).collect()
    }
}

// duplicate
async fn pay(shop: Client<Shop>) -> Result<bool, Failed> {
    shop.call(Ask::Add("charges", "5€")).await?;
    Ok(true)
}

// lost
async fn pay_if_new(shop: Client<Shop>) -> Result<bool, Failed> {
    if shop.call(Ask::Set("order", "known")).await? == "new" {
        shop.call(Ask::Add("charges", "5€")).await?;
    }
    Ok(true)
}

// denied
async fn book(shop: Client<Shop>) -> Result<bool, Failed> {
    let before = shop.call(Ask::Set("seat", "booked")).await?;
    Ok(before == "free")
}

// stuck
async fn pay_alone(shop: Client<Shop>) -> Result<bool, Failed> {
    if shop.call(Ask::Set("lock", "taken")).await? == "taken" {
        return Err(Failed);
    }
    shop.call(Ask::Set("order", "paid")).await?;
    shop.call(Ask::Set("lock", "free")).await?;
    Ok(true)
}

// torn
async fn resize(shop: Client<Shop>, size: &'static str) -> Result<bool, Failed> {
    shop.call(Ask::Set("width", size)).await?;
    shop.call(Ask::Set("height", size)).await?;
    Ok(true)
}

// no order
async fn buy_the_last(shop: Client<Shop>) -> Result<bool, Failed> {
    if shop.call(Ask::Get("stock")).await? == "none" {
        return Ok(false);
    }
    shop.call(Ask::Set("stock", "none")).await?;
    Ok(true)
}

// another end
async fn advance(shop: Client<Shop>) -> Result<bool, Failed> {
    let is_draft = shop.call(Ask::Get("page")).await? == "draft";
    shop.call(Ask::Set("page", if is_draft { "in review" } else { "live" })).await?;
    Ok(true)
}

/// Who calls which of them.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Word {
    Duplicate,
    Lost,
    Denied,
    Stuck,
    Torn,
    NoOrder,
    AnotherEnd,
}

impl Scenario for Word {
    type Service = Shop;

    fn service(&self) -> Shop {
        let cells: &[_] = match self {
            Word::Duplicate => &[("charges", "")],
            Word::Lost => &[("order", "new"), ("charges", "")],
            Word::Denied => &[("seat", "free")],
            Word::Stuck => &[("lock", "free"), ("order", "new")],
            Word::Torn => &[("width", "small"), ("height", "small")],
            Word::NoOrder => &[("stock", "one")],
            Word::AnotherEnd => &[("page", "draft")],
        };
        Shop(cells.iter().map(|(name, words)| (*name, (*words).into())).collect())
    }

    fn set_up(&self, room: &mut Room<Shop>, _: &[usize]) {
        match self {
            Word::Duplicate => {
                room.callers("pay", 1, pay);
            }
            Word::Lost => {
                room.callers("pay", 1, pay_if_new);
            }
            Word::Denied => {
                room.callers("book", 1, book);
            }
            Word::Stuck => {
                room.callers("pay", 1, pay_alone);
            }
            Word::Torn => {
                room.callers("a", 1, |shop| resize(shop, "large"));
                room.callers("b", 1, |shop| resize(shop, "huge"));
            }
            Word::NoOrder => {
                room.callers("buy", 2, buy_the_last);
            }
            Word::AnotherEnd => {
                room.callers("advance", 1, advance);
            }
        }
    }

    fn refuses(&self, is_done: &bool) -> bool {
        !is_done
    }
}

/// How to get at a scenario.
type Opens = fn() -> Case;

const WORDS: [(&str, Opens); 7] = [
    ("duplicate", || case("pay", || Word::Duplicate)),
    ("lost", || case("pay-if-new", || Word::Lost)),
    ("denied", || case("book", || Word::Denied)),
    ("stuck", || case("pay-alone", || Word::Stuck)),
    ("torn", || case("resize", || Word::Torn)),
    ("no order", || case("buy-the-last", || Word::NoOrder)),
    ("another end", || case("advance", || Word::AnotherEnd)),
];

#[test]
fn the_document_shows_a_handler_and_a_run_for_each_word() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = fs::read_to_string(root.join("gallery/words.rs")).expect("this file");
    let document = fs::read_to_string(root.join("../docs/as-if-once.md")).expect("the document");
    for (word, case) in WORDS {
        let (catalogue, report) = checked(case(), 1);
        let broken = report.results[0].broken.iter().find(|broken| broken.promise == AS_IF_ONCE);
        let ways = &broken.unwrap_or_else(|| panic!("{word}: it holds")).ways;
        assert!(ways.iter().any(|way| way == word), "{word}: {ways:?}");
        let code = source.split(&format!("// {word}\n")).nth(1).and_then(|rest| rest.split("\n\n").next());
        let code = code.expect("the handler for this word");
        for block in
            [format!("```rust\n{code}\n```\n"), format!("```text\n{}```\n", picture(&catalogue, &report))]
        {
            assert!(document.contains(&block), "docs/as-if-once.md has to show for `{word}`:\n{block}");
        }
    }
}
