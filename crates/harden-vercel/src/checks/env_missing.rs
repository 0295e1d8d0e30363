use harden_core::{
    Arg, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown,
    Verdict, hcl_string,
};
use std::sync::Arc;

use crate::VercelPolicy;
use crate::operation::{PROJECT, SHARED, VARIABLES};
use crate::remediations::vercel_env;
use crate::views::RequiredVariables;

pub(crate) static CHECK: Rule<RequiredVariables, VercelPolicy> = Rule::new(
    Meta::new(
        "vercel/env-missing",
        "Vercel projects have the required environment variables",
        Severity::High,
    )
    .tags(&["guide:1"])
    .remediation(
        "Add the variable to the project's production environment as a sensitive variable.",
    )
    .page(include_str!("env_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &RequiredVariables, j: &Judging<VercelPolicy>) -> Judgement {
    let VercelPolicy {
        required_variables,
        environment,
        ..
    } = j.policy;
    if required_variables.is_empty() {
        return Ok(Verdict::not_applicable("the policy requires no variables"));
    }
    let mut missing = Vec::new();
    let mut unknown: Option<Arc<Unknown>> = None;
    for key in required_variables {
        match subject.has(key, environment) {
            Known::Yes(true) => {}
            Known::Yes(false) => missing.push(key.as_str()),
            Known::No(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
    if !missing.is_empty() {
        let expected = format!("set in {environment}");
        // a personal account has no shared variables
        let owner = subject.project.owner.ok();
        let in_team = owner.is_some_and(|owner| owner.starts_with("team_"));
        let evidence = missing.iter().fold(Evidence::default(), |evidence, key| {
            let label = format!("project variable {key}");
            let evidence = evidence
                .and(label, "missing", VARIABLES)
                .expected(expected.clone());
            match in_team {
                true => evidence.and(format!("shared variable {key}"), "missing", SHARED),
                false => evidence,
            }
        });
        let evidence = match subject.lacks_environment(environment) {
            true => evidence.and(
                "customEnvironments",
                format!("without {environment}"),
                PROJECT,
            ),
            false => evidence,
        };
        let to = remediation(subject, &missing, environment);
        return Ok(Verdict::Fail(evidence, to));
    }
    if let Some(unknown) = unknown {
        return Err(unknown.into());
    }
    let evidence = Evidence::of(
        "required variables",
        required_variables.join(", "),
        VARIABLES,
    );
    Ok(Verdict::Pass(
        evidence.expected(format!("set in {environment}")),
    ))
}

fn remediation(subject: &RequiredVariables, missing: &[&str], environment: &str) -> Remediation {
    let project = &subject.project;
    let sensitive = environment != "development";
    let mut to = Remediation::new(format!("add {} to {environment}", missing.join(", ")));
    if subject.lacks_environment(environment) {
        to = to
            .step(Step::by_hand(format!(
                "The project has no environment {environment}: create it (Settings → \
                 Environments), or correct `environment` in [vercel] of harden.toml"
            )))
            .link("https://vercel.com/docs/deployments/environments#custom-environments");
    }
    for key in missing {
        let mut words = vec![Arg::word("add"), Arg::from(*key), Arg::from(environment)];
        words.extend(sensitive.then_some(Arg::word("--sensitive")));
        let title = format!("Add {key}; the command asks for its value");
        to = to.step(vercel_env(title, &project.owner, &project.id, words));
    }
    let target = match environment {
        "production" | "preview" | "development" => {
            format!("target     = [{}]", hcl_string(environment))
        }
        custom => {
            let all = project.custom_environments.ok();
            let id = all.and_then(|all| all.iter().find(|e| e.slug == custom));
            let id = id.map_or_else(
                || "vercel_custom_environment.this.id".to_owned(),
                |environment| hcl_string(&environment.id),
            );
            format!("custom_environment_ids = [{id}]")
        }
    };
    let block: String = missing
        .iter()
        .map(|key| {
            let name: String = key
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
                .collect();
            format!(
                "resource \"vercel_project_environment_variable\" \"v_{name}\" {{\n  project_id = {}\n  \
                 key        = {}\n  value      = var.v_{name}\n  {target}\n  sensitive  = {sensitive}\n}}\n",
                hcl_string(&project.id),
                hcl_string(key),
            )
        })
        .collect();
    to.terraform(block)
        .link("https://vercel.com/docs/cli/env")
        .link("https://vercel.com/docs/environment-variables/sensitive-environment-variables")
}
