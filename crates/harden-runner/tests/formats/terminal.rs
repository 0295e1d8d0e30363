//! The report for a terminal.

use harden_runner::Report;
use harden_runner::terminal::{self, Style};
use unicode_width::UnicodeWidthStr as _;

use crate::house::{self, BARN, WINDOWS};

fn shown(report: &Report, width: usize, color: bool) -> String {
    let mut out = Vec::new();
    terminal::write(report, Style { width, color }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The text without escape codes.
fn bare(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            out.push(c);
            continue;
        }
        assert_eq!(chars.next(), Some('['));
        let code: String = chars.by_ref().take_while(|c| *c != 'm').collect();
        assert!(
            code.bytes().all(|b| b.is_ascii_digit() || b == b';'),
            "{code}"
        );
    }
    out
}

#[test]
fn control_characters_of_resources_are_escaped() {
    let report = house::everything();
    let plain = shown(&report, 80, false);
    let odd = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{200b}\u{feff}".contains(c);
    assert_eq!(plain.find(odd), None);
    let colored = shown(&report, 80, true);
    assert_ne!(colored, plain);
    assert_eq!(bare(&colored), plain, "colors change nothing else");
}

#[test]
fn only_names_and_commands_are_longer_than_the_width() {
    let report = house::everything();
    for width in [40, 60, 80, 200] {
        for line in shown(&report, width, false).lines() {
            let whole = ["    house://", "      $ ", "      at "];
            let free = whole.iter().any(|start| line.starts_with(start));
            assert!(free || line.width() <= width, "{width}: {line}");
        }
    }
    // Some terminals report a width of 0.
    assert_eq!(shown(&report, 0, false), shown(&report, 40, false));
}

#[test]
fn commands_are_not_wrapped_or_cut() {
    let name = "a very long name of a door ".repeat(20);
    let report = house::report(&[(name.clone(), "open")], "[]", 0, "");
    let text = shown(&report, 60, false);
    let command = format!("$ lock --door '{name}' \"${{KEY:?the number of the key}}\"\n");
    assert!(text.contains(&command), "{text}");
    assert!(text.contains("this deletes what cannot be recovered"));
    assert!(text.contains("and 1 more step"));
}

#[test]
fn ten_resources_of_a_check_are_shown() {
    let text = shown(
        &house::report(&house::doors(25, "open"), "[]", 0, ""),
        80,
        false,
    );
    assert!(text.contains("high: 25 failed"));
    assert!(text.contains("house://door-00009\n") && !text.contains("door-00010"));
    assert!(text.contains("… and 15 more (all in --format json)"));
    let text = shown(
        &house::report(&house::doors(10, "open"), "[]", 0, ""),
        80,
        false,
    );
    assert!(text.contains("door-00009") && !text.contains("more (all"));
}

#[test]
fn the_report_has_all_parts_in_order() {
    let text = shown(&house::everything(), 200, false);
    let at = |words: &str| {
        let found = text.find(words);
        found.unwrap_or_else(|| panic!("{words}\n{text}"))
    };
    let order = [
        "critical: 2 failed",
        "at ./a barn/gates: all.yml:7:0",
        "low: 1 failed",
        "Accepted risks",
        "until 2026-12-31 by o|wner: the cat @needs it",
        "The guide",
        "§1  Release automation",
        "no check ran",
        "Unknown: 5 could not be judged",
        "denied: house:ReadLock (1)",
        "to find out: grant house:ReadLock to the caller",
        "house/door-unlocked (1): house://cellar",
        "Could not be read",
        "house/window in home in south: could not list",
        "Notices",
        "expired on 2025-12-31",
        "Not audited",
        "garage: no table in harden.toml and no key",
        "Checks that are off",
        "failed, and 5 could not be judged",
        "5 unknown",
    ];
    let mut places: Vec<usize> = order.iter().map(|words| at(words)).collect();
    let in_order = places.clone();
    places.sort_unstable();
    assert_eq!(places, in_order, "{text}");
}

#[test]
fn an_audit_with_unknowns_is_never_clean() {
    let last = |report: &Report| {
        let text = shown(report, 80, false);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len() - 2..].join("\n")
    };
    let clean = house::report(&house::doors(2, "locked"), "[]", 0, "");
    assert!(last(&clean).starts_with(
        "nothing failed, and everything could be judged (of what was audited)\n0 failed"
    ));
    let unknown = house::report(&house::doors(2, ""), "[]", 0, "");
    assert!(last(&unknown).contains("this run is incomplete"));
    let gap = house::report(
        &[],
        &house::windows_with_gap("denied").replace("true", "false"),
        0,
        "",
    );
    assert!(last(&gap).contains("this run is incomplete"));
    let empty = house::report(&[], "[]", 0, "");
    assert!(last(&empty).starts_with("nothing was judged"));
    let failed = house::report(&[], WINDOWS, BARN, "");
    assert!(last(&failed).starts_with("4 failed\n"));
}
