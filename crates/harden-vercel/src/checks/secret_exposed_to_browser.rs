use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Section, Severity, Step, Verdict,
};

use crate::VercelPolicy;
use crate::names::{is_exposed, without_prefix};
use crate::remediations::{add, remove, targets};
use crate::views::{OfProject, ProjectVariable, Seen};

pub(crate) static CHECK: Rule<ProjectVariable, VercelPolicy> = Rule {
    meta: Meta {
        id: "vercel/secret-exposed-to-browser",
        title: "No credential is built into the pages that browsers get",
        severity: Severity::Critical,
        section: Section::Releases,
        beyond_guide: true,
        security: true,
        remediation: "Revoke the credential, and keep a new one under a name that browsers do not get.",
        page: include_str!("secret_exposed_to_browser.md"),
    },
    judge,
    off: None,
};

fn judge(subject: &ProjectVariable, j: &Judging<VercelPolicy>) -> Judgement {
    let seen = match subject {
        ProjectVariable::Seen(seen) => seen,
        ProjectVariable::Unread(unknown) => return Err(unknown.clone()),
    };
    let Some(bare) = without_prefix(&seen.key, j.policy) else {
        return Ok(Verdict::not_applicable("browsers do not get it"));
    };
    let evidence = Evidence::of("key", harden_core::one_line(&seen.key, 100), seen.source);
    if !is_exposed(&seen.key, j.policy) {
        return Ok(Verdict::Pass(evidence.wanted(
            "no credential's name, or one that is meant for browsers",
        )));
    }
    let prefix = seen.key.strip_suffix(bare).unwrap_or_default();
    let evidence = evidence
        .wanted(format!("no credential behind {prefix}"))
        .note("what a type hides in the dashboard is in the pages all the same");
    Ok(Verdict::Fail(evidence, remediation(seen, bare)))
}

fn remediation(seen: &Seen, bare: &str) -> Remediation {
    let to = Remediation::new(format!(
        "revoke it, and keep a new one as {bare}, for code that runs on the server"
    ))
    .step(Step::by_hand(
        "Revoke the credential where it was issued, and have a new one issued: everybody who opened a \
         page could read it",
    ))
    .step(Step::by_hand(
        "Change the code to read the new name, on the server only: in a route handler, a server \
         component, or a server action",
    ));
    match &seen.project {
        Some(project) => of_project(to, seen, bare, project),
        None => to.step(Step::by_hand(
            "In the team's settings, Environment Variables, add the new credential under the new name, \
             and remove the shared variable",
        )),
    }
    .step(Step::by_hand(
        "Deploy again, and delete the deployments whose pages have the old value",
    ))
    .link("https://nextjs.org/docs/app/guides/environment-variables#bundling-environment-variables-for-the-browser")
    .link("https://vercel.com/docs/environment-variables/sensitive-environment-variables")
}

fn of_project(to: Remediation, seen: &Seen, bare: &str, project: &OfProject) -> Remediation {
    let Some(names) = targets(seen, project).filter(|names| !names.is_empty()) else {
        return to.withheld("the names of its environments could not be read");
    };
    let mut to = to;
    for name in &names {
        to = to.step(add(seen, bare, project, name));
    }
    match seen.targets.ok().and_then(|all| all.first()) {
        Some(first) => to.step(remove(seen, project, first)),
        None => to,
    }
}
