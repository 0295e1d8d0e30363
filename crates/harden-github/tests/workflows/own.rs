//! The workflows of this project pass the checks that need no account.

use std::path::Path;

use harden_core::Outcome;
use serde_json::json;

use crate::{findings, parse, workflow_files};

#[test]
fn workflows_of_this_project_pass() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.github/workflows");
    let files = workflow_files(&folder);
    let workflows: Vec<_> = files.iter().map(|(name, text)| parse(name, text)).collect();
    let findings = findings(&workflows, &[], &json!({}));
    for finding in &findings {
        assert!(!matches!(finding.outcome, Outcome::Fail(..)), "{finding:?}");
    }
    for check in [
        "workflow-action-unpinned",
        "workflow-injection",
        "workflow-permissions-excessive",
    ] {
        let of_check = findings
            .iter()
            .filter(|f| f.check == format!("github/{check}"));
        let passes: Vec<bool> = of_check
            .map(|f| matches!(f.outcome, Outcome::Pass(_)))
            .collect();
        assert_eq!(passes, vec![true; files.len()], "{check}: {findings:#?}");
    }
    assert!(files.contains_key("ci.yml"));
}
