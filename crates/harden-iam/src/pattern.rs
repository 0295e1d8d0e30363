//! Patterns with `*` and `?`.
//!
//! IAM User Guide, "IAM JSON policy elements: Resource": `*` and `?` stand for characters within a
//! segment of an ARN; a `*` that ends a segment may go on beyond the colon.

/// One place of a pattern (or of a text, which is all literals).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Literal(char),
    /// `?`; whether it may stand for a colon.
    One {
        colon: bool,
    },
    /// `*`; whether it may stand for colons.
    Many {
        colon: bool,
    },
}

impl Token {
    /// `*` or `?` of a text without segments.
    pub(crate) fn glob(c: char) -> Self {
        match c {
            '*' => Self::Many { colon: true },
            '?' => Self::One { colon: true },
            c => Self::Literal(c),
        }
    }

    pub(crate) fn is_wildcard(self) -> bool {
        !matches!(self, Self::Literal(_))
    }
}

pub(crate) fn glob(text: &str) -> Vec<Token> {
    text.chars().map(Token::glob).collect()
}

pub(crate) fn literal(text: &str) -> Vec<Token> {
    text.chars().map(Token::Literal).collect()
}

/// Keeps the wildcards of a resource pattern within their segments, but for a `*` that ends one.
/// The sixth segment, the resource, holds colons of its own.
pub(crate) fn within_segments(tokens: &mut [Token]) {
    let mut segment = 0;
    for i in 0..tokens.len() {
        let ends = matches!(tokens.get(i + 1), None | Some(Token::Literal(':')));
        match &mut tokens[i] {
            Token::Literal(':') => segment += 1,
            Token::Literal(_) => {}
            Token::One { colon } => *colon = segment >= 5,
            Token::Many { colon } => *colon = segment >= 5 || ends,
        }
    }
}

/// Whether everything that `text` stands for is matched by `pattern`.
///
/// For a text without wildcards that is plain matching; for two patterns it is an inclusion that
/// may be missed, and is never claimed wrongly.
pub(crate) fn matches(pattern: &[Token], text: &[Token]) -> bool {
    let mut live = vec![false; pattern.len() + 1];
    live[0] = true;
    skip_empty(pattern, &mut live);
    for &token in text {
        let mut next = vec![false; pattern.len() + 1];
        for (i, &place) in pattern.iter().enumerate() {
            if live[i] && takes(place, token) {
                let stays = matches!(place, Token::Many { .. });
                next[if stays { i } else { i + 1 }] = true;
            }
        }
        skip_empty(pattern, &mut next);
        live = next;
    }
    live[pattern.len()]
}

/// A `*` may stand for nothing.
fn skip_empty(pattern: &[Token], live: &mut [bool]) {
    for (i, place) in pattern.iter().enumerate() {
        if live[i] && matches!(place, Token::Many { .. }) {
            live[i + 1] = true;
        }
    }
}

fn takes(place: Token, token: Token) -> bool {
    match (place, token) {
        (Token::Literal(a), Token::Literal(b)) => a == b,
        (Token::Literal(_), _) | (Token::One { .. }, Token::Many { .. }) => false,
        (Token::One { colon } | Token::Many { colon }, Token::Literal(c)) => colon || c != ':',
        (
            Token::One { colon } | Token::Many { colon },
            Token::One { colon: other } | Token::Many { colon: other },
        ) => colon || !other,
    }
}

/// Actions are compared without regard to case (IAM User Guide, "IAM JSON policy elements:
/// Action").
pub(crate) fn action_matches(pattern: &str, action: &str) -> bool {
    matches(
        &glob(&pattern.to_lowercase()),
        &literal(&action.to_lowercase()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn resource(pattern: &str, text: &str) -> bool {
        let mut pattern = glob(pattern);
        within_segments(&mut pattern);
        matches(&pattern, &literal(text))
    }

    #[test]
    fn actions() {
        assert!(action_matches("sns:Publish", "SNS:publish"));
        assert!(action_matches("*", "sns:Publish"));
        assert!(action_matches("sns:*ubl?sh", "sns:Publish"));
        assert!(!action_matches("sns:Publish?", "sns:Publish"));
        assert!(!action_matches("sns:", "sns:Publish"));
        assert!(!action_matches("sns:Publish ", "sns:Publish"));
        assert!(action_matches(
            "kms:GenerateDataKey*",
            "kms:GenerateDataKeyWithoutPlaintext"
        ));
    }

    #[test]
    fn wildcards_and_segments() {
        let topic = "arn:aws:sns:us-east-2:123456789012:alerts";
        assert!(resource("*", topic));
        assert!(resource("arn:*", topic));
        assert!(resource("arn:aws:sns:*:123456789012:alerts", topic));
        assert!(resource("arn:aws:sns:us-*:alerts", topic));
        assert!(!resource("arn:aws:sns:us-*s", topic));
        assert!(!resource(
            "arn:aws:sns:us-east-2?123456789012:alerts",
            topic
        ));
        assert!(!resource(
            "arn:aws:sns:us-east-2:123456789012:Alerts",
            topic
        ));
        let logs = "arn:aws:logs:us-east-2:123456789012:log-group:web:log-stream:1";
        assert!(resource(
            "arn:aws:logs:us-east-2:123456789012:log-*am:?",
            logs
        ));
    }

    #[test]
    fn backtracks_over_a_star_that_stops_at_a_colon() {
        assert!(resource("a*:b*c:x", "a:zz:bc:x"));
        assert!(!resource("ab*c:x", "ab:c:x"));
    }

    #[test]
    fn inclusion() {
        let covers = |a, b| matches(&glob(a), &glob(b));
        assert!(covers("*", "arn:*"));
        assert!(covers("a*", "a?b*"));
        assert!(!covers("a?", "a*"));
        assert!(!covers("a*", "*"));
        assert!(covers("a?", "a?"));
    }

    proptest! {
        #[test]
        fn no_wildcard_is_equality(a in "[a-c:]{0,6}", b in "[a-c:]{0,6}") {
            prop_assert_eq!(resource(&a, &b), a == b);
            prop_assert!(resource(&a, &a));
        }

        #[test]
        fn star_takes_any_middle(a in "[a-c]{0,4}", b in "[a-c:]{0,4}", c in "[a-c]{0,4}") {
            let (pattern, text) = (format!("{a}*{c}"), format!("{a}{b}{c}"));
            prop_assert!(matches(&glob(&pattern), &literal(&text)));
        }
    }
}
