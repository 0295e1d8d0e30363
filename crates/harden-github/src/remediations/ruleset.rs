//! A new ruleset for a branch. Rulesets add up, so a new one adds a requirement and changes no
//! existing setting. The API call for classic protection would replace all settings.

use harden_core::{Arg, Remediation, Step, hcl_string};
use serde_json::{Value, json};

use super::gh::Gh;
use crate::policy::GithubPolicy;
use crate::views::ProtectedBranch;

const WRITE: &[&str] = &["administration=write"];
const LINK: &str = "https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/creating-rulesets-for-a-repository";

/// A ruleset to create.
pub(crate) struct NewRuleset {
    /// What to do.
    pub(crate) summary: String,
    /// Its topic, for its name: `reviews`.
    pub(crate) topic: &'static str,
    /// The details of the requirement, for its name: one branch may need several rulesets of a topic,
    /// and GitHub refuses a second ruleset with the same name.
    pub(crate) details: Vec<String>,
    /// Its only rule, as the API expects it.
    pub(crate) rule: Value,
    /// The same rule in Terraform, indented by four spaces.
    pub(crate) terraform: String,
}

impl NewRuleset {
    /// The remediation for a branch. An `input` is a placeholder in the rule, the name of the value
    /// that the reader fills in, and a hint.
    pub(crate) fn remediation(
        self,
        branch: &ProtectedBranch,
        policy: &GithubPolicy,
        input: Option<(&str, &'static str, &'static str)>,
    ) -> Remediation {
        let to = Remediation::new(self.summary).link(LINK);
        if branch.is_not_offered() {
            return to.step(Step::by_hand(
                "Make the repository public, or change to a plan that offers branch protection for \
                 private repositories (GitHub Pro, Team or Enterprise), and run the audit again",
            ));
        }
        let name = named(self.topic, &self.details, &branch.branch);
        let reference = format!("refs/heads/{}", branch.branch);
        let body = json!({
            "name": name,
            "target": "branch",
            "enforcement": "active",
            "bypass_actors": [],
            "conditions": {"ref_name": {"include": [reference], "exclude": []}},
            "rules": [self.rule],
        });
        let mut body = Arg::from(body.to_string());
        let mut terraform = self.terraform;
        if let Some((marker, name, hint)) = input {
            body = body.with_input(marker, name, hint);
            terraform = terraform.replace(marker, name);
        }
        let repository = branch.repository.split_once('/').unwrap_or_default().1;
        to.step(
            Gh::new("POST", &branch.repository, "rulesets")
                .body(body)
                .step("Add a ruleset with this rule", WRITE, policy),
        )
        .terraform(format!(
            "resource \"github_repository_ruleset\" \"this\" {{\n  name        = {}\n  repository  \
             = {}\n  target      = \"branch\"\n  enforcement = \"active\"\n\n  conditions {{\n    \
             ref_name {{\n      include = [{}]\n      exclude = []\n    }}\n  }}\n\n  rules \
             {{\n{terraform}  }}\n}}\n",
            hcl_string(&name),
            hcl_string(repository),
            hcl_string(&reference),
        ))
    }
}

/// The longest list in a name, in bytes.
const LONGEST: usize = 100;

fn named(topic: &str, details: &[String], branch: &str) -> String {
    let list = details.join(", ");
    match list.len() {
        0 => format!("{topic} on {branch}"),
        1..=LONGEST => format!("{topic} ({list}) on {branch}"),
        _ => {
            // FNV-1a, so that the same list always has the same name
            let hash = list.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
                (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
            });
            format!("{topic} ({}, {hash:08x}) on {branch}", details.len())
        }
    }
}

/// A rule that requires a pull request with a number of approvals.
pub(crate) fn pull_request_rule(reviews: u32) -> (Value, String) {
    (
        json!({"type": "pull_request", "parameters": {
            "required_approving_review_count": reviews,
            "dismiss_stale_reviews_on_push": true,
            "require_code_owner_review": false,
            "require_last_push_approval": false,
            "required_review_thread_resolution": false,
        }}),
        format!(
            "    pull_request {{\n      required_approving_review_count = {reviews}\n      \
             dismiss_stale_reviews_on_push   = true\n    }}\n"
        ),
    )
}

/// A rule that requires status checks on a branch that is up to date.
pub(crate) fn checks_rule(contexts: &[(&str, Option<i64>)]) -> (Value, String) {
    let check = |(context, app): &(&str, Option<i64>)| match app {
        Some(app) => json!({"context": context, "integration_id": app}),
        None => json!({"context": context}),
    };
    let all: Vec<Value> = contexts.iter().map(check).collect();
    let mut block =
        "    required_status_checks {\n      strict_required_status_checks_policy = true\n"
            .to_owned();
    for (context, app) in contexts {
        let app = app.map_or_else(String::new, |app| {
            format!("\n        integration_id = {app}")
        });
        let context = hcl_string(context);
        block.push_str(&format!(
            "\n      required_check {{\n        context = {context}{app}\n      }}\n"
        ));
    }
    block.push_str("    }\n");
    (
        json!({"type": "required_status_checks", "parameters": {
            "required_status_checks": all,
            "strict_required_status_checks_policy": true,
        }}),
        block,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rulesets_with_different_details_have_different_names() {
        let name = |details: &[&str]| {
            let details: Vec<String> = details.iter().map(|d| (*d).to_owned()).collect();
            named("status checks", &details, "main")
        };
        assert_eq!(name(&[]), "status checks on main");
        assert_eq!(name(&["a", "b"]), "status checks (a, b) on main");
        let long = "x".repeat(LONGEST);
        assert!(name(&[&long, "a"]).len() < LONGEST);
        assert_ne!(name(&[&long, "a"]), name(&[&long, "b"]));
    }
}
