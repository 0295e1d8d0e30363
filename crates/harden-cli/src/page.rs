//! Renders a Markdown page for the terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

const HEADING: Style = Style::new().bold();
const CODE: Style = AnsiColor::Cyan.on_default();

/// Renders a page: headings are bold, prose is wrapped, code is indented and not wrapped.
pub(crate) fn render(markdown: &str, width: usize) -> String {
    let mut page = Page {
        width,
        ..Page::default()
    };
    for event in Parser::new(markdown) {
        page.event(event);
    }
    page.out.trim().to_owned() + "\n"
}

#[derive(Default)]
struct Page {
    out: String,
    width: usize,
    /// The words of the current paragraph, with styles.
    words: String,
    /// The open lists, each with the number of its next item.
    lists: Vec<Option<u64>>,
    /// The marker of the current item, until its first line is written.
    bullet: Option<String>,
    code: bool,
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                let _ = write!(self.words, "{HEADING}");
            }
            Event::End(TagEnd::Heading(_)) => {
                let _ = write!(self.words, "{HEADING:#}");
                self.flush();
            }
            Event::End(TagEnd::Paragraph) => self.flush(),
            Event::Start(Tag::List(first)) => {
                self.flush();
                self.lists.push(first);
            }
            Event::End(TagEnd::List(_)) => {
                self.lists.pop();
                self.out.push('\n');
            }
            Event::Start(Tag::Item) => {
                let bullet = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                self.bullet = Some(bullet);
            }
            Event::End(TagEnd::Item) => self.flush(),
            Event::Start(Tag::CodeBlock(kind)) => {
                self.flush();
                self.code = true;
                // The second word of an example's tag is its verdict: `json fail`.
                if let CodeBlockKind::Fenced(info) = kind
                    && let Some((_, verdict)) = info.split_once(' ')
                {
                    let _ = writeln!(self.out, "    {HEADING}({verdict}){HEADING:#}");
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                self.code = false;
                self.out.push('\n');
            }
            Event::Text(text) if self.code => {
                for line in text.lines() {
                    let _ = writeln!(self.out, "    {CODE}{line}{CODE:#}");
                }
            }
            Event::Text(text) => self.words.push_str(&text),
            Event::Code(code) => {
                let _ = write!(self.words, "{CODE}{code}{CODE:#}");
            }
            Event::SoftBreak | Event::HardBreak => self.words.push(' '),
            _ => {}
        }
    }

    /// Writes the current paragraph, wrapped.
    fn flush(&mut self) {
        if self.words.is_empty() {
            return;
        }
        let in_list = !self.lists.is_empty();
        let indent = "  ".repeat(self.lists.len());
        let first = match self.bullet.take() {
            Some(bullet) => format!("{}{bullet}", "  ".repeat(self.lists.len() - 1)),
            None => indent.clone(),
        };
        let mut line = first;
        let mut filled = false;
        for word in std::mem::take(&mut self.words).split_whitespace() {
            if filled && visible_width(&line) + 1 + visible_width(word) > self.width {
                let _ = writeln!(self.out, "{line}");
                line.clone_from(&indent);
                filled = false;
            }
            if filled {
                line.push(' ');
            }
            line.push_str(word);
            filled = true;
        }
        let _ = writeln!(self.out, "{line}");
        if !in_list {
            self.out.push('\n');
        }
    }
}

/// The number of characters of a text without its styles.
fn visible_width(text: &str) -> usize {
    anstream::adapter::strip_str(text)
        .to_string()
        .chars()
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_wrapped_and_code_is_not() {
        let long = "word ".repeat(40);
        let page = format!(
            "# Title\n\n{long}\n\n- a `code`\n- b\n\n```json pass\n{}\n```\n",
            "x".repeat(90)
        );
        let text = anstream::adapter::strip_str(&render(&page, 60)).to_string();
        assert!(text.starts_with("Title\n\nword"));
        assert!(
            text.lines()
                .filter(|l| !l.contains('x'))
                .all(|l| l.len() <= 60),
            "{text}"
        );
        assert!(text.contains("- a code\n- b\n"), "{text}");
        assert!(
            text.contains(&format!("    (pass)\n    {}\n", "x".repeat(90))),
            "{text}"
        );
    }
}
