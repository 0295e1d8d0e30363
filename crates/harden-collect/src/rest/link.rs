//! The `Link` header (RFC 8288), as far as paging needs it.
//!
//! This is not a dependency because the crates for it are no longer maintained, or accept only
//! absolute targets and drop the parameters of extensions (Sentry's `results` and `cursor`).

use reqwest::header::{HeaderMap, LINK};

/// A link: its target, and its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The target, as it was written: it can be relative.
    pub target: String,
    params: Vec<(String, String)>,
}

impl Link {
    /// The link of a relation in the headers of an answer, if there is one: `next`.
    #[must_use]
    pub fn find(headers: &HeaderMap, relation: &str) -> Option<Self> {
        let values = headers.get_all(LINK).iter();
        values
            .filter_map(|value| value.to_str().ok())
            .flat_map(parse_links)
            .find(|link| link.has_relation(relation))
    }

    /// Whether the link has a relation: `rel` can name several, separated by spaces.
    fn has_relation(&self, relation: &str) -> bool {
        let relations = self.param("rel").unwrap_or_default();
        relations
            .split_whitespace()
            .any(|word| word.eq_ignore_ascii_case(relation))
    }

    /// A parameter: `rel`, and what vendors add (`results`, `cursor`). If there are two of a name,
    /// the first counts.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// A parameter of the target's query: Sentry's `cursor`, GitHub's `page`.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        // a relative target has a query as well, so any base serves
        let base = reqwest::Url::parse("https://relative.invalid").ok()?;
        let url = base.join(&self.target).ok()?;
        url.query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}

/// The links of a header's text. What is not written as RFC 8288 says ends the list.
fn parse_links(text: &str) -> Vec<Link> {
    let mut all = Vec::new();
    let mut rest = text.trim_start_matches([' ', '\t', ',']);
    while let Some((target, after)) = rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
        let (params, after) = parse_params(after);
        all.push(Link {
            target: target.to_owned(),
            params,
        });
        rest = after.trim_start_matches([' ', '\t', ',']);
    }
    all
}

/// Reads `; name=value; name="value"` up to the comma that ends the link, and returns what follows.
/// A comma or a semicolon inside quotes does not end anything, so the header cannot be split at
/// them.
fn parse_params(mut text: &str) -> (Vec<(String, String)>, &str) {
    let mut all = Vec::new();
    loop {
        text = text.trim_start();
        let Some(after) = text.strip_prefix(';') else {
            return (all, text);
        };
        let after = after.trim_start();
        let end = after.find(['=', ';', ',']).unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        let (value, after) = match after.strip_prefix('=').map(str::trim_start) {
            Some(value) => parse_value(value),
            None => (String::new(), after),
        };
        all.push((name.trim().to_owned(), value));
        text = after;
    }
}

/// Reads a value, quoted or not, and returns what follows.
fn parse_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',']).unwrap_or(text.len());
        let (value, after) = text.split_at(end);
        return (value.trim().to_owned(), after);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((i, c)) = chars.next() {
        match c {
            '"' => return (value, quoted.get(i + 1..).unwrap_or_default()),
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    // the quote does not end, so nothing follows
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_sentry_have_a_cursor() {
        let text = r#"<https://sentry.io/api/0/x/?&cursor=0:0:1>; rel="previous"; results="false"; cursor="0:0:1", <https://sentry.io/api/0/x/?&cursor=0%3A100%3A0>; rel="next"; results="true"; cursor="0:100:0""#;
        let found = parse_links(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].param("rel"), Some("next"));
        assert_eq!(found[1].param("results"), Some("true"));
        assert_eq!(found[1].param("cursor"), Some("0:100:0"));
        assert_eq!(found[1].query("cursor").as_deref(), Some("0:100:0"));
        assert_eq!(found[0].param("missing"), None);
    }

    #[test]
    fn commas_and_quotes_inside_a_value_do_not_end_it() {
        let found =
            parse_links(r#"</a?x=1,2>; title="a, \"b\"; c"; rel=next , </b>;rel="last prev";flag"#);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].param("title"), Some(r#"a, "b"; c"#));
        assert_eq!(found[0].param("REL"), Some("next"));
        assert_eq!(found[0].query("x").as_deref(), Some("1,2"));
        assert_eq!(found[1].param("flag"), Some(""));
    }

    #[test]
    fn text_that_is_not_a_link_has_no_relation() {
        for text in ["", "garbage", "<unfinished", "; rel=next", "<a> rel"] {
            let relations = parse_links(text)
                .iter()
                .filter(|l| l.param("rel").is_some())
                .count();
            assert_eq!(relations, 0, "{text}");
        }
        assert_eq!(
            parse_links(r#"<a>; rel="next"#)[0].param("rel"),
            Some("next")
        );
    }

    #[test]
    fn the_link_of_a_relation_is_found() {
        let find = |text: &str| {
            let headers = HeaderMap::from_iter([(LINK, text.parse().unwrap())]);
            Link::find(&headers, "next").map(|link| link.target)
        };
        let github = r#"<https://api.github.com/x?page=1,2>; rel="prev", <https://api.github.com/x?page=3>; rel="next", <https://api.github.com/x?page=9>; rel="last""#;
        assert_eq!(
            find(github).as_deref(),
            Some("https://api.github.com/x?page=3")
        );
        assert_eq!(
            find("<https://a/b>; rel=next").as_deref(),
            Some("https://a/b")
        );
        assert_eq!(
            find(r#"<https://a/b>; rel="last next""#).as_deref(),
            Some("https://a/b")
        );
        for text in [
            r#"<https://a/b>; rel="last""#,
            "",
            "<",
            "<https://a",
            "https://a>; rel=\"next\"",
            "<>",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
