//! The corpora of the fuzz targets are replayed: the reader ends, and what is recorded reads back.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "the corpora are files")]

use std::path::Path;

use harden_workflows::{LocalAction, PackageScripts, Workflow};

const REPOSITORY: &str = "acme/shop";
const PATH: &str = ".github/workflows/x.yml";

fn corpus(name: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let entries = std::fs::read_dir(folder.join(name)).unwrap();
    let bytes = entries.map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    bytes.filter_map(|b| String::from_utf8(b).ok()).collect()
}

fn reads_back(workflow: &Workflow) {
    let kept = serde_json::to_string(workflow).unwrap();
    let back: Workflow = serde_json::from_str(&kept).unwrap();
    assert_eq!(back, *workflow);
}

#[test]
fn the_corpus_of_workflows_reads_back() {
    let all = corpus("github_workflow");
    assert!(all.len() > 10, "{} files", all.len());
    for text in all {
        reads_back(&Workflow::parse(REPOSITORY, PATH, &text));
        let action = LocalAction::parse(REPOSITORY, "x", "action.yml", &text);
        let kept = serde_json::to_string(&action).unwrap();
        assert_eq!(serde_json::from_str::<LocalAction>(&kept).unwrap(), action);
        let package = PackageScripts::parse(REPOSITORY, "web", &text);
        let kept = serde_json::to_string(&package).unwrap();
        assert_eq!(
            serde_json::from_str::<PackageScripts>(&kept).unwrap(),
            package
        );
    }
}

#[test]
fn the_corpus_of_scripts_reads_back() {
    let all = corpus("bash_script");
    assert!(all.len() > 10, "{} files", all.len());
    for script in all {
        for shell in ["bash", "pwsh", "cmd", "python"] {
            let file = serde_json::json!({
                "on": "push",
                "jobs": {"a": {"runs-on": "x", "steps": [{"run": script, "shell": shell}]}},
            });
            let workflow = Workflow::parse(REPOSITORY, PATH, &file.to_string());
            assert!(workflow.jobs.is_known(), "{script}: {:?}", workflow.jobs);
            reads_back(&workflow);
        }
    }
}
