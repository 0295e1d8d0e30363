//! A script of anybody, as the text of a step: it is read or it is unknown, the reader ends, and what
//! is recorded reads back as what was written.
#![no_main]

use harden_workflows::Workflow;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|script: &str| {
    for shell in ["bash", "pwsh", "cmd"] {
        // JSON is YAML: no script can leave its text
        let file = serde_json::json!({
            "on": "push",
            "jobs": {"a": {"runs-on": "x", "steps": [{"run": script, "shell": shell}]}},
        });
        let workflow = Workflow::parse("acme/shop", ".github/workflows/x.yml", &file.to_string());
        let kept = serde_json::to_string(&workflow).expect("facts are JSON");
        let back: Workflow = serde_json::from_str(&kept).expect("facts read back");
        assert_eq!(back, workflow);
    }
});
