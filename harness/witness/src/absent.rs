//! Whether a query may count what is absent, so that rows which are not in the input could change what it found.
use anechoic_rows::words;

/// Words after which more rows may mean fewer results.
const WORDS: [&str; 26] = [
    "left",
    "right",
    "full",
    "outer",
    "not",
    "except",
    "null",
    "isnull",
    "limit",
    "offset",
    "over",
    "min",
    "max",
    "sum",
    "avg",
    "total",
    "case",
    "iif",
    "coalesce",
    "ifnull",
    "nullif",
    "group_concat",
    "string_agg",
    "json_group_array",
    "json_group_object",
    "all",
];

/// What stands before and behind a condition whose truth is asked for, and nothing else of it.
const BEFORE_TRUTH: [&str; 7] = ["where", "and", "or", "on", "having", "(", ""];
const BEHIND_TRUTH: [&str; 9] = ["", ")", "and", "or", "group", "order", "having", "union", "where"];

/// Whether it may. It is answered by its words alone, and where these leave it open, the answer is yes.
///
/// What only joins, compares and counts to more than a number finds no less if there are more rows.
pub(crate) fn may_count_what_is_absent(sql: &str) -> bool {
    let words = words(sql);
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    has(&WORDS)
        || queries_within(&words).any(|at| !finds_no_less(&words, at))
        || has(&["count"]) && !counts_to_more(&words)
}

fn word(words: &[String], at: Option<usize>) -> &str {
    at.and_then(|at| words.get(at)).map_or("", String::as_str)
}

/// Where the brackets of queries within a query open.
fn queries_within(words: &[String]) -> impl Iterator<Item = usize> {
    (0..words.len()).filter(|at| words[*at] == "(" && is_query(words, *at))
}

/// Whether a query within brackets that finds more never makes the whole find less. Of one that is a value only the first row counts;
/// what is asked for in `exists` and `in` must be asked as it is.
fn finds_no_less(words: &[String], at: usize) -> bool {
    match word(words, at.checked_sub(1)) {
        "from" | "join" | "," | "as" => true,
        "exists" => is_truth(words, at - 1, closing(words, at)),
        // What is looked for is no more than a name, or within brackets.
        "in" => {
            let end = at - 1;
            let begins = match word(words, end.checked_sub(1)) {
                ")" => around(words, end - 1),
                _ => (0..end).rev().take_while(|at| *at + 1 == end || is_of_a_name(words, *at)).last(),
            };
            begins.is_some_and(|begins| is_truth(words, begins, closing(words, at)))
        }
        _ => false,
    }
}

fn is_of_a_name(words: &[String], at: usize) -> bool {
    word(words, Some(at)) == "." || word(words, Some(at + 1)) == "."
}

/// Whether a condition that stands from one word to another is asked for its truth, in all brackets around it.
fn is_truth(words: &[String], begins: usize, ends: Option<usize>) -> bool {
    let Some(ends) = ends else { return false };
    let (before, behind) = (begins.checked_sub(1), ends + 1);
    let is_asked =
        BEFORE_TRUTH.contains(&word(words, before)) && BEHIND_TRUTH.contains(&word(words, Some(behind)));
    match around(words, begins) {
        _ if !is_asked => false,
        Some(bracket) if !is_query(words, bracket) => is_truth(words, bracket, closing(words, bracket)),
        _ => true,
    }
}

fn is_query(words: &[String], bracket: usize) -> bool {
    ["select", "with", "values"].contains(&word(words, Some(bracket + 1)))
}

/// The bracket that is open at a word, if one is; at one that closes, the one that it closes.
fn around(words: &[String], at: usize) -> Option<usize> {
    let mut depth = 0_i32;
    (0..at).rev().find(|at| {
        depth += match words[*at].as_str() {
            ")" => 1,
            "(" => -1,
            _ => 0,
        };
        depth < 0
    })
}

/// The bracket that closes this one.
fn closing(words: &[String], open: usize) -> Option<usize> {
    let mut depth = 0_i32;
    (open..words.len()).find(|at| {
        depth += match words[*at].as_str() {
            "(" => 1,
            ")" => -1,
            _ => 0,
        };
        depth == 0
    })
}

/// Whether what is counted is compared in `having`, and there with nothing but a number that it exceeds.
fn counts_to_more(words: &[String]) -> bool {
    let mut parts = words.split(|word| word == "having");
    let (before, after) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let end = after
        .iter()
        .position(|word| ["order", "union", "intersect"].contains(&word.as_str()))
        .unwrap_or(after.len());
    let mut conditions = after[..end].split(|word| word == "and" || word == "or");
    parts.next().is_none() && queries_within(before).next().is_none() && conditions.all(exceeds_a_number)
}

/// Whether this is `count(…) > 1`, or the same with the name that it was given.
fn exceeds_a_number(condition: &[String]) -> bool {
    let [counted @ .., sign, number] = condition else { return false };
    let is_count = match counted {
        [count, .., last] => {
            count == "count" && last == ")" && closing(counted, 1) == Some(counted.len() - 1)
        }
        [name] => name.starts_with(|letter: char| letter.is_alphabetic()),
        [] => false,
    };
    is_count && [">", ">="].contains(&sign.as_str()) && number.chars().all(|letter| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::may_count_what_is_absent;

    #[test]
    fn what_joins_and_counts_to_more_finds_no_less_in_more_rows() {
        for sql in [
            "select order_id, count(*) as charges from charges group by order_id having count(*) > 1",
            "select order_id from charges where status = 'PAID' group by order_id having count(distinct id) >= 2",
            "select * from orders where exists (select 1 from events) and order_id in (select order_id from events)",
            "select * from orders o join events e using (order_id) where o.cents <> e.cents -- not all",
            "select 'left', \"not\" from orders /* except */ where status < 3",
            "select order_id, count(*) c from charges group by order_id having c > 1 order by c",
            "select * from orders o where o.status = 'PAID' and (exists (select 1 from events) or o.id in (select id from refunds))",
            "select * from orders o where (o.id, o.status) in (select id, status from events) group by o.id",
        ] {
            assert!(!may_count_what_is_absent(sql), "{sql}");
        }
    }

    #[test]
    fn what_looks_for_what_is_not_there_may_find_less_in_more_rows() {
        for sql in [
            "select o.order_id from orders o left join events e using (order_id) where e.order_id is null",
            "select * from orders where order_id not in (select order_id from events)",
            "select * from orders except select * from events",
            "select order_id from charges group by order_id having count(*) <> 2",
            "select order_id from charges group by order_id having sum(cents) > 100",
            "select * from orders where (select count(*) from events) < 2",
            "select * from (select count(*) as n from events) where n < 2",
            "select order_id from charges group by order_id having count(*) > (select count(*) from orders)",
            "select count(*) from charges",
            "select * from charges where cents > (select cents from prices)",
            "select 'it''s' from orders where order_id NOT in (1)",
            "select order_id from charges group by order_id having count(*) between 1 and 2",
            "select order_id from charges group by order_id having count(*) in (1, 2)",
            "select order_id from charges group by order_id having 3 > count(*)",
            "select order_id from charges group by order_id having 5 - count(*) > 0",
            "select order_id from charges group by order_id having -count(*) > -5",
            "select order_id from charges group by order_id having 10 / count(*) > 3",
            "select * from orders where (id in (select id from events)) = 0",
            "select * from orders where (id in (select id from events)) is false",
            "select * from orders where id in (select id from events) = 0",
            "select * from orders o where exists (select 1 from events e where e.id = o.id) < 1",
            "select * from orders o where 1 - exists (select 1 from events e where e.id = o.id)",
            "select * from orders o where abs(exists (select 1 from events) - 1)",
            "select * from orders o where (o.id = 1 and exists (select 1 from events)) = 0",
            "select * from orders o where abs(o.id in (select id from events))",
            "select * from orders o where ~exists (select 1 from events) & 1",
        ] {
            assert!(may_count_what_is_absent(sql), "{sql}");
        }
    }
}
