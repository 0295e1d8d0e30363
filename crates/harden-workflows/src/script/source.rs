//! A script's text, made ready for the parser of bash.

use std::ops::ControlFlow;

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Point, Tree};

use crate::expressions::end_of;

/// How often the parser reports its progress before it is stopped: some hundreds of steps each.
const MOST_STEPS: usize = 4_000;

/// Where the lines of a script are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lines {
    /// Its first line is this line of the outermost script.
    From(usize),
    /// All of it is on this line of the outermost script, which holds it as a text.
    At(usize),
}

/// The text of a script in which each `${{ … }}` is a name.
///
/// GitHub replaces expressions before the shell sees the script, so they are not part of the
/// shell's grammar: `${{` would be an error. A name is a valid word everywhere, in arithmetic too.
pub(super) struct Source {
    pub(super) text: String,
    /// How each of those names begins; no other text of the script has it.
    mark: String,
    expressions: Vec<Expression>,
    lines: Lines,
}

struct Expression {
    text: String,
    /// Where its name starts in the text.
    start: usize,
    /// The lines that its own text takes, which the name does not.
    lines: usize,
}

/// A part of a text: plain, or an expression with its braces.
pub(super) enum Piece<'a> {
    Plain(&'a str),
    Expression(&'a str),
}

impl Source {
    pub(super) fn new(script: &str, lines: Lines) -> Self {
        let mut mark = "XGHX".to_owned();
        while script.contains(&mark) {
            mark.push('X');
        }
        // a line that ends as on Windows would have the carriage return in its last word
        let script = script.replace("\r\n", "\n");
        let mut source = Self {
            text: String::with_capacity(script.len()),
            mark,
            expressions: Vec::new(),
            lines,
        };
        let mut rest = &*script;
        while let Some(start) = rest.find("${{") {
            let (before, from) = rest.split_at(start);
            // one that does not end takes the rest: GitHub refuses it
            let length = from
                .get(3..)
                .and_then(end_of)
                .map_or(from.len(), |end| end + 5);
            let (expression, after) = from.split_at_checked(length).unwrap_or((from, ""));
            source.text.push_str(before);
            let start = source.text.len();
            let name = format!("{}{}Z", source.mark, source.expressions.len());
            source.text.push_str(&name);
            source.expressions.push(Expression {
                text: expression.to_owned(),
                start,
                lines: expression.matches('\n').count(),
            });
            rest = after;
        }
        source.text.push_str(rest);
        source
    }

    /// The tree of the script; `None` where the parser gives up.
    pub(super) fn parse(&self) -> Option<Tree> {
        let mut parser = Parser::new();
        parser
            .set_language(&tree_sitter_bash::LANGUAGE.into())
            .ok()?;
        // some texts take the parser time by the square of their length, or worse: it gives up after
        // a number of steps, which is the same on every machine
        let mut steps = 0_usize;
        let mut go_on = |_: &ParseState| {
            steps += 1;
            if steps > MOST_STEPS {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let bytes = self.text.as_bytes();
        let mut read = |at: usize, _: Point| bytes.get(at..).unwrap_or_default();
        let options = ParseOptions::new().progress_callback(&mut go_on);
        parser.parse_with_options(&mut read, None, Some(options))
    }

    pub(super) fn of(&self, node: Node<'_>) -> &str {
        self.between(node.start_byte(), node.end_byte())
    }

    pub(super) fn between(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The line of a node in the outermost script, from 0.
    pub(super) fn line(&self, node: Node<'_>) -> usize {
        match self.lines {
            Lines::At(line) => line,
            Lines::From(first) => {
                let before = self.expressions.iter();
                let before = before.take_while(|e| e.start < node.start_byte());
                let hidden: usize = before.map(|e| e.lines).sum();
                first + node.start_position().row + hidden
            }
        }
    }

    /// The parts of a text of this source.
    pub(super) fn pieces<'a>(&'a self, text: &'a str) -> Vec<Piece<'a>> {
        let mut all = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(&*self.mark) {
            let Some((number, after)) = after.split_once('Z') else {
                break;
            };
            let known = number.parse().ok();
            let known = known.and_then(|number: usize| self.expressions.get(number));
            let Some(expression) = known else {
                break;
            };
            if !before.is_empty() {
                all.push(Piece::Plain(before));
            }
            all.push(Piece::Expression(&expression.text));
            rest = after;
        }
        if !rest.is_empty() {
            all.push(Piece::Plain(rest));
        }
        all
    }

    /// A text of this source with its expressions.
    pub(super) fn restore(&self, text: &str) -> String {
        let pieces = self.pieces(text).into_iter();
        pieces
            .map(|piece| match piece {
                Piece::Plain(text) | Piece::Expression(text) => text,
            })
            .collect()
    }
}
