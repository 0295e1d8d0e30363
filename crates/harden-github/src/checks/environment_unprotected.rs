use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict, hcl_string,
};
use serde_json::json;

use crate::GithubPolicy;
use crate::operation::ENVIRONMENTS;
use crate::path::segment;
use crate::remediations::Gh;
use crate::views::{ProductionEnvironment, Rules};

pub(crate) static CHECK: Rule<ProductionEnvironment, GithubPolicy> = Rule::new(
    Meta::new(
        "github/environment-unprotected",
        "The environment of production is protected",
        Severity::Medium,
    )
    .tags(&["guide:7"])
    .security()
    .remediation("Let only the branches that you name deploy to it, or ask for a reviewer.")
    .page(include_str!("environment_unprotected.md"))
    .since("0.1.0"),
    judge,
);

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
            .expected("at least 1, or a branch policy")
            .and("deployment branches", branches, ENVIRONMENTS.name)
            .expected("named branches or patterns, protected branches, or a reviewer")
    } else {
        Evidence::of("environment", "does not exist yet", ENVIRONMENTS.name)
            .expected("one with a required reviewer or a branch policy")
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
    let branches: Vec<&str> = environment.branches.iter().map(String::as_str).collect();
    let to = Remediation::new(format!("let only named branches deploy to {name}"))
        .terraform(terraform(repository, name, &branches))
        .link("https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments#deployment-protection-rules");
    // the call that sets the policy takes away a wait timer and reviewers, which are not recorded
    if rules.exists || branches.is_empty() {
        let named = match branches.as_slice() {
            [] => "the branch that is deployed".to_owned(),
            all => all.join(", "),
        };
        return to.step(Step::by_hand(format!(
            "Settings, Environments, {name}: under Deployment branches and tags choose Selected \
             branches and tags, add {named} (and the tags that are deployed), and remove a rule that \
             every branch fits; or add required reviewers"
        )));
    }
    let path = format!("environments/{}", segment(name));
    let body = json!({"deployment_branch_policy": {
        "protected_branches": false, "custom_branch_policies": true,
    }});
    let to = to.step(
        Gh::new("PUT", &environment.repository, &path)
            .body(body.to_string())
            .step(
                "Make the environment, for selected branches",
                &["administration=write"],
                policy,
            ),
    );
    branches.iter().fold(to, |to, branch| {
        let path = format!("{path}/deployment-branch-policies");
        to.step(
            Gh::new("POST", &environment.repository, &path)
                .body(json!({"name": branch, "type": "branch"}).to_string())
                .step(
                    format!("Let {branch} deploy to it (a tag that is deployed: type tag)"),
                    &["administration=write"],
                    policy,
                ),
        )
    })
}

/// The environment, and a policy for each branch.
fn terraform(repository: &str, name: &str, branches: &[&str]) -> String {
    let (repository, name) = (hcl_string(repository), hcl_string(name));
    let mut text = format!(
        "resource \"github_repository_environment\" \"production\" {{\n  repository  = {repository}\n  environment = {name}\n\n  deployment_branch_policy {{\n    protected_branches     = false\n    custom_branch_policies = true\n  }}\n}}\n"
    );
    for (number, branch) in branches.iter().enumerate() {
        let label = match number {
            0 => "production".to_owned(),
            _ => format!("production_{}", number + 1),
        };
        text.push_str(&format!(
            "\nresource \"github_repository_environment_deployment_policy\" \"{label}\" {{\n  repository     = {repository}\n  environment    = github_repository_environment.production.environment\n  branch_pattern = {}\n}}\n",
            hcl_string(branch)
        ));
    }
    text
}
