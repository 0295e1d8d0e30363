//! `docs/security.md`: each statement names the test that holds it.

use super::*;

#[test]
fn each_statement_of_the_security_page_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("docs/security.md")).unwrap();
    let mut sources = String::new();
    read_sources(&root.join("crates"), &mut sources);
    read_sources(&root.join("tests"), &mut sources);
    let mut statements = 0;
    let text: String = page.split("```").step_by(2).collect();
    for line in text.lines().filter(|line| line.starts_with("- ")) {
        statements += 1;
        let (_, comment) = line
            .split_once("<!-- ")
            .unwrap_or_else(|| panic!("no test: {line}"));
        let names = comment.trim_end().trim_end_matches("-->").trim();
        for name in names.split(", ") {
            assert!(
                sources.contains(&format!("fn {name}(")),
                "no test is called {name}: {line}"
            );
        }
    }
    assert!(statements > 20);
}

fn read_sources(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") && !path.ends_with(".venv") {
            read_sources(&path, all);
        } else if path.extension().is_some_and(|e| e == "rs") {
            all.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}
