//! What an answer of an API says of itself beside its list: that it is a page of more, that it stopped early, how many there are.
//! The services of clouds have names of their own for that, which their formats know; these are everybody's, however they are
//! spelt.
use crate::definition::Object;
use serde_json::Value;

/// The way to another page; there is none if it is empty.
const WAYS: &[&str] = &[
    "next",
    "nexthref",
    "nextlink",
    "nextmarker",
    "nextoffset",
    "nextpage",
    "nextpagestart",
    "nextpagetoken",
    "nextpageurl",
    "nextcursor",
    "nexttoken",
    "nexturl",
    "continue",
    "continuation",
    "continuationtoken",
    "lastevaluatedkey",
    "marker",
    "odatanextlink",
    "scrollid",
    "previous",
    "previouspage",
    "prev",
    "prevpage",
];
/// So, if they are true.
const STOPPED: &[&str] = &[
    "hasmore",
    "hasnext",
    "hasnextpage",
    "haspreviouspage",
    "incomplete",
    "incompleteresults",
    "istruncated",
    "more",
    "moreresults",
    "partial",
    "timedout",
    "truncated",
];
/// So, if they are false.
const CAME_TO_ITS_END: &[&str] =
    &["complete", "iscomplete", "islast", "islastpage", "jobcomplete", "last", "lastpage"];
/// How many there are of all.
const COUNTS: &[&str] = &[
    "count",
    "total",
    "totalcount",
    "totalelements",
    "totalhits",
    "totalitems",
    "totalrecords",
    "totalresults",
    "totalrows",
];
/// How many pages there are, and how many are left out.
const MORE_THAN: &[(&str, u64)] =
    &[("totalpages", 1), ("pagecount", 1), ("remainingitemcount", 0), ("remaining", 0)];
/// As many as a page holds.
const SIZES: &[&str] = &["limit", "maxresults", "pagesize", "perpage"];
/// What went wrong.
const TROUBLES: &[&str] = &["error", "errors", "errormessage", "warning", "warnings"];
/// By what rows were left out.
const FILTERS: &[&str] = &["appliedfilters", "filter", "filters", "where"];
/// What it says of itself besides, and says nothing of what is listed.
const OTHERS: &[&str] = &[
    "apiversion",
    "etag",
    "empty",
    "endcursor",
    "first",
    "from",
    "kind",
    "number",
    "numberofelements",
    "object",
    "odatacontext",
    "odatacount",
    "offset",
    "ok",
    "page",
    "pagenumber",
    "requestid",
    "self",
    "skip",
    "size",
    "start",
    "startat",
    "startcursor",
    "success",
    "took",
    "url",
];
/// The objects in which it says that.
const WITHIN: &[&str] = &[
    "cursors",
    "links",
    "meta",
    "metadata",
    "page",
    "pageable",
    "pageinfo",
    "pagination",
    "paging",
    "responsemetadata",
];

/// What says that the list is not all there is. The members of which formats know more are left to them.
pub(crate) fn lacks(beside: &Object, records: u64, is_known: impl Fn(&str) -> bool) -> Option<String> {
    let own = || beside.iter().filter(|(name, _)| !is_known(name));
    let within = own().filter(|(name, _)| WITHIN.contains(&&*plain(name)));
    let inner = within.filter_map(|(_, value)| value.as_object()).flatten();
    let said: Vec<(String, &str, &Value)> =
        own().chain(inner).map(|(name, value)| (plain(name), &**name, value)).collect();
    let size = |(name, _, value): &&(String, &str, &Value)| {
        SIZES.contains(&&**name) && number(value) == Some(records)
    };
    let is_counted =
        || said.iter().any(|(name, _, value)| COUNTS.contains(&&**name) && number(value).is_some());
    let page = said.iter().find(|said| records > 0 && size(said)).filter(|_| !is_counted());
    let (_, name, value) = said.iter().find(|(name, _, value)| is_lacking(name, value, records)).or(page)?;
    Some(format!(
        "beside the list of {records} it says `{name}`: {value}; expected an answer with all that there is"
    ))
}

fn is_lacking(name: &str, value: &Value, records: u64) -> bool {
    let is = |names: &[&str]| names.contains(&name);
    let more_than = |most| number(value).is_some_and(|number| number > most);
    is(WAYS) && !is_empty(value)
        || is(STOPPED) && *value == Value::Bool(true)
        || is(CAME_TO_ITS_END) && *value == Value::Bool(false)
        || (is(TROUBLES) || is(FILTERS)) && !is_empty(value)
        || is(COUNTS) && more_than(records)
        || MORE_THAN.iter().any(|(known, most)| *known == name && more_than(*most))
}

/// Whether a member says something of the answer alone, so that a list beside it is what was asked for.
pub(crate) fn is_beside(name: &str, value: &Value) -> bool {
    let name = &*plain(name);
    let is_object = value.is_object();
    match name {
        "status" => value.as_str().is_some_and(|said| ["ok", "success"].contains(&&*said.to_lowercase())),
        _ if WITHIN.contains(&name) && is_object => true,
        _ => {
            let all = [WAYS, STOPPED, CAME_TO_ITS_END, COUNTS, SIZES, TROUBLES, FILTERS, OTHERS];
            all.iter().any(|names| names.contains(&name)) || MORE_THAN.iter().any(|(known, _)| *known == name)
        }
    }
}

/// Whether a text stands where others were left out: `[truncated 312 more]`, `... 12 more items`.
pub(crate) fn leaves_out(said: &str) -> bool {
    /// A longer one is a message.
    const LONGEST: usize = 80;
    let lower = said.trim().to_lowercase();
    let begins = ["[", "<", "(", "…", "..."].iter().any(|sign| lower.starts_with(sign));
    let is_told = ["truncated", "omitted", "more"].iter().any(|word| lower.contains(word));
    lower.len() <= LONGEST && !lower.contains('{') && (begins && is_told || ["…", "..."].contains(&&*lower))
}

/// A name as it is compared: `has_more`, `hasMore` and `Has-More` are one.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
    }
}

/// A number, also if it is spelt as a text or as an object with its `value`.
fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        Value::Object(object) => object.get("value")?.as_u64(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lacks(beside: Value) -> Option<String> {
        super::lacks(beside.as_object().expect("an object"), 2, |name| name == "nextToken")
    }

    #[test]
    fn a_page_of_more_is_told_however_it_is_spelt() {
        for beside in [
            json!({"object": "list", "has_more": true}),
            json!({"@odata.nextLink": "https://x"}),
            json!({"count": 99, "next": null}),
            json!({"meta": {"next_page": 2}}),
            json!({"_links": {"next": {"href": "/t?page=2"}}}),
            json!({"pagination": {"page": 1, "per_page": 2, "total_pages": 3}}),
            json!({"last": false}),
            json!({"hits": 2, "total": {"value": 3, "relation": "eq"}}),
            json!({"totalRows": "900"}),
            json!({"rows": 2, "error": "timeout after 30 s"}),
            json!({"limit": 2, "offset": 0}),
            json!({"filter": "status:FAILED"}),
        ] {
            assert!(lacks(beside.clone()).is_some(), "{beside}");
        }
        let said = lacks(json!({"IsTruncated": true})).expect("it lacks");
        assert_eq!(
            said,
            "beside the list of 2 it says `IsTruncated`: true; expected an answer with all that there is"
        );
    }

    #[test]
    fn what_stands_for_others_is_known_from_what_is_said() {
        for text in ["[truncated 312 more]", "... 12 more items", "<5 rows omitted>", "…"] {
            assert!(leaves_out(text), "{text}");
        }
        for text in ["[INFO] charged", "o-1", "one more time", "[more] {\"order_id\":\"o-1\"}", ""] {
            assert!(!leaves_out(text), "{text}");
        }
    }

    #[test]
    fn an_answer_with_all_there_is_lacks_nothing() {
        for beside in [
            json!({}),
            json!({"has_more": false, "next": null, "next_cursor": "", "errors": [], "total": 2}),
            json!({"total": 0, "limit": 0, "offset": 0}),
            json!({"limit": 2, "total_count": 2, "last": true}),
            json!({"limit": 100}),
            json!({"total": 12.5, "order": "o-1"}),
            json!({"nextToken": "a format knows what it means"}),
        ] {
            assert_eq!(lacks(beside.clone()), None, "{beside}");
        }
    }
}
