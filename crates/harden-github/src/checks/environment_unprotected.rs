use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Section, Severity, Step, Verdict,
    hcl_string,
};
use serde_json::json;

use crate::GithubPolicy;
use crate::operation::ENVIRONMENTS;
use crate::path::segment;
use crate::remedies::Gh;
use crate::views::{ProductionEnvironment, Rules};

pub(crate) static CHECK: Rule<ProductionEnvironment, GithubPolicy> = Rule {
    meta: Meta {
        id: "github/environment-unprotected",
        title: "The environment of production is protected",
        severity: Severity::Medium,
        section: Section::Governance,
        beyond_guide: false,
        security: true,
        remediation: "Let only protected branches deploy to it, or ask for a reviewer.",
        page: include_str!("environment_unprotected.md"),
    },
    judge,
    off: None,
};

fn judge(environment: &ProductionEnvironment, j: &Judging<GithubPolicy>) -> Judgement {
    if environment.used.get()?.is_none() {
        return Ok(Verdict::not_applicable(format!(
            "no workflow that deploys uses the environment {}",
            environment.name
        )));
    }
    let rules = environment.rules.get()?;
    let evidence = if rules.exists {
        let branches =
            rules.branches.ok().map_or(
                "not read",
                |limited| {
                    if *limited { "limited" } else { "all" }
                },
            );
        let reviewers = rules
            .reviewers
            .ok()
            .map_or("not read".to_owned(), u32::to_string);
        Evidence::of("required reviewers", reviewers, ENVIRONMENTS.name)
            .wanted("at least 1, or a branch policy")
            .and("deployment branches", branches, ENVIRONMENTS.name)
            .wanted("protected branches, or patterns, or a reviewer")
    } else {
        Evidence::of("environment", "does not exist yet", ENVIRONMENTS.name)
            .wanted("one with a required reviewer or a branch policy")
            .note("the first run makes it, without any rule")
    };
    if *rules.protect().get()? {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(
        evidence,
        remediation(environment, rules, j.policy),
    ))
}

fn remediation(
    environment: &ProductionEnvironment,
    rules: &Rules,
    policy: &GithubPolicy,
) -> Remediation {
    let name = &environment.name;
    let repository = environment
        .repository
        .split('/')
        .next_back()
        .unwrap_or_default();
    let to = Remediation::new(format!("let only protected branches deploy to {name}"))
        .terraform(format!(
            "resource \"github_repository_environment\" \"production\" {{\n  repository  = {}\n  environment = {}\n\n  deployment_branch_policy {{\n    protected_branches     = true\n    custom_branch_policies = false\n  }}\n}}\n",
            hcl_string(repository),
            hcl_string(name),
        ))
        .link("https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments#deployment-protection-rules");
    let to = match rules.protected {
        Known::Yes(true) => to,
        _ => to.step(Step::by_hand(
            "Protect the default branch first, where it is not: while no branch is protected, \
             \"protected branches only\" admits all (see github/branch-unprotected)",
        )),
    };
    if rules.exists {
        // the call would take away a wait timer, which is not recorded
        return to.step(Step::by_hand(format!(
            "Settings, Environments, {name}: under Deployment branches and tags choose Protected \
             branches only, or add required reviewers"
        )));
    }
    let body = json!({"deployment_branch_policy": {
        "protected_branches": true, "custom_branch_policies": false,
    }});
    to.step(
        Gh::new(
            "PUT",
            &environment.repository,
            &format!("environments/{}", segment(name)),
        )
        .body(body.to_string())
        .step(
            "Make the environment, for protected branches",
            &["administration=write"],
            policy,
        ),
    )
}
