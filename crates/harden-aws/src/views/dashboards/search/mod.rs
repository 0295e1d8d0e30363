//! Which metrics a SEARCH expression or a Metrics Insights query of a dashboard finds.
//!
//! Syntax: "CloudWatch search expression syntax" and "CloudWatch Metrics Insights query components"
//! in the CloudWatch user guide.

/// The metrics of a resource: their namespace and the dimensions of the resource.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate<'a> {
    pub(crate) namespace: &'a str,
    /// The dimension that identifies the resource by itself comes first.
    pub(crate) dimensions: &'a [(&'a str, &'a str)],
}

impl Candidate<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        let found = self.dimensions.iter().find(|(n, _)| *n == name);
        found.map(|(_, value)| *value)
    }

    fn main_dimension(&self) -> &str {
        self.dimensions.first().map_or("", |(name, _)| *name)
    }
}

/// Whether an expression finds metrics of a resource. The names of metrics are not compared: a search
/// for the name of a metric counts as a match.
pub(crate) fn finds(expression: &str, candidate: &Candidate<'_>) -> bool {
    if expression
        .trim_start()
        .get(..6)
        .is_some_and(|w| w.eq_ignore_ascii_case("select"))
    {
        return query_finds(expression, candidate);
    }
    let mut rest = expression;
    while let Some((_, after)) = rest.split_once("SEARCH(") {
        if let Some(search) = quoted(after.trim_start())
            && search_finds(&search, candidate)
        {
            return true;
        }
        rest = after;
    }
    false
}

/// The quoted text at the start of a text, without the backslashes that escape quotes.
fn quoted(text: &str) -> Option<String> {
    let mut chars = text.chars();
    let mark = chars.next().filter(|c| matches!(c, '\'' | '"'))?;
    let mut out = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c if c == mark => return Some(out),
            c => out.push(c),
        }
    }
    None
}

fn query_finds(query: &str, candidate: &Candidate<'_>) -> bool {
    let names = |part: &str| {
        let mut words = query.split(|c: char| !(c.is_alphanumeric() || "_/-.".contains(c)));
        words.any(|word| word == part)
    };
    names(candidate.namespace)
        && names(candidate.main_dimension())
        && filter_of(query).is_none_or(|filter| filter_finds(filter, candidate))
}

/// The WHERE clause of a query.
fn filter_of(query: &str) -> Option<&str> {
    let upper = query.to_ascii_uppercase();
    let from = upper.find("WHERE")? + "WHERE".len();
    let ends = ["GROUP BY", "ORDER BY", "LIMIT"].into_iter();
    let end = ends.filter_map(|word| Some(from + upper.get(from..)?.find(word)?));
    query.get(from..end.min().unwrap_or(query.len()))
}

/// Whether the comparisons of a WHERE clause with the dimensions of the resource are true. A clause
/// without such a comparison counts as one about other resources.
fn filter_finds(filter: &str, candidate: &Candidate<'_>) -> bool {
    let mut pieces = filter.split('\'');
    let (mut held, mut any) = (Vec::new(), false);
    while let (Some(before), Some(value)) = (pieces.next(), pieces.next()) {
        let before = before.trim_end();
        let (before, equal) = match before.strip_suffix("!=") {
            Some(before) => (before, false),
            None => (before.strip_suffix('=').unwrap_or(before), true),
        };
        let mut words = before.split(|c: char| c.is_whitespace() || "()\"".contains(c));
        let name = words.rfind(|word| !word.is_empty()).unwrap_or_default();
        any |= before
            .split_whitespace()
            .any(|word| word.eq_ignore_ascii_case("or"));
        if let Some(own) = candidate.value(name) {
            held.push((own == value) == equal);
        }
    }
    match any {
        true => held.contains(&true),
        false => !held.is_empty() && !held.contains(&false),
    }
}

fn search_finds(search: &str, candidate: &Candidate<'_>) -> bool {
    let search = search.trim_start();
    let (schema, terms) = match search
        .strip_prefix('{')
        .and_then(|rest| rest.split_once('}'))
    {
        Some((schema, terms)) => (Some(schema), terms),
        None => (None, search),
    };
    if let Some(schema) = schema {
        let mut parts = schema.split(',').map(|part| part.trim().trim_matches('"'));
        let same = parts
            .next()
            .is_some_and(|n| n.eq_ignore_ascii_case(candidate.namespace));
        if !same || !parts.any(|name| name == candidate.main_dimension()) {
            return false;
        }
    }
    let tokens = tokens(terms);
    let mut terms = Terms {
        tokens: &tokens,
        candidate,
        depth: 0,
    };
    terms.any(None) != Some(false)
}

#[derive(Debug, PartialEq)]
enum Token {
    Open,
    Close,
    Equals,
    /// Text in quotes, which must match exactly.
    Exact(String),
    Word(String),
}

fn tokens(text: &str) -> Vec<Token> {
    let mut all = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '(' => all.push(Token::Open),
            ')' => all.push(Token::Close),
            '=' => all.push(Token::Equals),
            '"' => all.push(Token::Exact(
                chars.by_ref().take_while(|c| *c != '"').collect(),
            )),
            c if c.is_whitespace() => {}
            c => {
                let mut word = String::from(c);
                while let Some(c) = chars.next_if(|c| !c.is_whitespace() && !"()=\"".contains(*c)) {
                    word.push(c);
                }
                all.push(Token::Word(word));
            }
        }
    }
    all
}

/// The deepest nesting of parentheses that is followed.
const DEEPEST: usize = 32;

/// A parser that evaluates the terms while it reads them: AND by default, OR, NOT, and parentheses.
/// The value is `None` where it depends on the name of the metric.
struct Terms<'t> {
    tokens: &'t [Token],
    candidate: &'t Candidate<'t>,
    depth: usize,
}

impl Terms<'_> {
    fn next_is(&mut self, word: &str) -> bool {
        match self.tokens.split_first() {
            Some((Token::Word(found), rest)) if found == word => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn any(&mut self, property: Option<&str>) -> Option<bool> {
        let mut found = self.all(property);
        while self.next_is("OR") {
            found = decided(true, found, self.all(property));
        }
        found
    }

    fn all(&mut self, property: Option<&str>) -> Option<bool> {
        let mut found = Some(true);
        loop {
            let next_is_or = matches!(self.tokens.first(), Some(Token::Word(w)) if w == "OR");
            match self.tokens.first() {
                None | Some(Token::Close) => return found,
                _ if next_is_or => return found,
                _ => found = decided(false, found, self.one(property)),
            }
            let _and = self.next_is("AND");
        }
    }

    fn one(&mut self, property: Option<&str>) -> Option<bool> {
        if self.next_is("NOT") {
            return self.one(property).map(|found| !found);
        }
        let tokens = self.tokens;
        let Some((token, rest)) = tokens.split_first() else {
            return Some(true);
        };
        self.tokens = rest;
        match (token, rest) {
            (Token::Word(name), [Token::Equals, after @ ..]) => {
                self.tokens = after;
                self.one(Some(name))
            }
            (Token::Open, _) if self.depth < DEEPEST => {
                self.depth += 1;
                let found = self.any(property);
                self.depth -= 1;
                if let Some((Token::Close, rest)) = self.tokens.split_first() {
                    self.tokens = rest;
                }
                found
            }
            (Token::Exact(text), _) => self.is(property, text, true),
            (Token::Word(text), _) => self.is(property, text, false),
            (Token::Open | Token::Close | Token::Equals, _) => Some(true),
        }
    }

    /// Whether a property of the candidate equals or contains a text; without a property, any of them.
    fn is(&self, property: Option<&str>, text: &str, exact: bool) -> Option<bool> {
        let same = |value: &str| match exact {
            true => value == text,
            false => value.to_lowercase().contains(&text.to_lowercase()),
        };
        match property {
            Some("MetricName") => None,
            Some("Namespace") => Some(same(self.candidate.namespace)),
            Some(name) => Some(self.candidate.value(name).is_some_and(same)),
            None => {
                let mut dimensions = self.candidate.dimensions.iter();
                let found = same(self.candidate.namespace)
                    || dimensions.any(|(name, value)| same(name) || same(value));
                (found || !is_metric_name(text)).then_some(found)
            }
        }
    }
}

/// The OR (`wins` is true) or AND (`wins` is false) of two values. `None` means that a value depends on
/// the name of the metric.
fn decided(wins: bool, one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(one), _) if one == wins => Some(wins),
        (_, Some(other)) if other == wins => Some(wins),
        (Some(_), Some(_)) => Some(!wins),
        _ => None,
    }
}

/// Whether a word looks like the name of a metric: `CPUUtilization`, `HTTPCode_ELB_5XX_Count`.
fn is_metric_name(word: &str) -> bool {
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let capital = word.starts_with(|c: char| c.is_ascii_uppercase());
    plain && capital && word.chars().any(|c| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests;
