//! Steps that the remediations of several checks share.

use harden_core::{Arg, Known, Step};

use crate::views::{EnvVariable, ProjectRef};

/// A call of `vercel env` for a project.
///
/// VERCEL_ORG_ID and VERCEL_PROJECT_ID name the project, so the current folder does not have to be
/// linked to it. The command line asks for the value, which then appears in no shell history and no
/// process list.
pub(crate) fn vercel_env(
    title: impl Into<std::borrow::Cow<'static, str>>,
    owner: &Known<String>,
    project: &str,
    words: impl IntoIterator<Item = Arg>,
) -> Step {
    let owner = match owner {
        Known::Yes(owner) => Arg::from(format!("VERCEL_ORG_ID={owner}")),
        Known::No(_) => Arg::word("VERCEL_ORG_ID=@").with_input(
            "@",
            "VERCEL_ORG_ID",
            "the id of the team or user that owns the project",
        ),
    };
    let head = [
        Arg::word("env"),
        owner,
        Arg::from(format!("VERCEL_PROJECT_ID={project}")),
        Arg::word("vercel"),
        Arg::word("env"),
    ];
    Step::command(title, head.into_iter().chain(words), &[])
}

/// Removes a variable of a project. `vercel env rm` removes it from all its environments, whichever
/// one is named.
pub(crate) fn remove(variable: &EnvVariable, project: &ProjectRef, target: &str) -> Step {
    let mut words = vec![
        Arg::word("rm"),
        Arg::from(variable.key.as_str()),
        Arg::from(target),
    ];
    words.extend(branch(variable));
    words.push(Arg::word("--yes"));
    vercel_env(
        "Remove the variable, from all its environments",
        &project.owner,
        &project.id,
        words,
    )
    .destructive()
}

/// Adds a variable to an environment. It is sensitive, except in development, which cannot have
/// sensitive variables.
pub(crate) fn add(variable: &EnvVariable, key: &str, project: &ProjectRef, target: &str) -> Step {
    let mut words = vec![Arg::word("add"), Arg::from(key), Arg::from(target)];
    words.extend(branch(variable));
    if target != "development" {
        words.push(Arg::word("--sensitive"));
    }
    vercel_env(
        format!("Add it to {target}; the command asks for the new value"),
        &project.owner,
        &project.id,
        words,
    )
}

/// The branch that a variable is limited to, as the last argument.
pub(crate) fn branch(variable: &EnvVariable) -> Option<Arg> {
    let branch = variable.git_branch.ok()?.as_deref()?;
    Some(Arg::from(branch))
}

/// The environments of a variable as `vercel env add` names them: custom environments by their
/// slugs. `None` where a slug is not known.
pub(crate) fn targets(variable: &EnvVariable, project: &ProjectRef) -> Option<Vec<String>> {
    let slug = |id: &str| {
        if matches!(id, "production" | "preview" | "development") {
            return Some(id.to_owned());
        }
        let mut all = project.environments.ok()?.iter();
        Some(all.find(|custom| custom.id == id)?.slug.clone())
    };
    variable.targets.ok()?.iter().map(|id| slug(id)).collect()
}
