//! `harden-cli iam`: policies in files, judged without an account.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../../../harden-runner/tests/formats/sarif_rules.rs"]
mod sarif_rules;

mod answers;
mod bad_input;
mod can;
mod help;
mod lint;
mod sarif;
mod situations;
mod trust;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// The policy of the guide, as `harden-iam` has it for its own tests.
const GUIDE: &str = include_str!("../../../harden-iam/src/deployment/tests/guide.json");

const TRUST: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "GitHub",
      "Effect": "Allow",
      "Principal": {"Federated": "arn:aws:iam::392853978631:oidc-provider/token.actions.githubusercontent.com"},
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
        "StringLike": {
          "token.actions.githubusercontent.com:sub": "SUBJECT"
        }
      }
    }
  ]
}
"#;

fn trust_of(subject: &str) -> String {
    TRUST.replace("SUBJECT", subject)
}

/// A folder with files, in which the command runs.
struct Folder(tempfile::TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_harden-cli"));
        command.arg("iam").args(args).env_clear();
        command.current_dir(self.path());
        command
    }

    fn run(&self, args: &[&str]) -> Run {
        Run(self.command(args).output().unwrap())
    }

    fn run_with_stdin(&self, args: &[&str], text: &str) -> Run {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        Run(child.wait_with_output().unwrap())
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }
}

/// What came of a command.
struct Run(Output);

impl Run {
    #[track_caller]
    fn exits(self, code: i32) -> Self {
        let found = self.0.status.code();
        assert_eq!(found, Some(code), "{}\n{}", self.stdout(), self.stderr());
        self
    }

    fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    /// The JSON on standard output, held to its schema.
    #[track_caller]
    fn json(&self, schema: &str) -> Value {
        let value: Value = serde_json::from_str(&self.stdout())
            .unwrap_or_else(|error| panic!("{error}: {}", self.stderr()));
        let errors: Vec<String> = strict(schema)
            .iter_errors(&value)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
        value
    }
}

/// A schema without its promise that new fields may come.
fn strict(name: &str) -> jsonschema::Validator {
    fn close(schema: &mut Value) {
        if let Some(object) = schema.as_object_mut() {
            if object.contains_key("type") && object.contains_key("properties") {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            object.values_mut().for_each(close);
        } else if let Some(all) = schema.as_array_mut() {
            all.iter_mut().for_each(close);
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema");
    let text = std::fs::read_to_string(path.join(format!("{name}.schema.json"))).unwrap();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    close(&mut schema);
    jsonschema::validator_for(&schema).unwrap()
}

/// `rule action statement` of each finding.
fn told(document: &Value) -> Vec<String> {
    let shown = |value: &Value| match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let findings = document["findings"].as_array().unwrap().iter();
    findings
        .map(|one| {
            let parts = ["rule", "action", "statement"].map(|key| shown(&one[key]));
            parts.join(" ")
        })
        .collect()
}
