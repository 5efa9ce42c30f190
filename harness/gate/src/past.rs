//! What a read that is eventually consistent may still be answered with: each row as it was before it was changed last.
use crate::{
    ask::{Ask, To},
    dynamo::Tables,
    table::Table,
    world::World,
};
use std::{collections::BTreeMap, sync::Arc};

/// The past of tables that have changed. Where there is no past, it is what is there now.
pub(crate) fn past(
    past: &Tables,
    before: &Tables,
    after: &Tables,
    is_kept: impl Fn(usize) -> bool,
) -> Tables {
    let each = past.iter().zip(before).zip(after).enumerate();
    each.map(|(at, ((past, before), after))| {
        if !is_kept(at) {
            after.clone()
        } else if before == after {
            past.clone()
        } else {
            Arc::new(of_table(past, before, after))
        }
    })
    .collect()
}

fn of_table(past: &Table, before: &Table, after: &Table) -> Table {
    let mut rows: BTreeMap<String, Arc<str>> =
        past.rows().map(|(key, item)| (key.to_string(), item.clone())).collect();
    for (key, item) in before.rows() {
        if after.row(key) != Some(item) {
            rows.insert(key.into(), item.clone());
        }
    }
    for (key, _) in after.rows().filter(|(key, _)| before.row(key).is_none()) {
        rows.remove(key);
    }
    Table::new(rows)
}

impl World {
    /// The tables as they may still be seen by this request, if it need not see the latest and that differs.
    pub(crate) fn as_still_seen(&self, ask: &Ask) -> Option<Tables> {
        let To::Tables(operation) = &ask.to else { return None };
        if self.before() == self.now() {
            return None;
        }
        let body = ask.json();
        let is_eventual = |table: &str| match operation.as_str() {
            "GetItem" | "Query" | "Scan" => body["ConsistentRead"] != true,
            "BatchGetItem" => body["RequestItems"][table]["ConsistentRead"] != true,
            _ => false,
        };
        let asked = self.tables_of(ask);
        let seen: Tables = self
            .specs()
            .zip(self.now().iter().zip(self.before()))
            .map(|(spec, (now, before))| {
                let is_old = asked.contains(&spec.name) && !spec.is_consistent && is_eventual(&spec.name);
                if is_old { before.clone() } else { now.clone() }
            })
            .collect();
        (seen != *self.now()).then_some(seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(rows: &[(&str, &str)]) -> Tables {
        let rows = rows.iter().map(|(key, item)| (key.to_string(), Arc::from(*item)));
        vec![Arc::new(Table::new(rows.collect()))]
    }

    #[test]
    fn each_row_is_as_it_was_before_it_was_changed_last() {
        let kept = |_| true;
        let first = tables(&[("a", "1"), ("b", "1")]);
        let second = tables(&[("a", "2"), ("b", "1"), ("c", "1")]);
        let third = tables(&[("a", "2"), ("c", "2")]);
        let then = past(&first, &first, &second, kept);
        assert_eq!(then, first);
        let then = past(&then, &second, &third, kept);
        assert_eq!(then, tables(&[("a", "1"), ("b", "1"), ("c", "1")]));
        assert_eq!(past(&then, &third, &third, kept), then);
        assert_eq!(past(&then, &third, &first, |_| false), first, "no past is kept of it");
    }
}
