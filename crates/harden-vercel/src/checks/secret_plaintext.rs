use harden_core::{
    Arg, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown,
    Verdict, hcl_string, one_line,
};

use crate::VercelPolicy;
use crate::names::{is_built_in, is_credential};
use crate::remediations::{add, branch, remove, targets, vercel_env};
use crate::views::{EnvVariable, ProjectRef, VariableEntry};

pub(crate) static CHECK: Rule<VariableEntry, VercelPolicy> = Rule::new(
    Meta::new(
        "vercel/secret-plaintext",
        "Credentials are stored as encrypted or sensitive environment variables",
        Severity::High,
    )
    .tags(&["guide:1"])
    .security()
    .remediation("Replace the credential, and store the new one as a sensitive variable.")
    .page(include_str!("secret_plaintext.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &VariableEntry, j: &Judging<VercelPolicy>) -> Judgement {
    let variable = match subject {
        VariableEntry::Recorded(variable) => variable,
        VariableEntry::Unavailable(unknown) => return Err(unknown.clone()),
    };
    if !is_credential(&variable.key, j.policy) {
        return Ok(Verdict::not_applicable("not the name of a credential"));
    }
    if is_built_in(&variable.key, &variable.frameworks, j.policy) == Known::Yes(true) {
        return Ok(Verdict::not_applicable(
            "built into pages, whatever its type: see vercel/secret-exposed-to-browser",
        ));
    }
    let kind = variable.kind.get()?;
    let evidence = |expected: &'static str| {
        Evidence::of("type", one_line(kind, 40), variable.source).expected(expected)
    };
    match kind.as_str() {
        "system" => Ok(Verdict::not_applicable("a variable that Vercel sets")),
        "sensitive" => Ok(Verdict::Pass(evidence("sensitive"))),
        "encrypted" | "secret" if !j.policy.require_sensitive => {
            Ok(Verdict::Pass(evidence("encrypted or sensitive")))
        }
        "plain" | "encrypted" | "secret" => {
            // the development environment cannot have sensitive variables: encrypted is the best
            // there
            let development = variable.is_development_only();
            if kind != "plain" && *development.get()? {
                let best = evidence("encrypted")
                    .note("the development environment cannot have sensitive variables");
                return Ok(Verdict::Pass(best));
            }
            let can_be_sensitive = !matches!(development, Known::Yes(true));
            let expected = match j.policy.require_sensitive && can_be_sensitive {
                true => "sensitive",
                false => "encrypted or sensitive",
            };
            Ok(Verdict::Fail(
                evidence(expected),
                remediation(variable, kind == "plain"),
            ))
        }
        other => {
            let message = format!(
                "this program does not know variables of type {}",
                one_line(other, 40)
            );
            Err(Unknown::undetermined(message))
        }
    }
}

fn remediation(variable: &EnvVariable, was_plain: bool) -> Remediation {
    let mut to = Remediation::new("store it as a sensitive variable");
    if was_plain {
        to.summary = "replace the credential, and store the new one as a sensitive variable".into();
        to = to.step(Step::by_hand(
            "Create a new credential: everybody who could see the project could read this one. \
             Revoke the old one after the new one is deployed",
        ));
    }
    match &variable.project {
        Some(project) => add_project_steps(to, variable, project),
        // releases of Vercel's command line and of its Terraform provider differ in how they change
        // shared variables, so this step is by hand
        None => to
            .step(Step::by_hand(
                "In the team's settings, under Environment Variables, remove the shared variable \
                 and add it again with the new value and Sensitive enabled, linked to the same \
                 projects",
            ))
            .link("https://vercel.com/docs/environment-variables/shared-environment-variables"),
    }
    .step(Step::by_hand(
        "Deploy again: a changed variable takes effect with the next deployment",
    ))
    .link("https://vercel.com/docs/environment-variables/sensitive-environment-variables")
}

fn add_project_steps(to: Remediation, variable: &EnvVariable, project: &ProjectRef) -> Remediation {
    let all = variable.targets.ok().map_or(&[][..], Vec::as_slice);
    let development = all.iter().any(|target| target == "development");
    if let (false, Some(target)) = (development, all.first()) {
        // `vercel env update` changes the variable in one call and keeps its environments
        let mut words = vec![
            Arg::word("update"),
            Arg::from(variable.key.as_str()),
            Arg::from(target.as_str()),
        ];
        words.extend(branch(variable));
        words.push(Arg::word("--sensitive"));
        let title = "Make it sensitive; the command asks for the new value";
        let step = vercel_env(title, &project.owner, &project.id, words);
        return to.step(step).terraform(terraform(variable, project, all));
    }
    // a variable that is also in development cannot be sensitive, so it is split: removed, and
    // added to each environment again
    let Some(names) = targets(variable, project).filter(|names| !names.is_empty()) else {
        return to.withheld(
            "the names of its environments could not be read, and a removed variable must be added \
             to each of them again",
        );
    };
    let mut to = to;
    if let Some(first) = all.first() {
        to = to.step(remove(variable, project, first));
    }
    for name in &names {
        to = to.step(add(variable, &variable.key, project, name));
    }
    to
}

fn terraform(variable: &EnvVariable, project: &ProjectRef, all: &[String]) -> String {
    let list = |names: Vec<String>| names.join(", ");
    let is_standard = |t: &&String| matches!(t.as_str(), "production" | "preview");
    let standard = list(
        all.iter()
            .filter(is_standard)
            .map(|t| hcl_string(t))
            .collect(),
    );
    let custom = list(
        all.iter()
            .filter(|t| !is_standard(t))
            .map(|t| hcl_string(t))
            .collect(),
    );
    let mut block = format!(
        "resource \"vercel_project_environment_variable\" \"this\" {{\n  project_id = {}\n  key        = \
         {}\n  value      = var.value\n  sensitive  = true\n",
        hcl_string(&project.id),
        hcl_string(&variable.key),
    );
    if !standard.is_empty() {
        block.push_str(&format!("  target     = [{standard}]\n"));
    }
    if !custom.is_empty() {
        block.push_str(&format!("  custom_environment_ids = [{custom}]\n"));
    }
    if let Some(Some(branch)) = variable.git_branch.ok() {
        block.push_str(&format!("  git_branch = {}\n", hcl_string(branch)));
    }
    block.push_str("}\n");
    block
}
