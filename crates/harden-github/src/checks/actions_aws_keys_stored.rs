use harden_core::{
    Evidence, Judgement, Judging, Known, Location, Meta, Remediation, Rule, Severity, Step,
    Unknown, Verdict,
};

use crate::operation::{CONTENTS, SECRETS};
use crate::policy::GithubPolicy;
use crate::remediations::gh_in;
use crate::resources::LocalAction;
use crate::resources::workflow::Command;
use crate::views::{Flow, Node, Plan, SecretContract, action, by_path};

pub(crate) static CHECK: Rule<SecretContract, GithubPolicy> = Rule::new(
    Meta::new(
        "github/actions-aws-keys-stored",
        "No AWS access key is stored as a secret where workflows use OIDC",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Delete the stored keys and deactivate them in IAM.")
    .page(include_str!("actions_aws_keys_stored.md"))
    .since("0.1.0"),
    judge,
);

const NO_OIDC: &str = "no workflow assumes an AWS role by OIDC";

/// Parts of the names that hold an AWS access key.
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
    // a key that is certainly stored fails, even if other levels could not be read
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
                .expected("not stored");
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
            // no key is stored, so it does not matter which job may request a token
            None => Ok(Verdict::not_applicable(NO_OIDC)),
        };
    }
    let found = "no AWS access key";
    Ok(Verdict::Pass(Evidence::of("secrets", found, SECRETS.name)))
}

fn is_key(name: &str) -> bool {
    NAMES.iter().any(|part| name.contains(part))
}

/// How the workflows of a repository use OIDC.
#[derive(Default)]
struct Oidc {
    /// The first place where a workflow assumes an AWS role, the setting and its value.
    found: Option<(Location, &'static str, String)>,
    /// Why a job that can request a token may assume a role.
    perhaps: Option<Unknown>,
    /// What could not be read.
    unread: Option<Unknown>,
}

/// Owners whose actions request a token for another purpose than to assume an AWS role.
/// `configure-aws-credentials`, the one action of `aws-actions` that does assume one, is looked at
/// by itself.
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
    let can_request = can_request_token(node);
    let perhaps = |what: &str, at: Location| {
        Unknown::undetermined(format!(
            "{what} at {} line {} can request an OIDC token (id-token: write), and it is not known \
             whether it assumes an AWS role with it",
            at.path, at.line
        ))
    };
    if let (true, Some(_), Some(call)) = (can_request, &node.opaque, &node.job.call) {
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
        // with an access key as well, the action assumes the role with the key and not by OIDC:
        // https://github.com/aws-actions/configure-aws-credentials#readme
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
        if let Some(unknown) = placed.unfollowed(&["aws"]).filter(|_| can_request) {
            oidc.perhaps.get_or_insert(unknown);
        }
        let owner = action.split('/').next().unwrap_or_default();
        // the steps of a local action are looked at themselves
        let foreign = !uses.is_empty() && LocalAction::folder_of(uses).is_none();
        if can_request && foreign && !OTHERS.contains(&owner) {
            oidc.perhaps
                .get_or_insert_with(|| perhaps(uses, placed.location()));
        }
    }
}

/// Whether a job can request an OIDC token. Its `permissions` decide; without them those of its file,
/// and without these those of the calling job: a called workflow never gets more than its caller.
/// <https://docs.github.com/en/actions/reference/security/oidc>
fn can_request_token(node: &Node<'_>) -> bool {
    let callers = node.callers.iter().rev().copied();
    let permissions = std::iter::once((node.flow, node.job))
        .chain(callers)
        .find_map(|(flow, job)| {
            let of_file = flow.workflow.permissions.ok().and_then(Option::as_ref);
            job.permissions.as_ref().or(of_file)
        });
    permissions.is_some_and(|permissions| {
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
    let mut to = Remediation::new(
        "delete the stored access keys: the workflows assume the role without them",
    )
    .step(Step::by_hand(
        "Look up in IAM when and by what the access key was last used, and deactivate it (aws \
             iam update-access-key --status Inactive). Delete it when nothing needs it any more",
    ));
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
                let title = format!("Delete {name} from the environment {environment}");
                to.step(Step::command(title, argv, &["environments=write"]).destructive())
            }
            _ => to.step(Step::by_hand(format!(
                "Ask an owner of the organization to delete {name}, or to remove the repository from \
                 the list of repositories that can use it"
            ))),
        };
    }
    to.link("https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws")
}
