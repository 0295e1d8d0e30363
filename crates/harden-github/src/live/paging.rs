//! Listings that come page by page.

/// The address of the next page, of a `Link` header: `<https://…?page=2>; rel="next", …`.
pub(super) fn next_link(header: &str) -> Option<String> {
    // an address holds no `>`, so what stands before one belongs to it
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let (address, after) = after.split_once('>')?;
        let (parameters, others) = match after.split_once('<') {
            Some((parameters, _)) => (parameters, &after[parameters.len()..]),
            None => (after, ""),
        };
        let is_next = parameters.split([';', ',']).any(|parameter| {
            let value = parameter.trim().strip_prefix("rel=");
            value.is_some_and(|v| v.trim_matches('"').split(' ').any(|rel| rel == "next"))
        });
        if is_next {
            return Some(address.to_owned());
        }
        rest = others;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found() {
        let link = r#"<https://api.github.com/x?page=1,2>; rel="prev", <https://api.github.com/x?page=3>; rel="next", <https://api.github.com/x?page=9>; rel="last""#;
        assert_eq!(
            next_link(link).as_deref(),
            Some("https://api.github.com/x?page=3")
        );
        assert_eq!(
            next_link(r#"<https://a/b>; rel=next"#).as_deref(),
            Some("https://a/b")
        );
        assert_eq!(next_link(r#"<https://a/b>; rel="last""#), None);
        for broken in ["", "<", "<https://a", "https://a>; rel=\"next\"", "<>"] {
            assert_eq!(next_link(broken), None, "{broken}");
        }
    }
}
