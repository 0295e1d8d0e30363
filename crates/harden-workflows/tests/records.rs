//! Records that are not whole are unknown, never empty.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use harden_core::Cause;
use harden_workflows::{LocalAction, PackageScripts, VERSION, Workflow};
use serde_json::Value;

const TEXT: &str = "
name: CI
on:
  pull_request_target: {branches: [main], types: [opened]}
permissions: {contents: read, id-token: write}
env: {TITLE: '${{ github.event.pull_request.title }}', TOKEN: '${{ secrets.TOKEN }}'}
jobs:
  build:
    runs-on: ubuntu-latest
    environment: production
    if: github.ref == 'refs/heads/main'
    steps:
      - uses: actions/checkout@v4
        with: {ref: '${{ github.event.pull_request.head.sha }}'}
      - run: |
          echo ${{ env.TITLE }}
          npx playwright test || true
          curl -s https://example.com | bash
  call:
    needs: build
    uses: ./.github/workflows/x.yml
    with: {environment: production}
    secrets: {TOKEN: '${{ secrets.TOKEN }}'}
";

fn record() -> Value {
    let workflow = Workflow::parse("acme/shop", ".github/workflows/ci.yml", TEXT);
    assert!(workflow.jobs.is_known(), "{:?}", workflow.jobs);
    serde_json::to_value(workflow).unwrap()
}

fn paths(value: &Value, path: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
                into.push(path.clone());
                paths(value, &path, into);
            }
        }
        Value::Array(all) => {
            for (i, value) in all.iter().enumerate() {
                paths(value, &format!("{path}/{i}"), into);
            }
        }
        _ => {}
    }
}

#[test]
fn a_record_without_any_one_of_its_fields_is_unknown() {
    let whole = record();
    let mut all = Vec::new();
    paths(&whole, "", &mut all);
    assert!(all.len() > 60, "{} fields", all.len());
    for path in all {
        let (parent, name) = path.rsplit_once('/').unwrap();
        let name = name.replace("~1", "/").replace("~0", "~");
        for null in [false, true] {
            let mut less = whole.clone();
            let parent = less.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            if null {
                parent.insert(name.clone(), Value::Null);
            } else {
                parent.remove(&name);
            }
            // without the names of the resource it is no record
            let Ok(read) = serde_json::from_value::<Workflow>(less) else {
                assert!(matches!(&*path, "/repository" | "/path"), "{path}");
                continue;
            };
            let unknown = read.jobs.get().unwrap_err();
            assert_eq!(unknown.cause, Cause::NotRecorded, "{path}");
            assert!(
                !read.triggers.is_known() && !read.permissions.is_known(),
                "{path}"
            );
        }
    }
}

#[test]
fn the_record_of_an_older_or_newer_reader_is_unknown() {
    for version in [Some(VERSION - 1), Some(VERSION + 1), None] {
        let mut other = record();
        match version {
            Some(version) => other["reader"]["version"] = version.into(),
            None => {
                other.as_object_mut().unwrap().remove("reader");
            }
        }
        let read: Workflow = serde_json::from_value(other).unwrap();
        assert_eq!(read.path, ".github/workflows/ci.yml");
        let unknown = read.jobs.get().unwrap_err();
        assert!(unknown.message.contains("record it again"), "{unknown}");
    }
    let old = serde_json::json!({"repository": "acme/shop", "folder": "x", "steps": []});
    let action: LocalAction = serde_json::from_value(old).unwrap();
    assert!(!action.steps.is_known());
    let old = serde_json::json!({"repository": "acme/shop", "folder": "", "scripts": {}});
    let package: PackageScripts = serde_json::from_value(old).unwrap();
    assert!(!package.scripts.is_known());
}
