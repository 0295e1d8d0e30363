//! Whole situations: files of a repository, and the verdicts that are right for the first of them.
//!
//! Each file in `situations/` is about one kind. A situation starts with `== name`, each file with
//! `-- path`, and each verdict with `=> check verdict|verdict`; after `~` a text that the finding
//! must have.

use std::path::Path;

use crate::support::finding;

struct Situation<'a> {
    name: &'a str,
    files: Vec<(&'a str, String)>,
    right: Vec<(&'a str, Vec<&'a str>)>,
}

fn read(text: &str) -> Vec<Situation<'_>> {
    let mut all: Vec<Situation<'_>> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("== ") {
            all.push(Situation {
                name,
                files: Vec::new(),
                right: Vec::new(),
            });
            continue;
        }
        let Some(last) = all.last_mut() else {
            continue;
        };
        if let Some(path) = line.strip_prefix("-- ") {
            last.files.push((path, String::new()));
        } else if let Some(right) = line.strip_prefix("=> ") {
            let (check, verdicts) = right.split_once(' ').unwrap();
            last.right.push((check, verdicts.split('|').collect()));
        } else if let Some((_, text)) = last.files.last_mut().filter(|_| last.right.is_empty()) {
            text.push_str(line);
            text.push('\n');
        }
    }
    all
}

#[test]
fn every_situation_has_a_right_verdict() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flows/situations");
    let mut wrong = Vec::new();
    let mut judged = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let kind = path.file_stem().unwrap().to_string_lossy().into_owned();
        for situation in read(&text) {
            let files: Vec<(&str, &str)> = situation
                .files
                .iter()
                .map(|(path, text)| (*path, &**text))
                .collect();
            for (check, right) in &situation.right {
                judged += 1;
                let found = finding(check, &files);
                let verdict = found.outcome.as_str();
                let shown = format!("{:?}", found.outcome);
                let fits = right.iter().any(|right| match right.split_once('~') {
                    Some((right, text)) => right == verdict && shown.contains(text),
                    None => *right == verdict,
                });
                if !fits {
                    let name = situation.name;
                    wrong.push(format!(
                        "{kind}, {name}: {check} is {verdict}, not {right:?}: {shown}"
                    ));
                }
            }
        }
    }
    assert!(judged > 40, "{judged} verdicts");
    assert!(
        wrong.is_empty(),
        "{} of {judged}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
