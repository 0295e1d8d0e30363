use harden_core::{
    Arg, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Section, Severity, Step,
    Unknown, Verdict, hcl_string,
};
use std::sync::Arc;

use crate::VercelPolicy;
use crate::operation::{PROJECT, SHARED, VARIABLES};
use crate::remediations::vercel_env;
use crate::views::RequiredVariables;

pub(crate) static CHECK: Rule<RequiredVariables, VercelPolicy> = Rule {
    meta: Meta {
        id: "vercel/env-missing",
        title: "The project has the variables that its builds need",
        severity: Severity::High,
        section: Section::Releases,
        beyond_guide: false,
        security: false,
        remediation: "Add the variable to the project's production environment, as a sensitive one.",
        page: include_str!("env_missing.md"),
    },
    judge,
    off: None,
};

fn judge(subject: &RequiredVariables, j: &Judging<VercelPolicy>) -> Judgement {
    let VercelPolicy {
        required_variables,
        environment,
        ..
    } = j.policy;
    if required_variables.is_empty() {
        return Ok(Verdict::not_applicable("the policy requires no variable"));
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
        let evidence = Evidence::of("envs", format!("no {}", missing.join(", ")), VARIABLES)
            .wanted(format!(
                "{} in {environment}",
                required_variables.join(", ")
            ));
        let owner = subject.project.owner.ok();
        let evidence = match owner.is_some_and(|owner| owner.starts_with("team_")) {
            true => evidence.and(
                "shared variables",
                format!("no {}", missing.join(", ")),
                SHARED,
            ),
            false => evidence,
        };
        let evidence = match subject.lacks_environment(environment) {
            true => evidence.and("customEnvironments", format!("no {environment}"), PROJECT),
            false => evidence,
        };
        let to = remediation(subject, &missing, environment);
        return Ok(Verdict::Fail(evidence, to));
    }
    if let Some(unknown) = unknown {
        return Err(unknown.into());
    }
    let found = format!("{} in {environment}", required_variables.join(", "));
    Ok(Verdict::Pass(Evidence::of("envs", found, VARIABLES)))
}

fn remediation(subject: &RequiredVariables, missing: &[&str], environment: &str) -> Remediation {
    let project = &subject.project;
    let sensitive = environment != "development";
    let mut to = Remediation::new(format!("add {} to {environment}", missing.join(", ")));
    if subject.lacks_environment(environment) {
        to = to
            .step(Step::by_hand(format!(
                "The project has no environment {environment}: make it (Settings, Environments), or \
                 correct `environment` in [vercel] of harden.toml"
            )))
            .link("https://vercel.com/docs/deployments/environments#custom-environments");
    }
    for key in missing {
        let mut words = vec![Arg::word("add"), Arg::from(*key), Arg::from(environment)];
        words.extend(sensitive.then_some(Arg::word("--sensitive")));
        let title = format!("Add {key}; its value is asked for");
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
