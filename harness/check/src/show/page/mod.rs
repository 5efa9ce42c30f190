//! A report as one page: it needs nothing beside itself, asks for nothing, and can be read without its script.
mod check;
mod exhibit;
pub mod explore;
mod policy;

pub use check::check_page;
pub use exhibit::{Change, Exhibit};

use anechoic_evidence::harmless_lines;
use askama::Template;
use exhibit::Shown;

/// All that a page shows.
#[derive(Default)]
pub struct Page {
    /// What it is about, in a line.
    pub title: String,
    /// What all of it comes to, a line for each reason; each begins with its mark.
    pub verdict: Vec<String>,
    /// Each subject that was searched.
    pub searched: Vec<Searched>,
    /// How it was searched, and what was not: a name and a value each.
    pub bound: Vec<(String, String)>,
    /// The runs to be shown.
    pub exhibits: Vec<Exhibit>,
    /// What was known to be broken, and is not any more.
    pub fixed: Vec<String>,
}

/// A subject that was searched.
pub struct Searched {
    /// What: a scenario, and a version.
    pub what: String,
    /// How many runs were made.
    pub runs: String,
    /// How much of the bound that was.
    pub extent: String,
    /// Which promises are broken.
    pub broken: Vec<String>,
    /// What is known of the others.
    pub others: String,
}

#[derive(Template)]
#[template(path = "page.html")]
struct Whole<'p> {
    page: &'p Page,
    shown: Vec<Shown<'p>>,
    policy: String,
    style: &'static str,
    script: &'static str,
}

const STYLE: &str =
    concat!(include_str!("../../../templates/page.css"), include_str!("../../../templates/picture.css"));
const SCRIPT: &str = include_str!("../../../templates/page.js");

impl Page {
    /// The page, as HTML.
    pub fn to_html(&self) -> String {
        let whole = Whole {
            page: self,
            shown: (1..).zip(&self.exhibits).map(|(number, exhibit)| Shown::new(number, exhibit)).collect(),
            policy: policy::policy(STYLE, SCRIPT),
            style: STYLE,
            script: SCRIPT,
        };
        // Markup is spelt out by the template, and whatever else would act by us.
        harmless_lines(&whole.render().expect("a page in memory can be written"))
    }
}
