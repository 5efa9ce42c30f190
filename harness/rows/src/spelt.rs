//! Texts that spell numbers: what a query finds if they are numbers.
use crate::{AskError, Found, Query, Rows, schema::quoted};
use std::sync::atomic::Ordering;

/// What a query finds by another reading of what its tables hold.
#[derive(Clone, Debug)]
pub struct ByNumber {
    /// The columns that are read otherwise, each as `table.column`.
    pub columns: Vec<String>,
    /// What it finds then.
    pub found: Found,
}

/// How many of the texts of a column spell numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spell {
    /// All of them.
    All,
    /// Some spell decimals. Whole numbers among other texts are rather names, such as those of orders.
    SomeDecimals,
}

impl Rows {
    /// What a query finds if the texts that spell numbers, in the columns that it reads, are these numbers; none, if it reads no such
    /// column. SQLite compares no text with a number: every text is greater, so `'-7.50' < 0` is false. Whoever casts
    /// finds the same by either reading.
    ///
    /// # Errors
    /// [`AskError`], if it has no answer.
    pub fn ask_by_number(&mut self, query: Query) -> Result<Option<ByNumber>, AskError> {
        let reads = self.columns_of(query);
        self.left.store(u64::MAX, Ordering::Relaxed);
        let failed = |error: rusqlite::Error| AskError::Failed(error.to_string());
        let mut columns = Vec::new();
        for (table, column) in reads.into_iter().filter(|(_, column)| !column.is_empty()) {
            if let Some(spell) = self.spell(&table, &column).map_err(failed)? {
                columns.push((table, column, spell));
            }
        }
        if columns.is_empty() {
            return Ok(None);
        }
        let mut tables: Vec<&String> = columns.iter().map(|(table, ..)| table).collect();
        tables.dedup();
        let views: Vec<String> = tables.iter().map(|table| self.view(table, &columns)).collect();
        // A temporary view comes before a table of its name.
        let drop: Vec<String> =
            tables.iter().map(|table| format!("drop view if exists temp.{}", quoted(table))).collect();
        let found = self
            .data
            .execute_batch(&views.join(";"))
            .map_err(failed)
            .and_then(|()| self.compute(&self.queries[query.0]));
        self.data.execute_batch(&drop.join(";")).map_err(failed)?;
        let columns = columns.into_iter().map(|(table, column, _)| format!("{table}.{column}")).collect();
        Ok(Some(ByNumber { columns, found: found? }))
    }

    /// Which of a column's texts spell numbers that are not rounded; none, if too few do.
    fn spell(&self, table: &str, column: &str) -> rusqlite::Result<Option<Spell>> {
        let (table, column) = (quoted(table), quoted(column));
        let texts = format!("from main.{table} where typeof({column}) = 'text'");
        let sql = format!(
            "select not exists(select 1 {texts} and not {}), exists(select 1 {texts} and {}), exists(select 1 {texts})",
            number(&column),
            decimal(&column)
        );
        self.data.query_row(&sql, [], |row| {
            let (all, decimals, any): (bool, bool, bool) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(match (any && all, decimals) {
                (true, _) => Some(Spell::All),
                (false, true) => Some(Spell::SomeDecimals),
                (false, false) => None,
            })
        })
    }

    /// A view of a table in which these columns have numbers. To be cast makes a whole column one of numbers, to which a text that it
    /// is compared with becomes a number, too.
    fn view(&self, table: &str, numbers: &[(String, String, Spell)]) -> String {
        let held = self.names.iter().position(|name| name == table).map(|at| &self.tables[at]);
        let column = |name: &str| {
            let is_it = |(of, column, _): &&(_, String, _)| of == table && column.eq_ignore_ascii_case(name);
            let (spell, name) = (numbers.iter().find(is_it).map(|(.., spell)| *spell), quoted(name));
            match spell {
                None => name,
                Some(Spell::All) => format!("cast({name} as numeric) as {name}"),
                Some(Spell::SomeDecimals) => format!(
                    "case when typeof({name}) = 'text' and {} then cast({name} as numeric) else {name} end as {name}",
                    decimal(&name)
                ),
            }
        };
        let columns: Vec<String> =
            held.into_iter().flat_map(|held| held.columns.iter()).map(|own| column(&own.name)).collect();
        format!("create temp view {0} as select {1} from main.{0}", quoted(table), columns.join(", "))
    }
}

/// Whether a text spells a number that is not rounded.
fn number(column: &str) -> String {
    format!(
        "({column} not glob '*[^0-9.-]*' and {column} glob '*[0-9]*' and {column} not glob '*.*.*' \
         and {column} not glob '?*-*' and length({column}) <= 15)"
    )
}

/// Whether a text spells such a number with a point in it.
fn decimal(column: &str) -> String {
    format!("{} and {column} glob '*.*'", number(column))
}

#[cfg(test)]
mod tests {
    use crate::{Object, Rows, Table};
    use serde_json::json;

    fn object(value: serde_json::Value) -> Object {
        value.as_object().expect("an object").clone()
    }

    /// Whether a query finds something, as texts and as numbers.
    fn both(sql: &str, cents: &[serde_json::Value]) -> (bool, Option<bool>) {
        let mut rows = Rows::new([Table::new("orders")]).expect("a table");
        let query = rows.query(sql).expect("a query");
        let all: Vec<Object> =
            cents.iter().enumerate().map(|(at, cents)| object(json!({"id": at, "cents": cents}))).collect();
        rows.replace("orders", &all).expect("rows");
        let as_text = !rows.ask(query).expect("an answer").is_empty();
        let by_number = rows.ask_by_number(query).expect("an answer").map(|by| !by.found.is_empty());
        assert_eq!(rows.ask(query).expect("an answer").is_empty(), !as_text, "nothing is left of the other");
        (as_text, by_number)
    }

    #[test]
    fn a_text_that_spells_a_number_is_one_by_the_other_reading() {
        let below = "select * from orders where cents < 0";
        let text = json!("-7.50");
        let one = std::slice::from_ref(&text);
        assert_eq!(both(below, &[json!("3.00"), text.clone()]), (false, Some(true)));
        assert_eq!(both("select id from orders where cents > 100", one), (true, Some(false)));
        assert_eq!(both(below, &[json!("n/a"), json!(3), text.clone()]), (false, Some(true)));
        let cast = "select o.id from orders o where cast(o.cents as real) < 0";
        assert_eq!(both(cast, one), (true, Some(true)));
        assert_eq!(both("select id from orders where cents = '-7.50'", one), (true, Some(true)));
        assert_eq!(both("select id from orders where id > 0", one), (false, None));
        assert_eq!(
            both("select o.cents from orders o join orders p on o.cents = p.cents", one),
            (true, Some(true))
        );
    }

    #[test]
    fn what_is_a_number_already_or_does_not_spell_one_is_read_in_one_way() {
        let below = "select * from orders where cents < 0";
        for cents in [json!(-7.5), json!("o-1"), json!("2026-11-27"), json!("1.2.3"), json!(""), json!(null)]
        {
            assert_eq!(both(below, std::slice::from_ref(&cents)).1, None, "{cents}");
        }
        assert_eq!(both(below, &[json!("12"), json!("-")]).1, None, "they may be names");
        assert_eq!(both(below, &[json!("1234567890123456")]).1, None, "it might be rounded");
    }
}
