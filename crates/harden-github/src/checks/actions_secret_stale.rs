use harden_core::{
    Arg, Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict,
};

use crate::policy::GithubPolicy;
use crate::remediations::server;
use crate::views::{Level, StoredSecret};

pub(crate) static CHECK: Rule<StoredSecret, GithubPolicy> = Rule::new(
    Meta::new(
        "github/actions-secret-stale",
        "Actions secrets are updated at least every 365 days",
        Severity::Medium,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Create a new credential, store it, and revoke the old one.")
    .page(include_str!("actions_secret_stale.md"))
    .since("0.1.0"),
    judge,
);

fn judge(secret: &StoredSecret, j: &Judging<GithubPolicy>) -> Judgement {
    let updated = *secret.updated_at.get()?;
    let days = j.now.duration_since(updated).as_hours() / 24;
    let most = i64::from(j.policy.secrets.stale_days);
    let evidence = Evidence::of(
        "updated_at",
        format_args!("{updated}, {days} days ago"),
        secret.level.source(),
    )
    .expected(format!("within the last {most} days"));
    if days <= most {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(secret, j.policy)))
}

fn remediation(secret: &StoredSecret, policy: &GithubPolicy) -> Remediation {
    let to = Remediation::new(format!("replace the value of {}", secret.name))
        .link("https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-secrets")
        .step(Step::by_hand(
            "Create a new credential at the service that issued this one. Revoke the old one when \
             the new one works",
        ));
    if secret.level == Level::Organization {
        return to
            .step(Step::by_hand(format!(
                "Update {} in the organization's settings, under Secrets and variables, Actions",
                secret.name
            )))
            .withheld(
                "the command that sets a secret of the organization also sets which repositories can \
                 use it, and that list is not recorded",
            );
    }
    let mut argv = ["gh", "secret", "set"].map(Arg::word).to_vec();
    argv.push(secret.name.as_str().into());
    argv.push(Arg::word("--repo"));
    argv.push(match server(policy) {
        None => secret.repository.as_str().into(),
        Some(host) => format!("{host}/{}", secret.repository).into(),
    });
    if let Level::Environment(environment) = &secret.level {
        argv.extend([Arg::word("--env"), environment.as_str().into()]);
    }
    let permissions: &[&str] = match secret.level {
        Level::Environment(_) => &["environments=write"],
        _ => &["secrets=write"],
    };
    to.step(Step::command(
        "Store the new value; the command asks for it",
        argv,
        permissions,
    ))
}
