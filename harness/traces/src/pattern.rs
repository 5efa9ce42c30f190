//! What a regular expression finds in a text.
use regex::Regex;
use serde::Deserialize;

/// A regular expression, as a mapping or a configuration writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(Regex);

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Pattern, String> {
        Regex::new(&text).map(Pattern).map_err(|error| {
            let why = error.to_string();
            let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_string();
            format!(
                "`{text}` is no regular expression: {why}; expected one such as 'charged (?<order_id>\\S+)'"
            )
        })
    }
}

impl Pattern {
    /// Whether it is found.
    pub fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// What its named groups find; nothing, if it is not found.
    pub fn named<'p, 't>(&'p self, text: &'t str) -> Option<Vec<(&'p str, &'t str)>> {
        let found = self.0.captures(text)?;
        let named = |name| Some((name, found.name(name)?.as_str()));
        Some(self.0.capture_names().flatten().filter_map(named).collect())
    }

    /// The names of its groups.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.capture_names().flatten()
    }

    /// What the first of its groups that finds something finds; all of it, if it has no group.
    pub(crate) fn part<'t>(&self, text: &'t str) -> Option<&'t str> {
        let found = self.0.captures(text)?;
        match self.0.captures_len() {
            1 => found.get(0),
            _ => found.iter().skip(1).flatten().next(),
        }
        .map(|part| part.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn pattern(text: &str) -> Pattern {
        Pattern::try_from(text.to_string()).expect(text)
    }

    #[test]
    fn named_groups_are_found_and_those_that_take_no_part_are_not() {
        let charged = pattern(r"charged (?<order_id>\S+)( for (?<whom>\w+))?");
        assert_eq!(charged.named("we charged o-1"), Some(vec![("order_id", "o-1")]));
        assert_eq!(charged.named("charged o-1 for ada"), Some(vec![("order_id", "o-1"), ("whom", "ada")]));
        assert_eq!(charged.named("refunded o-1"), None);
    }

    #[test]
    fn a_part_is_a_group_or_all() {
        assert_eq!(pattern("ORDER#(.+)").part("ORDER#o-1"), Some("o-1"));
        assert_eq!(pattern("o-[0-9]+").part("ORDER#o-1"), Some("o-1"));
        assert_eq!(pattern("^(?:a(.)|b(.))$").part("bx"), Some("x"));
        assert_eq!(pattern("ORDER#(.+)").part("CUSTOMER#c-1"), None);
    }

    #[test]
    fn what_is_none_says_so() {
        let error = Pattern::try_from("(".to_string()).expect_err("it is open");
        assert!(error.starts_with("`(` is no regular expression: "), "{error}");
    }
}
