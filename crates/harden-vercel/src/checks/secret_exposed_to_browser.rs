use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Verdict,
};

use crate::VercelPolicy;
use crate::names::{is_built_in, is_exposed, without_prefix};
use crate::remediations::{add, remove, targets};
use crate::views::{EnvVariable, ProjectRef, VariableEntry};

pub(crate) static CHECK: Rule<VariableEntry, VercelPolicy> = Rule::new(
    Meta::new(
        "vercel/secret-exposed-to-browser",
        "Environment variables do not expose credentials to browsers",
        Severity::Critical,
    )
    .tags(&["guide:1", "beyond-guide"])
    .security()
    .remediation(
        "Revoke the credential, and store a new one under a name without the browser prefix.",
    )
    .page(include_str!("secret_exposed_to_browser.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &VariableEntry, j: &Judging<VercelPolicy>) -> Judgement {
    let variable = match subject {
        VariableEntry::Recorded(variable) => variable,
        VariableEntry::Unavailable(unknown) => return Err(unknown.clone()),
    };
    let Some(bare) = without_prefix(&variable.key, j.policy) else {
        return Ok(Verdict::not_applicable("not built into pages"));
    };
    let evidence = Evidence::of(
        "key",
        harden_core::one_line(&variable.key, 100),
        variable.source,
    );
    let built_in = is_built_in(&variable.key, &variable.frameworks, j.policy);
    if !is_exposed(&variable.key, j.policy) {
        if built_in != Known::Yes(true) {
            return Ok(Verdict::not_applicable("not the name of a credential"));
        }
        return Ok(Verdict::Pass(
            evidence.expected("no credential, or a key that is made for browsers"),
        ));
    }
    if !*built_in.get()? {
        return Ok(Verdict::not_applicable("not built into pages"));
    }
    let prefix = variable.key.strip_suffix(bare).unwrap_or_default();
    let evidence = evidence
        .expected(format!("no credential with the prefix {prefix}"))
        .note("pages contain the value whatever the type of the variable");
    Ok(Verdict::Fail(evidence, remediation(variable, bare)))
}

fn remediation(variable: &EnvVariable, bare: &str) -> Remediation {
    let to = Remediation::new(format!(
        "revoke it, and store a new one as {bare}, for code that runs on the server"
    ))
    .step(Step::by_hand(
        "Revoke the credential where it was issued, and create a new one: everybody who opened a \
         page could read it",
    ))
    .step(Step::by_hand(
        "Change the code to read the new name on the server only, in a function or a route that runs \
         there (in Next.js a route handler, a server component, or a server action)",
    ));
    match &variable.project {
        Some(project) => add_project_steps(to, variable, bare, project),
        None => to.step(Step::by_hand(
            "In the team's settings, under Environment Variables, add the new credential under the \
             new name, and remove the shared variable",
        )),
    }
    .step(Step::by_hand(
        "Deploy again, and delete the deployments whose pages contain the old value",
    ))
    .link("https://vercel.com/docs/environment-variables/framework-environment-variables")
    .link("https://vercel.com/docs/environment-variables/sensitive-environment-variables")
}

fn add_project_steps(
    to: Remediation,
    variable: &EnvVariable,
    bare: &str,
    project: &ProjectRef,
) -> Remediation {
    let Some(names) = targets(variable, project).filter(|names| !names.is_empty()) else {
        return to.withheld("the names of its environments could not be read");
    };
    let mut to = to;
    for name in &names {
        to = to.step(add(variable, bare, project, name));
    }
    match variable.targets.ok().and_then(|all| all.first()) {
        Some(first) => to.step(remove(variable, project, first)),
        None => to,
    }
}
