//! Scripts of `run`, split into simple commands.
//!
//! Only enough of a shell's grammar to find a known command and its words: quotes, comments,
//! continued lines, here-documents, operators. A parser of one shell would not do: scripts hold
//! `${{ … }}`, which is none of its grammar, and are bash, sh or PowerShell.

use super::expressions::end_of;

/// A command and its words, without quotes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Simple {
    pub(super) words: Vec<String>,
    /// The line of the script that it starts on, from 0.
    pub(super) line: usize,
    /// Whether its failure is swallowed: see [`super::failures`].
    pub(super) tolerated: bool,
    /// What follows it.
    pub(super) end: End,
}

/// What ends a simple command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `|`
    Pipe,
    /// `&`
    Background,
    /// `)`
    Closed,
    /// A newline, `;`, `(`.
    Other,
}

/// The simple commands of a script, in order. Words that the shell's grammar puts before a command
/// (`if`, `then`, `!`, assignments) stay where they are.
pub(super) fn commands(script: &str) -> Vec<Simple> {
    let mut lexer = Lexer {
        rest: script,
        line: 0,
        commands: Vec::new(),
        words: Vec::new(),
        word: None,
        start: 0,
        heredocs: Vec::new(),
    };
    lexer.run();
    lexer.commands
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    commands: Vec<Simple>,
    words: Vec<String>,
    word: Option<String>,
    start: usize,
    heredocs: Vec<String>,
}

impl<'a> Lexer<'a> {
    fn run(&mut self) {
        while let Some(c) = self.rest.chars().next() {
            if self.rest.starts_with("${{") {
                self.expression();
            } else if self.rest.starts_with("$(") {
                self.nested("$(".len(), '(', ')');
            } else if self.rest.starts_with("${") {
                self.nested("${".len(), '{', '}');
            } else {
                self.step(c);
            }
        }
        self.end_command(End::Other);
    }

    fn step(&mut self, c: char) {
        match c {
            '\\' => self.escape(),
            '\'' => self.quoted('\''),
            '"' => self.quoted('"'),
            '`' => self.nested(1, '\0', '`'),
            '#' if self.word.is_none() => {
                let end = self.rest.find('\n').unwrap_or(self.rest.len());
                self.take(end);
            }
            '\n' => {
                self.end_command(End::Other);
                self.take(1);
                self.skip_heredocs();
            }
            '<' if self.rest.starts_with("<<") && !self.rest.starts_with("<<<") => self.heredoc(),
            '|' if self.rest.starts_with("||") => self.operator(2, End::Or),
            '&' if self.rest.starts_with("&&") => self.operator(2, End::And),
            // part of a redirection: 2>&1, &>file
            '&' if self.word.as_deref().is_some_and(|w| w.ends_with('>'))
                || self.rest.starts_with("&>") =>
            {
                self.push(1);
            }
            // `|&` pipes the errors too
            '|' => self.operator(1 + usize::from(self.rest.starts_with("|&")), End::Pipe),
            '&' => self.operator(1, End::Background),
            ')' => self.operator(1, End::Closed),
            ';' | '(' => self.operator(1, End::Other),
            c if c.is_whitespace() => {
                self.end_word();
                self.take(c.len_utf8());
            }
            c => self.push(c.len_utf8()),
        }
    }

    /// Goes on, counting lines.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        self.line += taken.bytes().filter(|b| *b == b'\n').count();
        self.rest = rest;
        taken
    }

    /// Takes text into the word.
    fn push(&mut self, length: usize) {
        if self.word.is_none() && self.words.is_empty() {
            self.start = self.line;
        }
        let taken = self.take(length);
        self.word.get_or_insert_default().push_str(taken);
    }

    fn escape(&mut self) {
        let newline = ["\\\n", "\\\r\n"]
            .into_iter()
            .find(|n| self.rest.starts_with(n));
        match newline {
            Some(continued) => {
                self.take(continued.len());
            }
            None => {
                self.take(1);
                let next = self.rest.chars().next().map_or(0, char::len_utf8);
                self.push(next);
            }
        }
    }

    fn expression(&mut self) {
        let inner = self.rest.get(3..).unwrap_or_default();
        let length = end_of(inner).map_or(self.rest.len(), |end| 3 + end + 2);
        self.push(length);
    }

    /// Takes what is between brackets as a part of the word.
    fn nested(&mut self, open: usize, opening: char, closing: char) {
        let mut depth = 1_usize;
        let body = self.rest.get(open..).unwrap_or_default();
        let end = body.char_indices().find_map(|(i, c)| {
            if c == closing {
                depth -= 1;
            } else if c == opening {
                depth += 1;
            }
            (depth == 0).then_some(i + c.len_utf8())
        });
        let length = end.map_or(self.rest.len(), |end| open + end);
        self.push(length);
    }

    fn quoted(&mut self, quote: char) {
        if self.word.is_none() && self.words.is_empty() {
            self.start = self.line;
        }
        self.word.get_or_insert_default();
        self.take(1);
        while let Some(c) = self.rest.chars().next() {
            if c == quote {
                self.take(1);
                return;
            }
            if self.rest.starts_with("${{") {
                self.expression();
            } else if quote == '"' && self.rest.starts_with("$(") {
                self.nested("$(".len(), '(', ')');
            } else if quote == '"' && c == '\\' {
                self.escape();
            } else {
                self.push(c.len_utf8());
            }
        }
    }

    fn operator(&mut self, length: usize, end: End) {
        self.end_command(end);
        self.take(length);
    }

    fn heredoc(&mut self) {
        self.end_word();
        self.take(2);
        let rest = self.rest.trim_start_matches(['-', ' ']);
        self.take(self.rest.len() - rest.len());
        let end = self
            .rest
            .find(|c: char| c.is_whitespace() || ";|&<>()".contains(c))
            .unwrap_or(self.rest.len());
        let word = self.take(end);
        self.heredocs.push(word.replace(['\'', '"', '\\'], ""));
    }

    fn skip_heredocs(&mut self) {
        for end in std::mem::take(&mut self.heredocs) {
            while !self.rest.is_empty() {
                let length = self.rest.find('\n').map_or(self.rest.len(), |i| i + 1);
                if self.take(length).trim() == end {
                    break;
                }
            }
        }
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take() {
            self.words.push(word);
        }
    }

    fn end_command(&mut self, end: End) {
        self.end_word();
        let words = std::mem::take(&mut self.words);
        if words.is_empty() {
            // what follows a bracket follows its last command
            if let Some(last) = self.commands.last_mut()
                && last.end == End::Closed
                && end != End::Other
            {
                last.end = end;
            }
            return;
        }
        self.commands.push(Simple {
            words,
            line: self.start,
            tolerated: false,
            end,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(script: &str) -> Vec<String> {
        let all = commands(script).into_iter();
        all.map(|c| format!("{} {}", c.line, c.words.join("|")))
            .collect()
    }

    #[test]
    fn commands_and_their_words() {
        assert_eq!(
            split(
                "set -e\nnpx playwright test \\\n  --grep \"@smoke\" && echo 'a b' # not; this\n"
            ),
            [
                "0 set|-e",
                "1 npx|playwright|test|--grep|@smoke",
                "2 echo|a b"
            ]
        );
        assert_eq!(split("a || true\nb|c"), ["0 a", "0 true", "1 b", "1 c"]);
        assert_eq!(
            split("sentry-cli releases new \"${{ github.sha }}\" > out 2>&1"),
            ["0 sentry-cli|releases|new|${{ github.sha }}|>|out|2>&1"]
        );
        assert_eq!(
            split("V=$(git rev-parse HEAD; x)\necho ${V:-a b}"),
            ["0 V=$(git rev-parse HEAD; x)", "1 echo|${V:-a b}"]
        );
    }

    #[test]
    fn a_here_document_is_no_script() {
        assert_eq!(
            split("cat <<'EOF' > x\nsentry-cli releases new 1\nEOF\nls"),
            ["0 cat|>|x", "3 ls"]
        );
    }

    #[test]
    fn what_is_not_closed_ends_with_the_script() {
        for script in [
            "'a", "\"a", "$(a", "${{ a", "`a", "a\\", "<<", "<<E\na", "${", "\"${{'",
        ] {
            assert!(commands(script).len() <= 2, "{script}");
        }
    }
}
