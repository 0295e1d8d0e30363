//! The `Link` header (RFC 8288), as far as paging needs it.
//!
//! Our own, since the crates for it are no longer kept up, or know only targets that are absolute and
//! drop the parameters of extensions (Sentry's `results` and `cursor`).

/// A link: where it leads, and its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, as it was written.
    pub target: String,
    params: Vec<(String, String)>,
}

impl Link {
    /// A parameter: `rel`, and what vendors add (`results`, `cursor`). Of two, the first counts.
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
        // a relative target has a query as well: any base will do
        let base = reqwest::Url::parse("https://relative.invalid").ok()?;
        let url = base.join(&self.target).ok()?;
        url.query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}

/// The links of a header's text. What is not written as the standard says ends the list.
pub(crate) fn links(text: &str) -> Vec<Link> {
    let mut all = Vec::new();
    let mut rest = text.trim_start_matches([' ', '\t', ',']);
    while let Some((target, after)) = rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
        let (params, after) = params(after);
        all.push(Link {
            target: target.to_owned(),
            params,
        });
        rest = after.trim_start_matches([' ', '\t', ',']);
    }
    all
}

/// `; name=value; name="value"` up to the comma that ends the link, and what follows.
fn params(mut text: &str) -> (Vec<(String, String)>, &str) {
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
            Some(value) => value_of(value),
            None => (String::new(), after),
        };
        all.push((name.trim().to_owned(), value));
        text = after;
    }
}

/// A value, quoted or not, and what follows.
fn value_of(text: &str) -> (String, &str) {
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
    // the quote does not end: nothing follows
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentry_pages_by_cursor() {
        let text = r#"<https://sentry.io/api/0/x/?&cursor=0:0:1>; rel="previous"; results="false"; cursor="0:0:1", <https://sentry.io/api/0/x/?&cursor=0%3A100%3A0>; rel="next"; results="true"; cursor="0:100:0""#;
        let found = links(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].param("rel"), Some("next"));
        assert_eq!(found[1].param("results"), Some("true"));
        assert_eq!(found[1].param("cursor"), Some("0:100:0"));
        assert_eq!(found[1].query("cursor").as_deref(), Some("0:100:0"));
        assert_eq!(found[0].param("missing"), None);
    }

    #[test]
    fn commas_and_quotes_inside_values_do_not_end_it() {
        let found =
            links(r#"</a?x=1,2>; title="a, \"b\"; c"; rel=next , </b>;rel="last prev";flag"#);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].param("title"), Some(r#"a, "b"; c"#));
        assert_eq!(found[0].param("REL"), Some("next"));
        assert_eq!(found[0].query("x").as_deref(), Some("1,2"));
        assert_eq!(found[1].param("flag"), Some(""));
    }

    #[test]
    fn what_is_no_link_is_none() {
        for text in ["", "garbage", "<unfinished", "; rel=next", "<a> rel"] {
            let relations = links(text)
                .iter()
                .filter(|l| l.param("rel").is_some())
                .count();
            assert_eq!(relations, 0, "{text}");
        }
        assert_eq!(links(r#"<a>; rel="next"#)[0].param("rel"), Some("next"));
    }
}
