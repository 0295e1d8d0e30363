//! What was tried, and what held.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// The cases of one test, by what was spoiled.
pub(crate) struct Table {
    title: &'static str,
    /// By fault: how many were tried, and what did not hold.
    rows: BTreeMap<String, (usize, Vec<String>)>,
}

impl Table {
    pub(crate) fn new(title: &'static str) -> Self {
        Self {
            title,
            rows: BTreeMap::new(),
        }
    }

    pub(crate) fn add(&mut self, fault: &str, place: &str, result: Result<(), String>) {
        let (tried, broken) = self.rows.entry(fault.to_owned()).or_default();
        *tried += 1;
        if let Err(why) = result {
            broken.push(format!("{place}: {why}"));
        }
    }

    /// Prints the table, adds it to `target/chaos.md`, and fails if something did not hold.
    pub(crate) fn finish(self) {
        let mut text = format!(
            "\n## {}\n\n| fault | tried | held |\n|---|---|---|\n",
            self.title
        );
        let mut broken = Vec::new();
        for (fault, (tried, not)) in &self.rows {
            let held = tried - not.len();
            writeln!(text, "| {fault} | {tried} | {held} |").unwrap();
            broken.extend(not.iter().map(|why| format!("{fault}, {why}")));
        }
        println!("{text}");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/chaos.md");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let before = std::fs::read_to_string(&path).unwrap_or_default();
        // the table of an earlier run of the same test is replaced
        let heading = format!("\n## {}\n", self.title);
        let others = before
            .split("\n## ")
            .filter(|part| !part.trim().is_empty())
            .map(|part| format!("\n## {}", part.trim_start_matches("\n## ")))
            .filter(|part| !part.starts_with(&heading));
        std::fs::write(&path, others.collect::<String>() + &text).unwrap();
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }
}
