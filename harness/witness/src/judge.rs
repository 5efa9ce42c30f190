//! From what is in the tables to what is told of promises.
use crate::{
    Judged, Stray, Tabled, Testimony, Verdict,
    absent::may_count_what_is_absent,
    changes::OnTheWay,
    doubts::{Doubts, Told},
    table::Held,
    witness::{Witness, records},
};
use anechoic_rows::{AskError, Found, Promise, Query, Unheld, When};

impl Witness {
    /// Judges all promises. As long as `go_on` says so, what must never be is looked for after each change; then only at the
    /// end.
    pub fn judge(mut self, go_on: &mut dyn FnMut() -> bool) -> Testimony {
        self.doubt();
        let on_the_way = self.change(go_on);
        self.note_what_is_vain();
        let promises = self.config.promises.clone();
        let of_trace = promises.iter().zip(on_the_way).zip(self.queries.clone());
        let of_trace = of_trace.filter(|((promise, _), _)| promise.when.is_of_traces());
        let judged = of_trace
            .map(|((promise, on_the_way), query)| self.of_promise(promise, on_the_way, query))
            .collect();
        let others = promises.iter().filter(|promise| !promise.when.is_of_traces());
        let table = |(name, held): (&String, &Held)| Tabled {
            name: name.clone(),
            is_there: held.is_there,
            records: held.records,
            repeated: held.repeated,
            files: held.files.iter().cloned().collect(),
        };
        let stray = |(what, (records, first))| Stray { records, first: ToString::to_string(&first), what };
        Testimony {
            tables: self.tables.iter().map(table).collect(),
            promises: judged,
            not_judged: others.map(|promise| promise.name.clone()).collect(),
            strays: self.strays.into_iter().map(stray).collect(),
            notes: self.notes.into_iter().collect(),
            files: self.read,
        }
    }

    fn of_promise(&mut self, promise: &Promise, on_the_way: OnTheWay, query: Query) -> Judged {
        let judged = |verdict, why, at, found| Judged {
            name: promise.name.clone(),
            about: promise.about.clone(),
            when: promise.when,
            verdict,
            why,
            at,
            found,
            is_so_far: false,
        };
        let unheld = match on_the_way.unheld {
            Ok(unheld) => unheld,
            Err(error) => return judged(Verdict::CannotTell, error.to_string(), None, None),
        };
        let (found, at) = match (on_the_way.broken, self.rows.ask(query)) {
            (Some((found, at)), _) => (found, Some(at.to_string())),
            (None, Ok(found)) => (found.clone(), None),
            (None, Err(error)) => return judged(Verdict::CannotTell, error.to_string(), None, None),
        };
        // What is only absent may be promised to be.
        let (misspelt, absent): (Vec<Unheld>, Vec<Unheld>) =
            unheld.into_iter().partition(|unheld| found.is_empty() && unheld.meant.is_some());
        self.notes.extend(absent.iter().map(ToString::to_string));
        let readings = match self.readings(query) {
            Ok(readings) => readings,
            Err(error) => return judged(Verdict::CannotTell, error.to_string(), None, None),
        };
        let absent = match self.absent_in_json(query) {
            Ok(absent) => absent,
            Err(error) => return judged(Verdict::CannotTell, error.to_string(), None, None),
        };
        let misleads = self.doubts(query, |doubts| &doubts.misleads);
        let missing: Vec<String> = self.missing(query).into_iter().chain(absent).collect();
        // What is found without all that the query names shows that it is not there, and nothing else.
        let is_vain = !missing.is_empty();
        let missing: Vec<String> = missing.into_iter().chain(misleads).chain(readings).collect();
        let lacks = self.doubts(query, |doubts| &doubts.lacks);
        let unseen = on_the_way.unseen.filter(|_| promise.when == When::Never);
        if found.is_empty() {
            let misspelt = misspelt.iter().map(ToString::to_string);
            let whys = missing.into_iter().chain(self.without_a_row(query)).chain(misspelt);
            let whys: Vec<String> = whys.chain(lacks).chain(unseen).collect();
            return match whys.is_empty() {
                true => judged(Verdict::Holds, self.counted(query), None, None),
                false => judged(Verdict::CannotTell, whys.join("; "), None, None),
            };
        }
        let counts_absent = may_count_what_is_absent(promise.sql());
        let is_at_rest = promise.when == When::AtRest;
        let lacks = if is_at_rest || counts_absent { lacks } else { Vec::new() };
        let goes_on = match counts_absent || is_at_rest && self.may_change(query) {
            true => self.doubts(query, |doubts| &doubts.goes_on),
            false => Vec::new(),
        };
        let whys: Vec<String> = missing.into_iter().chain(lacks).chain(goes_on.clone()).collect();
        if whys.is_empty() {
            return judged(Verdict::Violated, broken(&found, at.as_deref()), at, Some(found));
        }
        if is_vain {
            let why = format!(
                "{}; what it finds without that says nothing: {}",
                whys.join("; "),
                rows(found.count())
            );
            return judged(Verdict::CannotTell, why, at, None);
        }
        let why = format!("{}; and yet it finds {found}", whys.join("; "));
        Judged { is_so_far: whys == goes_on, ..judged(Verdict::CannotTell, why, at, Some(found)) }
    }

    /// Why it is not known what texts mean, if the answer depends on that.
    fn readings(&mut self, query: Query) -> Result<Option<String>, AskError> {
        let is_nothing = self.rows.ask(query)?.is_empty();
        let otherwise = self.rows.ask_otherwise(query)?;
        Ok(otherwise.filter(|otherwise| otherwise.found.is_empty() != is_nothing).map(|otherwise| {
            let columns: Vec<String> = otherwise.columns.iter().map(ToString::to_string).collect();
            format!(
                "{}; if they do, the answer is another one (say in the query which it is: cast(… as real), cast(… as text), \
                 replace(…), or a comparison with the text itself)",
                columns.join(", and ")
            )
        }))
    }

    /// Whether the rows of a query are told by changes, of which others may follow.
    fn may_change(&self, query: Query) -> bool {
        let mut tables = self.rows.tables_of(query).filter_map(|name| self.tables.get(name));
        tables.any(|held| !held.ordered_by.is_empty())
    }

    /// Why the tables of a query may not show what they held.
    fn doubts(&self, query: Query, which: impl Fn(&Doubts) -> &Told) -> Vec<String> {
        let of_table = |name: &str| {
            let doubts = self.tables.get(name).into_iter().flat_map(|held| which(&held.doubts).iter());
            doubts.map(|doubt| format!("{name}: {doubt}")).collect::<Vec<String>>()
        };
        self.rows.tables_of(query).flat_map(of_table).collect()
    }

    /// How much was looked at.
    fn counted(&self, query: Query) -> String {
        let of_table =
            |name: &str| self.tables.get(name).map(|held| format!("{} of {name}", records(held.records)));
        let counted: Vec<String> = self.rows.tables_of(query).filter_map(of_table).collect();
        format!("no row is found in {}", counted.join(" and "))
    }
}

fn rows(count: u64) -> String {
    format!("{count} {}", if count == 1 { "row" } else { "rows" })
}

fn broken(found: &Found, at: Option<&str>) -> String {
    match at {
        Some(at) => format!("after {at}: {found}"),
        None => found.to_string(),
    }
}
