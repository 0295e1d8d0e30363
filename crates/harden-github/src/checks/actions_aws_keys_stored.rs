use harden_core::{
    Evidence, Judgement, Judging, Known, Location, Meta, Remediation, Rule, Severity, Step,
    Unknown, Verdict,
};

use crate::GithubPolicy;
use crate::operation::{CONTENTS, SECRETS};
use crate::remediations::gh_in;
use crate::resources::LocalAction;
use crate::resources::workflow::Command;
use crate::views::{Flow, Node, Plan, SecretContract, action, by_path};

pub(crate) static CHECK: Rule<SecretContract, GithubPolicy> = Rule::new(
    Meta::new(
        "github/actions-aws-keys-stored",
        "No long-lived AWS key is stored beside OIDC",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Delete the stored keys, and deactivate them in IAM.")
    .page(include_str!("actions_aws_keys_stored.md"))
    .since("0.1.0"),
    judge,
);

const NO_OIDC: &str = "no workflow is seen to take an AWS role by OIDC";

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
    if oidc.found.is_none() && oidc.unread.is_none() && oidc.perhaps.is_none() {
        return Ok(Verdict::not_applicable(NO_OIDC));
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
        let Some((at, setting, role)) = oidc.found else {
            return match oidc.unread.or(oidc.perhaps) {
                Some(unknown) => Err(unknown),
                None => Ok(Verdict::not_applicable(NO_OIDC)),
            };
        };
        let mut evidence = Evidence::default();
        for (name, level) in &stored {
            let level = level.as_deref().unwrap_or("repository");
            evidence = evidence
                .and(
                    name.clone(),
                    format_args!("stored in the {level}"),
                    SECRETS.name,
                )
                .expected("absent");
        }
        evidence = evidence.and(setting, role, CONTENTS.name).at(at);
        return Ok(Verdict::Fail(
            evidence,
            remediation(&stored, &contract.repository, j.policy),
        ));
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    if oidc.found.is_none() {
        return match oidc.unread {
            Some(unknown) => Err(unknown),
            // nothing is stored, whatever may ask for a token
            None => Ok(Verdict::not_applicable(NO_OIDC)),
        };
    }
    let none = "none of AWS's access keys";
    Ok(Verdict::Pass(Evidence::of("secrets", none, SECRETS.name)))
}

fn is_key(name: &str) -> bool {
    NAMES.iter().any(|part| name.contains(part))
}

/// What of OIDC there is in the workflows of a repository.
#[derive(Default)]
struct Oidc {
    /// Where a workflow takes an AWS role, and by what.
    found: Option<(Location, &'static str, String)>,
    /// Why something that may ask for a token may take one.
    perhaps: Option<Unknown>,
    /// What could not be read.
    unread: Option<Unknown>,
}

/// Owners whose actions ask for a token for something else than an AWS role.
const OTHERS: [&str; 9] = [
    "actions",
    "aws-actions",
    "azure",
    "codecov",
    "docker",
    "github",
    "google-github-actions",
    "pypa",
    "sigstore",
];

fn oidc(flows: &[Flow]) -> Oidc {
    let paths = by_path(flows);
    let mut oidc = Oidc::default();
    for flow in flows {
        match Plan::of(flow, &paths) {
            Ok(plan) => plan.nodes.iter().for_each(|node| of_node(node, &mut oidc)),
            Err(unknown) => {
                oidc.unread.get_or_insert(unknown);
            }
        }
    }
    oidc
}

fn of_node(node: &Node<'_>, oidc: &mut Oidc) {
    let asks = may_ask(node);
    let perhaps = |what: &str, at: Location| {
        Unknown::undetermined(format!(
            "{what} at {} line {} may ask for a token (id-token: write), and whether it takes an \
             AWS role with it can't be told",
            at.path, at.line
        ))
    };
    if let (true, Some(_), Some(call)) = (asks, &node.opaque, &node.job.call) {
        let at = node.flow.workflow.at(call.at);
        oidc.perhaps.get_or_insert_with(|| perhaps(&call.uses, at));
    }
    for step in node.steps() {
        let placed = match step {
            Known::Yes(placed) => placed,
            Known::No(unknown) => {
                oidc.unread.get_or_insert(unknown.into());
                continue;
            }
        };
        let with = &placed.step.with;
        let uses = placed.step.uses.as_deref().unwrap_or_default();
        let action = action(uses);
        // with a key beside it, the role is taken by the key
        if action == "aws-actions/configure-aws-credentials"
            && let Some(role) = with.get("role-to-assume")
            && !with.contains_key("aws-access-key-id")
        {
            let found = (placed.location(), "role-to-assume", role.clone());
            oidc.found.get_or_insert(found);
        }
        let assumes =
            |c: &&Command| c.tool == "aws" && c.says(&["sts", "assume-role-with-web-identity"]);
        if let Some(command) = placed.step.commands.iter().find(assumes) {
            let found = (placed.at(command.at), "run", command.line());
            oidc.found.get_or_insert(found);
        }
        if let Some(unknown) = placed.unfollowed(&["aws"]).filter(|_| asks) {
            oidc.perhaps.get_or_insert(unknown);
        }
        let owner = action.split('/').next().unwrap_or_default();
        let foreign = !uses.is_empty() && LocalAction::folder_of(uses).is_none();
        if asks && foreign && !OTHERS.contains(&owner) {
            oidc.perhaps
                .get_or_insert_with(|| perhaps(uses, placed.location()));
        }
    }
}

/// Whether a job may ask for a token: by its own permissions, those of its file, or, where neither
/// says any, those of the job that calls it.
fn may_ask(node: &Node<'_>) -> bool {
    let callers = node.callers.iter().rev().copied();
    let said = std::iter::once((node.flow, node.job))
        .chain(callers)
        .find_map(|(flow, job)| {
            let of_file = flow.workflow.permissions.ok().and_then(Option::as_ref);
            job.permissions.as_ref().or(of_file)
        });
    said.is_some_and(|permissions| {
        permissions.all.as_deref() == Some("write-all")
            || permissions
                .scopes
                .get("id-token")
                .is_some_and(|level| level == "write")
    })
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
