//! Placeholders for values that are filled in later.

/// Whether a whole text is a placeholder. A text that only begins like one is not: passwords can begin
/// with `$` and `%` too.
pub(super) fn is_placeholder(text: &str) -> bool {
    const PAIRS: [(&str, &str); 4] = [("${", "}"), ("$(", ")"), ("{{", "}}"), ("<", ">")];
    let within = |(open, close): (&str, &str)| text.strip_prefix(open)?.strip_suffix(close);
    let named = [("$", ""), ("%", "%"), ("{", "}")];
    PAIRS.into_iter().any(|pair| within(pair).is_some())
        || named.into_iter().filter_map(within).any(is_variable_name)
        || text.chars().all(|c| "*xX.".contains(c))
        || text.eq_ignore_ascii_case("redacted")
}

/// Whether a text is the name of an environment variable: capitals, digits and underscores.
fn is_variable_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && text
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
