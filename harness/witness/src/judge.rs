//! From what is in the tables to what is told of promises.
use crate::{
    Judged, Stray, Tabled, Testimony, Verdict,
    absent::may_count_what_is_absent,
    changes::OnTheWay,
    doubts::{Doubts, Told},
    table::Held,
    witness::{Witness, records},
};
use anechoic_rows::{AskError, Blank, Found, Promise, Query, Unheld, When, perhaps};

impl Witness {
    /// Judges all promises. As long as `go_on` says so, what must never be is looked for after each change; then only at the
    /// end.
    pub fn judge(mut self, go_on: &mut dyn FnMut() -> bool) -> Testimony {
        self.doubt();
        let on_the_way = self.change(go_on);
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
        let missing = self.missing(query).into_iter().chain(absent).chain(misleads).chain(readings);
        let missing: Vec<String> = missing.collect();
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

    /// The names that a query looks for within JSON, and no row has.
    fn absent_in_json(&self, query: Query) -> Result<Vec<String>, AskError> {
        let names: Vec<&str> =
            self.rows.tables_of(query).filter(|name| !self.rows.unwritten(query).contains(name)).collect();
        let absent = if names.is_empty() { Vec::new() } else { self.rows.absent_in_json(query)? };
        let told = |name: &String| format!("no row of {} has a `{name}` within its JSON", names.join(" or "));
        Ok(absent.iter().map(told).collect())
    }

    /// The tables and columns that a query names and the input has not.
    fn missing(&self, query: Query) -> Vec<String> {
        let absent = self
            .rows
            .tables_of(query)
            .filter(|name| self.tables.get(*name).is_none_or(|held| !held.is_there));
        let absent = absent.map(|name| {
            let there = self.tables.iter().filter(|(_, held)| held.is_there).map(|(name, _)| name.as_str());
            let how = match self.tables.get(name).is_some_and(|held| held.is_log) {
                true => "no line of a log",
                false => "--table says which file, or which table of the input, is this one",
            };
            format!("the input has no table `{name}`{} ({how})", perhaps(name, there))
        });
        absent.chain(self.rows.blanks(query).iter().map(|blank| self.blank(blank))).collect()
    }

    /// What is said of a column that no row has: which one may be meant, and which there are.
    fn blank(&self, blank: &Blank) -> String {
        /// More columns than these are not listed.
        const LISTED: usize = 12;
        let columns: Vec<&str> =
            blank.tables.iter().flat_map(|table| self.rows.columns_with_rows(table)).collect();
        let (meant, more) = (perhaps(&blank.column, columns.iter().copied()), columns.len() > LISTED);
        let listed = columns[..columns.len().min(LISTED)].join(", ");
        format!("{blank}{meant}; its columns are {listed}{}", if more { ", …" } else { "" })
    }

    /// Whether the rows of a query are told by changes, of which others may follow.
    fn may_change(&self, query: Query) -> bool {
        let mut tables = self.rows.tables_of(query).filter_map(|name| self.tables.get(name));
        tables.any(|held| !held.ordered_by.is_empty())
    }

    /// What has no row says nothing.
    fn without_a_row(&self, query: Query) -> Vec<String> {
        let is_there = |name: &&&str| self.tables.get(**name).is_some_and(|held| held.is_there);
        let unwritten = self.rows.unwritten(query);
        unwritten
            .iter()
            .filter(is_there)
            .map(|name| format!("`{name}` has no row, so it says nothing"))
            .collect()
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

fn broken(found: &Found, at: Option<&str>) -> String {
    match at {
        Some(at) => format!("after {at}: {found}"),
        None => found.to_string(),
    }
}
