//! The 1,582 AWS managed policies that the Python package moto contains.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod corpora;

use std::collections::{BTreeMap, BTreeSet};

use harden_iam::Policy;
use harden_iam::lint::{Linter, PolicyType, Rule};
use serde_json::Value;

/// Prints the documents without importing moto, which would take seconds.
const EXTRACT: &str = r#"
import importlib.util, pathlib, sys
spec = importlib.util.find_spec("moto")
if spec is None:
    sys.exit(3)
path = pathlib.Path(spec.submodule_search_locations[0]) / "iam" / "aws_managed_policies.py"
scope = {}
exec(path.read_text(encoding="utf-8"), scope)
print(scope["aws_managed_policies_data"])
"#;

/// Actions of these policies that do not exist: for those calls AWS's reference has
/// `budgets:ViewBudget` and `budgets:ModifyBudget`.
const GONE: &[&str] = &[
    "budgets:CreateBudget",
    "budgets:DeleteBudget",
    "budgets:DescribeBudget",
    "budgets:DescribeBudgets",
    "budgets:UpdateBudget",
];

#[test]
fn managed_policies_are_parsed_printed_and_checked() {
    let Some(output) = corpora::python::run(&["-c", EXTRACT]) else {
        return;
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let policies: BTreeMap<String, Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert!(policies.len() > 1500, "{}", policies.len());
    let texts: Vec<_> = policies
        .iter()
        .map(|(name, policy)| (name, policy["Document"].to_string()))
        .collect();

    let mut linter = Linter::default();
    let (mut unknown, mut rules) = (BTreeSet::new(), BTreeMap::new());
    for (name, text) in &texts {
        let policy = Policy::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let printed = Policy::parse(&policy.to_string()).unwrap();
        assert_eq!(printed, policy, "{name}");
        assert_eq!(
            Policy::parse(&format!("{policy:#}")).unwrap(),
            policy,
            "{name}"
        );
        for finding in linter.lint(&policy, PolicyType::Identity) {
            *rules.entry(finding.rule.id()).or_insert(0) += 1;
            assert!(
                finding.position.is_some() || finding.statement.is_none(),
                "{name}: {finding:?}"
            );
            if finding.rule == Rule::ActionUnknown {
                unknown.insert(finding.action.unwrap_or_default());
            }
        }
    }
    eprintln!("{} policies: {rules:?}", texts.len());
    let gone: BTreeSet<String> = GONE.iter().map(|&one| one.to_owned()).collect();
    let news: Vec<_> = unknown.symmetric_difference(&gone).collect();
    assert!(news.is_empty(), "{news:#?}");
}
