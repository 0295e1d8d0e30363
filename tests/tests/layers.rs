//! What may import what: crates by their manifests, and the layers inside a provider by the paths in
//! its source. CONTRIBUTING.md has the diagram.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use harden_tests::paths;
use serde_json::Value;

/// Each crate, and the crates of the workspace that it may depend on.
const CRATES: &[(&str, &[&str])] = &[
    ("harden-core", &[]),
    ("harden-iam", &[]),
    ("harden-workflows", &["harden-core"]),
    ("harden-collect", &["harden-core"]),
    (
        "harden-aws",
        &["harden-core", "harden-collect", "harden-iam"],
    ),
    (
        "harden-github",
        &["harden-core", "harden-collect", "harden-workflows"],
    ),
    ("harden-sentry", &["harden-core", "harden-collect"]),
    ("harden-vercel", &["harden-core", "harden-collect"]),
    (
        "harden-delivery",
        &[
            "harden-core",
            "harden-github",
            "harden-sentry",
            "harden-vercel",
        ],
    ),
    ("harden-ops", &["harden-core", "harden-aws"]),
    ("harden-runner", &["harden-core"]),
];

/// What stands above all others, and may depend on any.
const TOPS: [&str; 2] = ["harden-cli", "harden-tests"];

/// Each layer of a provider, and the other layers that it may use. A module that is no layer (a
/// helper at the root of the crate) may use none of them but facts and the policy.
const LAYERS: &[(&str, &[&str])] = &[
    ("resources", &[]),
    ("policy", &["resources"]),
    ("live", &["resources", "policy"]),
    ("views", &["resources", "policy"]),
    // advice for a threshold, which the remediations of alarms give
    ("threshold", &["views", "resources", "policy"]),
    (
        "remediations",
        &["threshold", "views", "resources", "policy"],
    ),
    (
        "checks",
        &["remediations", "threshold", "views", "resources", "policy"],
    ),
];
const OTHER_MODULES: &[&str] = &["resources", "policy"];
/// Modules at the root of a provider that hold what several of its checks share: they are of that
/// layer.
const OF_CHECKS: [&str; 4] = ["blocked", "contract", "coverage", "web_acl"];
/// Files that may use one more layer, each with the reason.
const EXCEPTIONS: [(&str, &str, &str); 1] = [(
    "crates/harden-aws/src/live/secret_version.rs",
    "views",
    "only secrets whose age nothing else proves cost a call, and the view knows what proves it",
)];
/// Where a provider is put together.
const ROOTS: [&str; 2] = ["lib", "provider"];

#[test]
fn crates_depend_only_on_the_layers_below() {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(paths::root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let mut wrong = Vec::new();
    let mut seen = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap();
        seen.push(name);
        if TOPS.contains(&name) {
            continue;
        }
        let Some((_, may)) = CRATES.iter().find(|(crate_, _)| *crate_ == name) else {
            wrong.push(format!("{name} is not in the table of crates"));
            continue;
        };
        for dependency in package["dependencies"].as_array().unwrap() {
            let on = dependency["name"].as_str().unwrap();
            let is_for_tests = dependency["kind"].as_str() == Some("dev");
            if on.starts_with("harden-") && !may.contains(&on) && !is_for_tests {
                wrong.push(format!("{name} depends on {on}"));
            }
        }
    }
    for (name, _) in CRATES {
        assert!(seen.contains(name), "{name} is not in the workspace");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn modules_of_a_provider_use_only_the_layers_below() {
    let mut wrong = Vec::new();
    let mut needed = Vec::new();
    let mut uses = BTreeMap::<&str, usize>::new();
    for provider in ["aws", "github", "sentry", "vercel", "delivery", "ops"] {
        let source = paths::root().join(format!("crates/harden-{provider}/src"));
        for file in files(&source) {
            let module = modules(file.strip_prefix(&source).unwrap());
            let own = layer_of(module.first().map_or("lib", String::as_str));
            if ROOTS.contains(&own) {
                continue;
            }
            let layer = LAYERS.iter().find(|(layer, _)| *layer == own);
            let may = layer.map_or(OTHER_MODULES, |(_, may)| may);
            let text = std::fs::read_to_string(&file).unwrap();
            // the tests of a module may look at all layers
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            for (number, line) in code.lines().enumerate() {
                for target in targets(line, &module) {
                    let target = layer_of(&target);
                    let is_layer = LAYERS.iter().any(|(layer, _)| *layer == target);
                    if target == own || !is_layer {
                        continue;
                    }
                    if may.contains(&target) {
                        *uses.entry(own_layer(own)).or_default() += 1;
                        continue;
                    }
                    let shown = file.strip_prefix(paths::root()).unwrap();
                    let is_exception =
                        |(of, to, _): &&(&str, &str, &str)| shown == Path::new(of) && target == *to;
                    if let Some((of, ..)) = EXCEPTIONS.iter().find(is_exception) {
                        needed.push(*of);
                        continue;
                    }
                    let shown = shown.display();
                    wrong.push(format!(
                        "{shown}:{}: {own} uses {target}: {}",
                        number + 1,
                        line.trim()
                    ));
                }
            }
        }
    }
    for (of, to, _) in EXCEPTIONS {
        assert!(needed.contains(&of), "{of} does not use {to} any more");
    }
    for layer in ["live", "views", "checks"] {
        let found = uses.get(layer).copied().unwrap_or_default();
        assert!(found > 10, "{found} uses of lower layers found in {layer}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn own_layer(own: &str) -> &'static str {
    let layer = LAYERS.iter().find(|(layer, _)| *layer == own);
    layer.map_or("other", |(layer, _)| layer)
}

/// The layer of a module at the root of a crate; its own name where it is of none.
fn layer_of(module: &str) -> &str {
    if OF_CHECKS.contains(&module) {
        "checks"
    } else {
        module
    }
}

/// The source files below a folder, without those that hold tests.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("tests") {
                all.extend(files(&path));
            }
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            all.push(path);
        }
    }
    all.sort();
    all
}

/// The module that a file is: `views`, `alarms` of `views/alarms/mod.rs`.
fn modules(file: &Path) -> Vec<String> {
    let mut modules: Vec<String> = file
        .with_extension("")
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    if modules.last().is_some_and(|last| last == "mod") {
        modules.pop();
    }
    modules
}

/// The modules at the root of the crate that a line names, by `crate::` or by as many `super::` as
/// lead there.
fn targets(line: &str, module: &[String]) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    let up = "super::".repeat(module.len());
    let mut all = Vec::new();
    for root in ["crate::", &*up] {
        for (at, _) in code.match_indices(root) {
            // `$crate::`, and one more `super::` than this, lead elsewhere
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':' || c == '$') {
                continue;
            }
            let rest = &code[at + root.len()..];
            let names = rest.strip_prefix('{').map_or_else(
                || vec![rest],
                |group| group.trim_end_matches("};").split(',').collect(),
            );
            for name in names {
                let name = name.trim();
                let end = name
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(name.len());
                all.push(name[..end].to_owned());
            }
        }
    }
    all
}
