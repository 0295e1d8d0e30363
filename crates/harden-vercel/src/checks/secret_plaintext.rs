use harden_core::{
    Arg, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Section, Severity, Step,
    Unknown, Verdict, hcl_string, one_line,
};

use crate::VercelPolicy;
use crate::names::{is_credential, without_prefix};
use crate::remediations::{add, branch, remove, targets, vercel_env};
use crate::views::{OfProject, ProjectVariable, Seen};

pub(crate) static CHECK: Rule<ProjectVariable, VercelPolicy> = Rule {
    meta: Meta {
        id: "vercel/secret-plaintext",
        title: "Credentials are not kept as plain variables",
        severity: Severity::High,
        section: Section::Releases,
        beyond_guide: false,
        security: true,
        remediation: "Replace the credential, and keep the new one as a sensitive variable.",
        page: include_str!("secret_plaintext.md"),
    },
    judge,
    off: None,
};

fn judge(subject: &ProjectVariable, j: &Judging<VercelPolicy>) -> Judgement {
    let seen = match subject {
        ProjectVariable::Seen(seen) => seen,
        ProjectVariable::Unread(unknown) => return Err(unknown.clone()),
    };
    if !is_credential(&seen.key, j.policy) {
        return Ok(Verdict::not_applicable("its name is no credential's"));
    }
    if without_prefix(&seen.key, j.policy).is_some() {
        return Ok(Verdict::not_applicable(
            "browsers get it, however it is kept: see vercel/secret-exposed-to-browser",
        ));
    }
    let kind = seen.kind.get()?;
    let evidence =
        |wanted: &'static str| Evidence::of("type", one_line(kind, 40), seen.source).wanted(wanted);
    match kind.as_str() {
        "system" => Ok(Verdict::not_applicable("Vercel sets it itself")),
        "sensitive" => Ok(Verdict::Pass(evidence("sensitive"))),
        "encrypted" | "secret" if !j.policy.require_sensitive => {
            Ok(Verdict::Pass(evidence("encrypted or sensitive")))
        }
        "plain" | "encrypted" | "secret" => {
            // in development Vercel knows no better than encrypted
            let development = seen.is_of_development();
            if kind != "plain" && *development.get()? {
                let best = evidence("encrypted").note("development can't have sensitive variables");
                return Ok(Verdict::Pass(best));
            }
            let may_be_sensitive = !matches!(development, Known::Yes(true));
            let wanted = match j.policy.require_sensitive && may_be_sensitive {
                true => "sensitive",
                false => "encrypted or sensitive",
            };
            Ok(Verdict::Fail(
                evidence(wanted),
                remediation(seen, kind == "plain"),
            ))
        }
        other => {
            let message = format!("variables of type {} are not known", one_line(other, 40));
            Err(Unknown::undetermined(message))
        }
    }
}

fn remediation(seen: &Seen, was_plain: bool) -> Remediation {
    let mut to = Remediation::new("keep it as a sensitive variable");
    if was_plain {
        to.summary = "replace the credential, and keep the new one as a sensitive variable".into();
        to = to.step(Step::by_hand(
            "Have a new credential issued: everybody who could see the project could read this one. \
             Revoke the old one once the new one is deployed",
        ));
    }
    match &seen.project {
        Some(project) => of_project(to, seen, project),
        // Vercel's released command line and Terraform know shared ones differently: by hand is sure
        None => to
            .step(Step::by_hand(
                "In the team's settings, Environment Variables, remove the shared variable and add it \
                 again with the new value and Sensitive switched on, linked to the same projects",
            ))
            .link("https://vercel.com/docs/environment-variables/shared-environment-variables"),
    }
    .step(Step::by_hand(
        "Deploy again: a change of a variable takes effect with the next deployment",
    ))
    .link("https://vercel.com/docs/environment-variables/sensitive-environment-variables")
}

fn of_project(to: Remediation, seen: &Seen, project: &OfProject) -> Remediation {
    let all = seen.targets.ok().map_or(&[][..], Vec::as_slice);
    let development = all.iter().any(|target| target == "development");
    if let (false, Some(target)) = (development, all.first()) {
        // one call that keeps the environments
        let mut words = vec![
            Arg::word("update"),
            Arg::from(seen.key.as_str()),
            Arg::from(target.as_str()),
        ];
        words.extend(branch(seen));
        words.push(Arg::word("--sensitive"));
        let title = "Make it sensitive; the new value is asked for";
        let step = vercel_env(title, &project.owner, &project.id, words);
        return to.step(step).terraform(terraform(seen, project, all));
    }
    // one that is in development too can't be sensitive: it is parted
    let Some(names) = targets(seen, project).filter(|names| !names.is_empty()) else {
        return to.withheld(
            "the names of its environments could not be read, and a variable that is removed must be \
             added to each again",
        );
    };
    let mut to = to;
    if let Some(first) = all.first() {
        to = to.step(remove(seen, project, first));
    }
    for name in &names {
        to = to.step(add(seen, &seen.key, project, name));
    }
    to
}

fn terraform(seen: &Seen, project: &OfProject, all: &[String]) -> String {
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
        hcl_string(&seen.key),
    );
    if !standard.is_empty() {
        block.push_str(&format!("  target     = [{standard}]\n"));
    }
    if !custom.is_empty() {
        block.push_str(&format!("  custom_environment_ids = [{custom}]\n"));
    }
    if let Some(Some(branch)) = seen.git_branch.ok() {
        block.push_str(&format!("  git_branch = {}\n", hcl_string(branch)));
    }
    block.push_str("}\n");
    block
}
