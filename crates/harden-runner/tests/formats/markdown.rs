//! The Markdown summary: nothing in a resource's name is interpreted.

use harden_runner::{Report, markdown};
use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::house::{self, BARN, WINDOWS};

fn document(report: &Report) -> String {
    let mut out = Vec::new();
    markdown::write(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const TAGS: [&str; 7] = [
    "<!-- -->",
    "<details>",
    "</details>",
    "<summary>",
    "</summary>",
    "<code>",
    "</code>",
];

/// The page as a reader sees it: its text without our own tags, and its commands. Fails on any other
/// tag, link or image, which can only come from a resource's name.
fn seen(page: &str) -> (String, Vec<String>) {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let (mut text, mut commands) = (String::new(), Vec::new());
    let mut in_code_block = false;
    for event in Parser::new_ext(page, options) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                let bare = TAGS
                    .iter()
                    .fold(html.to_string(), |h, tag| h.replace(tag, ""));
                assert!(!bare.contains(['<', '>', '@']), "{html}");
                text.push_str(&bare);
            }
            Event::Start(Tag::CodeBlock(_)) => {
                in_code_block = true;
                commands.push(String::new());
            }
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code_block = false,
            Event::Text(piece) if in_code_block => commands.last_mut().unwrap().push_str(&piece),
            Event::Text(piece) => text.push_str(&piece),
            Event::Start(tag) => assert!(
                matches!(
                    tag,
                    Tag::Paragraph
                        | Tag::Heading { .. }
                        | Tag::HtmlBlock
                        | Tag::List(None)
                        | Tag::Item
                        | Tag::Table(_)
                        | Tag::TableHead
                        | Tag::TableRow
                        | Tag::TableCell
                ),
                "{tag:?}"
            ),
            Event::End(_) | Event::SoftBreak => text.push('\n'),
            other => panic!("{other:?}"),
        }
    }
    (text, commands)
}

#[test]
fn names_are_shown_and_not_interpreted() {
    let page = document(&house::everything());
    let (text, commands) = seen(&page);
    let headings: Vec<&str> = page.lines().filter(|l| l.starts_with('#')).collect();
    assert!(
        headings
            .iter()
            .all(|h| h.starts_with("## ") || h.starts_with("### "))
    );
    assert!(
        !headings.iter().any(|h| h.contains("heading")),
        "{headings:?}"
    );
    let opened = page.lines().filter(|l| l.starts_with("<details>")).count();
    let closed = page.lines().filter(|l| *l == "</details>").count();
    assert_eq!(opened, closed);
    for name in house::hostile().iter().filter(|n| n.chars().count() < 200) {
        let shown = harden_core::one_line(name, 300);
        let cell = format!("\n{shown}\n");
        assert!(text.contains(&cell), "{shown:?} is not seen as it is");
    }
    assert!(
        commands
            .iter()
            .all(|c| c.starts_with("lock --door ") && c.lines().count() == 1)
    );
    let ticks = "lock --door '`tick` ``` fence ```` ~~~' \"${KEY:?the number of the key}\"\n";
    assert!(commands.iter().any(|c| c == ticks), "{commands:#?}");
}

#[test]
fn names_of_users_are_not_mentions() {
    let page = document(&house::everything());
    let (text, _) = seen(&page);
    assert!(text.contains("the cat @\u{200b}needs it"));
}

#[test]
fn the_summary_has_all_parts() {
    let page = document(&house::everything());
    let (text, _) = seen(&page);
    for words in [
        "failed, and 5 could not be judged",
        "denied: house:ReadLock",
        "To find out: grant house:ReadLock to the caller",
        "owner ",
        "o|wner",
        "2026-12-31",
        "expired on 2025-12-31",
        "no key",
        "off unless the policy asks for clean windows",
        "could not list",
        "No command is offered: the key is not known",
        "deletes what cannot be recovered",
        "Beyond the guide",
    ] {
        assert!(text.contains(words), "{words}\n{page}");
    }
}

#[test]
fn a_summary_stays_under_the_limit_and_states_what_is_cut() {
    let mut doors: Vec<(String, &str)> = Vec::new();
    for i in 0..400 {
        let name = format!("{i}{}", "<`|@é".repeat(2000));
        doors.push((name.clone() + "a", "open"));
        doors.push((name + "b", ""));
    }
    for i in 0..2000 {
        doors.push((format!("{i}{}", "|".repeat(400)), "open"));
    }
    let policy = house::accept("house://1*", "2026-12-31");
    let page = document(&house::report(&doors, WINDOWS, BARN, &policy));
    assert!(page.len() < 900_000, "{}", page.len());
    assert!(page.contains("more failures, cut here"));
    assert!(page.contains("more accepted risks, cut here"));
    assert!(page.contains("### Not audited"));
    seen(&page);
}

#[test]
fn the_headline_states_the_conclusion() {
    let clean = house::report(&house::doors(2, "locked"), "[]", 0, "");
    assert!(document(&clean).starts_with("## ✅ Nothing failed, and everything could be judged\n"));
    let unknown = house::report(&house::doors(2, ""), "[]", 0, "");
    assert!(document(&unknown).starts_with("## ❔ Nothing failed, but 2 could not be judged"));
    let empty = house::report(&[], "[]", 0, "");
    assert!(document(&empty).starts_with("## ❔ Nothing was judged"));
}
