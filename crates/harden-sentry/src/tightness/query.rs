//! Whether a search of Sentry finds all transactions.
//!
//! Terms that follow one another are joined by AND, which binds more tightly than OR. Sentry's own
//! migration of rules joins a filter with the query of the rule: `(is_transaction:1) AND
//! is_transaction:1`.
//! <https://docs.sentry.io/concepts/search/#using-or-and-and>

/// Whether a query finds every transaction, or with `transaction` false every other event; `None` where
/// that depends on more than this.
pub(super) fn admits(query: &str, transaction: bool) -> Option<bool> {
    let mut parser = Parser {
        tokens: tokens(query)?,
        at: 0,
        transaction,
    };
    if parser.tokens.is_empty() {
        return Some(true);
    }
    let found = parser.alternatives()?;
    (parser.at == parser.tokens.len()).then_some(found)?
}

/// A part of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    And,
    Or,
    Term(String),
}

/// The tokens of a query. A quoted text belongs to its term.
fn tokens(query: &str) -> Option<Vec<Token>> {
    let mut all = Vec::new();
    let mut term = String::new();
    // parentheses inside a term belong to it: `message:f(x)`
    let mut quoted = false;
    let mut inner = 0_usize;
    let end = |term: &mut String, all: &mut Vec<Token>| {
        if !term.is_empty() {
            let token = match &**term {
                "AND" | "and" => Token::And,
                "OR" | "or" => Token::Or,
                _ => Token::Term(term.clone()),
            };
            all.push(token);
            term.clear();
        }
    };
    for c in query.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                term.push(c);
            }
            _ if quoted => term.push(c),
            c if c.is_whitespace() => end(&mut term, &mut all),
            '(' if term.is_empty() => all.push(Token::Open),
            '(' => {
                inner += 1;
                term.push(c);
            }
            ')' if inner > 0 => {
                inner -= 1;
                term.push(c);
            }
            ')' => {
                end(&mut term, &mut all);
                all.push(Token::Close);
            }
            c => term.push(c),
        }
    }
    end(&mut term, &mut all);
    (!quoted).then_some(all)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    transaction: bool,
}

/// How deeply parentheses are followed.
const DEEPEST: usize = 50;

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// The value of alternatives; the outer `None` is a query that cannot be parsed.
    fn alternatives(&mut self) -> Option<Option<bool>> {
        self.alternatives_at(0)
    }

    fn alternatives_at(&mut self, depth: usize) -> Option<Option<bool>> {
        let mut found = self.conjunction(depth)?;
        while self.peek() == Some(&Token::Or) {
            self.at += 1;
            let next = self.conjunction(depth)?;
            found = match (found, next) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
        }
        Some(found)
    }

    fn conjunction(&mut self, depth: usize) -> Option<Option<bool>> {
        let mut found = self.part(depth)?;
        loop {
            match self.peek() {
                Some(Token::And) => self.at += 1,
                Some(Token::Open | Token::Term(_)) => {}
                _ => return Some(found),
            }
            let next = self.part(depth)?;
            found = match (found, next) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
        }
    }

    fn part(&mut self, depth: usize) -> Option<Option<bool>> {
        let token = self.peek()?.clone();
        self.at += 1;
        match token {
            Token::Term(term) => Some(self.term(&term)),
            Token::Open if depth < DEEPEST => {
                let found = self.alternatives_at(depth + 1)?;
                let closed = self.peek() == Some(&Token::Close);
                self.at += 1;
                closed.then_some(found)
            }
            _ => None,
        }
    }

    fn term(&self, term: &str) -> Option<bool> {
        let (negated, term) = match term.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, term),
        };
        let (key, value) = term.split_once(':')?;
        let value = value.trim_matches('"').to_ascii_lowercase();
        let found = match (key, &*value) {
            ("is_transaction", "1" | "true") | ("event.type", "transaction") => self.transaction,
            ("is_transaction", "0" | "false") => !self.transaction,
            _ => return None,
        };
        Some(found != negated)
    }
}

#[cfg(test)]
mod tests {
    use super::admits;

    #[test]
    fn queries_that_find_all_transactions_and_nothing_else() {
        for query in [
            "is_transaction:true",
            "is_transaction:1",
            "is_transaction:True",
            "is_transaction:\"true\"",
            "(is_transaction:1) AND is_transaction:1",
            "(is_transaction:1) is_transaction:1",
            "((is_transaction:true))",
            "!is_transaction:0",
            "is_transaction:1 OR is_transaction:true",
        ] {
            assert_eq!(admits(query, true), Some(true), "{query}");
            assert_eq!(admits(query, false), Some(false), "{query}");
        }
    }

    #[test]
    fn queries_that_find_some_of_them_or_more() {
        for query in [
            "is_transaction:true transaction:/pay",
            "(is_transaction:1) AND transaction:\"/a b\"",
            "transaction:/pay",
            "!transaction:/health is_transaction:1",
        ] {
            assert_eq!(admits(query, true), None, "{query}");
        }
        assert_eq!(admits("", false), Some(true));
        assert_eq!(admits("is_transaction:0", true), Some(false));
        assert_eq!(admits("is_transaction:1 OR transaction:/pay", false), None);
        for malformed in ["(is_transaction:1", "is_transaction:1)", "AND", "a:\"b"] {
            assert_eq!(admits(malformed, true), None, "{malformed}");
        }
    }
}
