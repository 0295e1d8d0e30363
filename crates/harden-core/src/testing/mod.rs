//! What every provider crate's tests ask of its checks and pages (feature `testing`).
//!
//! A page's examples are fenced blocks: ` ```json VERDICT ` holds a snapshot fragment
//! ([`Snapshot::from_fragment`]) over which every finding of the check has that verdict; a
//! ` ```toml policy ` block before it is the policy file for that one example.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "code that runs in tests only, and fails by panicking"
)]

mod drops;
mod suite;
mod tables;
mod variables;

pub use drops::{Drops, Exception};
pub use suite::Suite;
pub use tables::Tables;
pub use variables::{Measured, Variable, variables};

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    Check, Cx, Evidence, FactError, Facts, Finding, Kind, Outcome, Policies, Remediation, Snapshot,
};

/// The moment of every example: their ages are relative to it.
pub const EXAMPLE_NOW: &str = "2026-01-15T12:00:00Z";

/// An example of a page.
#[derive(Debug, Clone)]
pub struct Example {
    /// The verdict that it is tagged with.
    pub verdict: String,
    /// The fragment.
    pub fragment: String,
    /// The policy file for it, if it has one.
    pub policy: Option<String>,
}

/// The fenced blocks of a page, each with its info string.
#[must_use]
pub fn fences(page: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.trim_start().strip_prefix("```") else {
            continue;
        };
        let body: Vec<&str> = lines.by_ref().take_while(|l| l.trim() != "```").collect();
        all.push((info.trim().to_owned(), body.join("\n")));
    }
    all
}

/// The examples of a page.
#[must_use]
pub fn examples(page: &str) -> Vec<Example> {
    let mut policy = None;
    let mut all = Vec::new();
    for (info, body) in fences(page) {
        match info.split_once(' ') {
            Some(("toml", "policy")) => policy = Some(body),
            Some(("json", verdict)) => all.push(Example {
                verdict: verdict.to_owned(),
                fragment: body,
                policy: policy.take(),
            }),
            _ => {}
        }
    }
    all
}

/// Runs a check over a fragment. The fragment's kinds must include all that the check reads, and it
/// may read no kind that it does not declare.
pub fn run(check: &dyn Check, fragment: &str, policies: Policies) -> Vec<Finding> {
    let now: Timestamp = EXAMPLE_NOW.parse().unwrap();
    let snapshot = Snapshot::from_fragment(fragment, now)
        .unwrap_or_else(|e| panic!("{}: example: {e}\n{fragment}", check.meta().id));
    let cx = Cx::new(Facts::recorded(snapshot), policies, now);
    cx.keep_for([check]);
    judge(check, &cx).unwrap_or_else(|e| panic!("{}: {e}\n{fragment}", check.meta().id))
}

/// Runs a check. In a run a panic is an unknown; here it is a panic.
pub(crate) fn judge(check: &dyn Check, cx: &Cx) -> Result<Vec<Finding>, FactError> {
    let id = check.meta().id;
    let findings = futures::executor::block_on(check.run(cx));
    if let Err(FactError::Internal(bug)) = &findings {
        panic!("{id}: {bug:?}");
    }
    for finding in findings.iter().flatten() {
        if let Outcome::Unknown(unknown) = &finding.outcome
            && unknown.is_internal_error()
        {
            panic!("{id}: a panic when {} was judged", finding.resource.shown());
        }
    }
    findings
}

/// The page of a check holds: its headings are there and in order, it has an example of pass, fail
/// and unknown, and each example gives what it is tagged with.
pub fn page_holds(check: &dyn Check, tables: &Tables) {
    let meta = check.meta();
    let headings: Vec<&str> = meta
        .page
        .lines()
        .filter_map(|l| l.strip_prefix("## "))
        .collect();
    assert_eq!(
        headings,
        ["What it checks", "Why", "Remediation", "Examples"],
        "{}: the headings of its page",
        meta.id
    );
    assert!(
        meta.page.starts_with(&format!("# {}\n", meta.title)),
        "{}: its page starts with its title",
        meta.id
    );
    let examples = examples(meta.page);
    for wanted in ["pass", "fail", "unknown"] {
        assert!(
            examples.iter().any(|e| e.verdict == wanted),
            "{}: its page has an example of {wanted}",
            meta.id
        );
    }
    for example in examples {
        let policies = tables.policies(example.policy.as_deref());
        assert_eq!(
            check.off(&policies),
            None,
            "{}: off in an example; give it a policy",
            meta.id
        );
        let findings = run(check, &example.fragment, policies);
        assert!(
            !findings.is_empty(),
            "{}: no finding over\n{}",
            meta.id,
            example.fragment
        );
        for finding in findings {
            assert_eq!(
                finding.outcome.as_str(),
                example.verdict,
                "{} on {}: {:?}\nover\n{}",
                meta.id,
                finding.resource,
                finding.outcome,
                example.fragment
            );
        }
    }
}

/// With the listing of any one kind denied over an example, what rests on it turns unknown and names
/// the denied permission, no other finding changes, and nothing comes to pass.
pub fn a_denied_kind_turns_unknown(check: &dyn Check, tables: &Tables) {
    let outcomes = |fragment: &serde_json::Value, policy: Option<&str>| {
        let findings = run(check, &fragment.to_string(), tables.policies(policy));
        let by_resource = findings.into_iter().map(|f| (f.resource.key(), f.outcome));
        by_resource.collect::<std::collections::BTreeMap<_, _>>()
    };
    for example in examples(check.meta().page) {
        let whole: serde_json::Value = serde_json::from_str(&example.fragment).unwrap();
        let before = outcomes(&whole, example.policy.as_deref());
        for kind in check.kinds() {
            let Some(action) = kind.permissions.first() else {
                continue;
            };
            let mut less = whole.clone();
            // what was out of scope stays so
            let scope = whole[kind.name].get("scope").cloned();
            less[kind.name] = serde_json::json!({"resources": [], "gaps": [{
                "account": "*", "region": "*",
                "unknown": {"cause": "denied", "by": "iam", "action": action, "message": "no"}
            }]});
            if let Some(scope) = scope {
                less[kind.name]["scope"] = scope;
            }
            for (resource, after) in outcomes(&less, example.policy.as_deref()) {
                let was = before.get(&resource);
                let at = format!(
                    "{} on {resource} without {action}: was {was:?}, is {after:?}, over\n{}",
                    check.meta().id,
                    example.fragment
                );
                match (was, &after) {
                    // unknown before, for another reason that still stands
                    (Some(Outcome::Unknown(_)), Outcome::Unknown(_)) => {}
                    (_, Outcome::Unknown(unknown)) => {
                        // where the example denies another call, that one may come first
                        let named = unknown.action.as_deref().unwrap_or_default();
                        let both = !named.is_empty() && example.fragment.contains(named);
                        assert!(named == *action || both, "{at}");
                    }
                    (was, after) => {
                        assert_eq!(was.map(Outcome::as_str), Some(after.as_str()), "{at}");
                    }
                }
            }
        }
    }
}

/// Every check of a list runs over the examples of a page without a panic, whatever it says. They
/// share a context, as in an audit, so that what they have in common is joined once.
pub fn every_check_runs_over(page: &dyn Check, checks: &[Arc<dyn Check>]) {
    let now: Timestamp = EXAMPLE_NOW.parse().unwrap();
    for example in examples(page.meta().page) {
        let snapshot = Snapshot::from_fragment(&example.fragment, now).unwrap();
        let cx = Cx::new(Facts::recorded(snapshot), Policies::default(), now);
        for check in checks {
            let findings = judge(&**check, &cx);
            findings.unwrap_or_else(|e| panic!("{}: {e}\n{}", check.meta().id, example.fragment));
        }
    }
}

/// The list of checks and the files of their directory agree: `aws/rds-x` is `rds_x.rs` and
/// `rds_x.md`; the list is sorted, and no id stands twice.
pub fn files_and_list_agree(checks: &[Arc<dyn Check>], directory: &std::path::Path) {
    let ids: Vec<&str> = checks.iter().map(|c| c.meta().id).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted, "the list of checks is sorted, each id once");
    let mut wanted: Vec<String> = ids
        .iter()
        .map(|id| suite::file_stem(id))
        .flat_map(|stem| [format!("{stem}.md"), format!("{stem}.rs")])
        .chain(["mod.rs".to_owned()])
        .collect();
    wanted.sort();
    let mut found: Vec<String> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    assert_eq!(found, wanted, "files of {}", directory.display());
}

/// The index of a provider's checks, in Markdown.
#[must_use]
pub fn index(provider: &str, checks: &[Arc<dyn Check>]) -> String {
    let mut out = format!(
        "# Checks of {provider}\n\nWritten by a test; `HARDEN_BLESS=1 cargo test` writes it anew.\n\n\
         | check | severity | guide | requirement |\n|---|---|---|---|\n"
    );
    for check in checks {
        let meta = check.meta();
        let file = suite::file_stem(meta.id);
        let beyond = if meta.has_tag("beyond-guide") {
            ", beyond"
        } else {
            ""
        };
        out.push_str(&format!(
            "| [{}](../../crates/harden-{provider}/src/checks/{file}.md) | {} | §{}{beyond} | {} |\n",
            meta.id,
            meta.severity,
            meta.tag_value("guide").unwrap_or("0"),
            meta.title,
        ));
    }
    out
}

/// A generated file is what is generated now. With HARDEN_BLESS set it is written instead.
pub fn is_fresh(path: &std::path::Path, wanted: &str) {
    if std::env::var_os("HARDEN_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, wanted).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == wanted,
        "{} is out of date: HARDEN_BLESS=1 cargo test writes it anew",
        path.display()
    );
}

/// A kind is listed once those that it starts from are: the graph has no cycle, and what a check
/// needs is known before it runs.
pub fn kinds_hold(provider: &str, kinds: &[&Kind]) {
    fn depth(kind: &Kind, above: usize) -> usize {
        assert!(above < 10, "{} starts from itself", kind.name);
        let below = kind.starts_from.iter().map(|k| depth(k, above + 1));
        below.max().unwrap_or(above)
    }
    assert!(!kinds.is_empty(), "{provider} has no kinds");
    for kind in kinds {
        assert!(depth(kind, 0) < 10);
        let own = kind
            .name
            .split_once('/')
            .is_some_and(|(p, _)| p == provider);
        assert!(own, "{} is not of {provider}", kind.name);
    }
}

/// The failures among the examples of a page. Each has evidence, a link, and a step, a block or
/// the reason why there is none.
pub fn failures(check: &dyn Check, tables: &Tables) -> Vec<(Arc<Evidence>, Box<Remediation>)> {
    let id = check.meta().id;
    let examples = examples(check.meta().page).into_iter();
    let findings = examples.flat_map(|example| {
        let policies = tables.policies(example.policy.as_deref());
        run(check, &example.fragment, policies)
    });
    let failures = findings.filter_map(|finding| match finding.outcome {
        Outcome::Fail(evidence, remediation) => Some((evidence, remediation)),
        _ => None,
    });
    failures
        .inspect(|(evidence, remediation)| {
            assert!(!evidence.items.is_empty(), "{id}: a failure has evidence");
            assert!(!remediation.links.is_empty(), "{id}: a failure has a link");
            let nothing = remediation.steps.is_empty() && remediation.terraform.is_none();
            assert!(
                !nothing || remediation.withheld.is_some(),
                "{id}: nothing to do"
            );
        })
        .collect()
}
