use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Section, Severity, Step, Unknown,
    Verdict,
};

use crate::GithubPolicy;
use crate::operation::{CONTENTS, SECRETS};
use crate::remedies::gh_in;
use crate::views::{Flow, SecretContract, action};

pub(crate) static CHECK: Rule<SecretContract, GithubPolicy> = Rule {
    meta: Meta {
        id: "github/actions-aws-keys-stored",
        title: "No long-lived AWS key is stored beside OIDC",
        severity: Severity::High,
        section: Section::Security,
        beyond_guide: false,
        security: true,
        remediation: "Delete the stored keys, and deactivate them in IAM.",
        page: include_str!("actions_aws_keys_stored.md"),
    },
    judge,
    off: None,
};

/// What the name of a stored key has in it.
const NAMES: [&str; 4] = [
    "AWS_ACCESS_KEY",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_KEY_ID",
];

fn judge(contract: &SecretContract, j: &Judging<GithubPolicy>) -> Judgement {
    let contract = &contract.0;
    let oidc = oidc(&contract.flows);
    if oidc == Known::Yes(None) {
        return Ok(Verdict::not_applicable(
            "no workflow takes an AWS role by OIDC",
        ));
    }
    let levels = &contract.levels;
    let mut stored: Vec<(String, Option<String>)> = Vec::new();
    let mut unknown: Option<Unknown> = None;
    let mut see =
        |names: &Known<std::collections::BTreeSet<String>>, level: Option<String>| match names {
            Known::Yes(names) => {
                let keys = names.iter().filter(|name| is_key(name));
                stored.extend(keys.map(|name| (name.clone(), level.clone())));
            }
            Known::No(reason) => {
                unknown.get_or_insert_with(|| (**reason).clone());
            }
        };
    see(&levels.repository, None);
    see(&levels.organization, Some("organization".to_owned()));
    for (environment, names) in &levels.environments {
        see(names, Some(format!("environment {environment}")));
    }
    if let Known::No(reason) = &levels.readable {
        unknown.get_or_insert_with(|| (**reason).clone());
    }
    if !stored.is_empty() {
        let found = oidc.get()?;
        let mut evidence = Evidence::default();
        for (name, level) in &stored {
            let level = level.as_deref().unwrap_or("repository");
            evidence = evidence
                .and(
                    name.clone(),
                    format_args!("stored in the {level}"),
                    SECRETS.name,
                )
                .wanted("absent");
        }
        if let Some((at, role)) = found {
            evidence = evidence
                .and("role-to-assume", role, CONTENTS.name)
                .at(at.clone());
        }
        return Ok(Verdict::Fail(
            evidence,
            remediation(&stored, &contract.repository, j.policy),
        ));
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    oidc.get()?;
    let none = "none of AWS's access keys";
    Ok(Verdict::Pass(Evidence::of("secrets", none, SECRETS.name)))
}

fn is_key(name: &str) -> bool {
    NAMES.iter().any(|part| name.contains(part))
}

/// Where a workflow takes an AWS role by OIDC, and which.
fn oidc(flows: &[Flow]) -> Known<Option<(harden_core::Location, String)>> {
    let mut unread = None;
    for flow in flows {
        let steps = match flow.all_steps() {
            Ok(steps) => steps,
            Err(unknown) => {
                unread.get_or_insert(unknown);
                continue;
            }
        };
        for step in steps {
            let placed = match step {
                Known::Yes(placed) => placed,
                Known::No(unknown) => {
                    unread.get_or_insert(unknown.into());
                    continue;
                }
            };
            let uses = placed.step.uses.as_deref().map(action).unwrap_or_default();
            let with = &placed.step.with;
            // with a key beside it, the role is taken by the key
            if uses == "aws-actions/configure-aws-credentials"
                && let Some(role) = with.get("role-to-assume")
                && !with.contains_key("aws-access-key-id")
            {
                return Known::Yes(Some((placed.location(), role.clone())));
            }
        }
    }
    unread.map_or(Known::Yes(None), Known::from)
}

fn remediation(
    stored: &[(String, Option<String>)],
    repository: &str,
    policy: &GithubPolicy,
) -> Remediation {
    let mut to = Remediation::new("delete the stored keys: the role is reached without them").step(
        Step::by_hand(
            "See in IAM when the access key was last used and by what, and deactivate it \
             (aws iam update-access-key --status Inactive); delete it once nothing misses it",
        ),
    );
    for (name, level) in stored {
        let environment = level
            .as_deref()
            .and_then(|level| level.strip_prefix("environment "));
        to = match (level, environment) {
            (None, _) => {
                let argv = gh_in(&["secret", "delete"], name, repository, policy);
                let step = Step::command(format!("Delete {name}"), argv, &["secrets=write"]);
                to.step(step.destructive())
            }
            (_, Some(environment)) => {
                let mut argv = gh_in(&["secret", "delete"], name, repository, policy);
                argv.extend(["--env".into(), environment.into()]);
                let title = format!("Delete {name} of the environment {environment}");
                to.step(Step::command(title, argv, &["environments=write"]).destructive())
            }
            _ => to.step(Step::by_hand(format!(
                "Have an owner of the organization take {name} away, or the repository out of \
                 those that see it"
            ))),
        };
    }
    to.link("https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws")
}
