//! The pages hold, and the list of checks and the files agree.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod exceptions;

use harden_aws::{AwsPolicy, checks};
use harden_core::{Policies, testing};

fn policies(text: Option<&str>) -> Policies {
    #[derive(serde::Deserialize)]
    struct File {
        aws: AwsPolicy,
    }
    let mut policies = Policies::default();
    if let Some(text) = text {
        let file: File = toml::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        policies.insert(file.aws);
    }
    policies
}

harden_core::tests_of_checks!(
    "aws",
    checks,
    policies,
    exceptions::EXCEPTIONS,
    harden_aws::resources::KINDS
);

/// What mends a failure is fit to be pasted: the Terraform parses, a command says which permissions
/// it needs, and where there is no command, there is a reason or a step by hand.
#[test]
fn remediations_hold() {
    for check in checks() {
        let id = check.meta().id;
        let parse = |block: &str| {
            hcl::parse(block).unwrap_or_else(|e| panic!("{id}: {e}\n{block}"));
        };
        for (info, body) in testing::fences(check.meta().page) {
            if info == "hcl" {
                parse(&body);
            }
        }
        for (_, remediation) in testing::failures(&*check, policies) {
            if let Some(block) = &remediation.terraform {
                parse(block);
            }
            for step in &remediation.steps {
                assert_eq!(
                    step.argv.is_empty(),
                    step.permissions.is_empty(),
                    "{id}: {step:?}"
                );
                let destroys = ["delete-", "terminate-", "remove-"];
                let operation = step.argv.get(2).map(harden_core::Arg::to_shell);
                let deletes = operation.is_some_and(|o| destroys.iter().any(|d| o.starts_with(d)));
                assert!(!deletes || step.destructive, "{id}: {step:?} destroys");
            }
        }
    }
}
