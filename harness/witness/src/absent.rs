//! Whether a query may count what is absent, so that rows which are not in the input could change what it found.

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

/// What stands before a query within brackets all of whose rows count.
const OF_ROWS: [&str; 6] = ["exists", "in", "from", "join", ",", "as"];

/// Whether it may. It is answered by its words alone, and where these leave it open, the answer is yes.
///
/// What only joins, compares and counts to more than a number finds no less if there are more rows.
pub(crate) fn may_count_what_is_absent(sql: &str) -> bool {
    let words = words(sql);
    let is_one = |words: &[String]| {
        // Of a query within brackets only the first row counts, unless it is asked whether there is any, or it is a table.
        let [before, bracket, word] = words else { return false };
        bracket == "("
            && ["select", "with", "values"].contains(&word.as_str())
            && !OF_ROWS.contains(&before.as_str())
    };
    if words.iter().any(|word| WORDS.contains(&word.as_str())) || words.windows(3).any(is_one) {
        return true;
    }
    if !words.iter().any(|word| word == "count") {
        return false;
    }
    // A count that is compared must be compared in `having`, and there with nothing but a number that it exceeds.
    let mut parts = words.split(|word| word == "having");
    let (before, after) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let is_compared = |words: &[String]| {
        words.iter().any(|word| ["<", "<=", "=", "==", "<>", "!="].contains(&word.as_str()))
    };
    let is_in_a_query_within =
        before.windows(2).any(|pair| pair[0] == "(" && ["select", "with"].contains(&pair[1].as_str()));
    after.is_empty()
        || parts.next().is_some()
        || is_compared(after)
        || is_in_a_query_within
        || after.iter().any(|word| word == "select")
}

/// The words and signs of a query, without its texts, quoted names and comments.
fn words(sql: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' | '"' | '`' | '[' => {
                let end = if letter == '[' { ']' } else { letter };
                letters.by_ref().take_while(|letter| *letter != end).for_each(drop);
                words.push("…".into());
            }
            '-' if letters.next_if_eq(&'-').is_some() => {
                letters.by_ref().take_while(|letter| *letter != '\n').for_each(drop);
            }
            '/' if letters.next_if_eq(&'*').is_some() => {
                let mut before = ' ';
                letters
                    .by_ref()
                    .take_while(|letter| !(std::mem::replace(&mut before, *letter) == '*' && *letter == '/'))
                    .for_each(drop);
            }
            letter if letter.is_alphanumeric() || letter == '_' => {
                let mut word = letter.to_lowercase().collect::<String>();
                while let Some(letter) = letters.next_if(|letter| letter.is_alphanumeric() || *letter == '_')
                {
                    word.extend(letter.to_lowercase());
                }
                words.push(word);
            }
            '<' | '>' | '=' | '!' => {
                let mut sign = String::from(letter);
                sign.extend(letters.next_if(|letter| ['=', '>'].contains(letter)));
                words.push(sign);
            }
            letter if letter.is_whitespace() => {}
            letter => words.push(letter.into()),
        }
    }
    words
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
        ] {
            assert!(may_count_what_is_absent(sql), "{sql}");
        }
    }
}
