use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Verdict,
    hcl_string,
};
use serde_json::json;

use crate::operation::ENVIRONMENTS;
use crate::path::segment;
use crate::policy::GithubPolicy;
use crate::remediations::Gh;
use crate::views::{ProductionEnvironment, Rules};

pub(crate) static CHECK: Rule<ProductionEnvironment, GithubPolicy> = Rule::new(
    Meta::new(
        "github/environment-unprotected",
        "The production environment requires a reviewer or restricts deployment branches",
        Severity::Medium,
    )
    .tags(&["guide:7"])
    .security()
    .remediation("Allow only the branches that you name to deploy to it, or require a reviewer.")
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
        let branches = rules.branches.ok().map_or("could not be read", |limited| {
            if *limited { "restricted" } else { "all" }
        });
        let reviewers = rules
            .reviewers
            .ok()
            .map_or("could not be read".to_owned(), u32::to_string);
        let apps = rules
            .app_rules
            .ok()
            .map_or("could not be read".to_owned(), u32::to_string);
        let evidence = Evidence::of("required reviewers", reviewers, ENVIRONMENTS.name)
            .expected("at least 1, or restricted deployment branches")
            .and("custom protection rules", apps, ENVIRONMENTS.name)
            .expected("at least 1, or a required reviewer")
            .and("deployment branches", branches, ENVIRONMENTS.name)
            .expected("restricted, or a required reviewer");
        match rules.unprotected.as_slice() {
            [] => evidence,
            _ if rules.approved() == Known::Yes(true) => evidence,
            open => evidence.note(format!(
                "the rule protects little: nothing protects the branch {}, so everyone who can push \
                 to it can deploy",
                open.join(", ")
            )),
        }
    } else {
        Evidence::of("environment", "missing", ENVIRONMENTS.name)
            .expected("a required reviewer or restricted deployment branches")
            .note("the first run creates it without rules")
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
    let to = Remediation::new(format!("allow only named branches to deploy to {name}"))
        .terraform(terraform(repository, name, &branches))
        .link("https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments#deployment-protection-rules");
    // The API call replaces all rules of an environment, and would remove a wait timer and reviewers,
    // which are not recorded. So an environment that exists is changed manually.
    // https://docs.github.com/en/rest/deployments/environments#create-or-update-an-environment
    if rules.exists || branches.is_empty() {
        let named = match branches.as_slice() {
            [] => "the branch that you deploy".to_owned(),
            all => all.join(", "),
        };
        return to.step(Step::by_hand(format!(
            "Settings, Environments, {name}: under Deployment branches and tags choose Selected \
             branches and tags, add {named} (and the tags that you deploy), and remove rules that \
             match every branch. Or add required reviewers"
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
                "Create the environment for selected branches",
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
                    format!("Allow {branch} to deploy to it (for a tag, set type to tag)"),
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
