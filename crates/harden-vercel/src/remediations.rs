//! What the remediations of several checks are made of.

use harden_core::{Arg, Known, Step};

use crate::views::{OfProject, Seen};

/// A step of Vercel's command line on the variables of a project: `vercel env add …`.
///
/// The project is named by the variables that the command line reads for it, so that the folder need
/// not be linked. It asks for the value, which is then in no history and in no list of processes.
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

/// Removes a variable of a project: the whole of it, whichever of its environments is named.
pub(crate) fn remove(seen: &Seen, project: &OfProject, target: &str) -> Step {
    let mut words = vec![
        Arg::word("rm"),
        Arg::from(seen.key.as_str()),
        Arg::from(target),
    ];
    words.extend(branch(seen));
    words.push(Arg::word("--yes"));
    vercel_env(
        "Remove the variable, from all its environments",
        &project.owner,
        &project.id,
        words,
    )
    .destructive()
}

/// Adds a variable to an environment, sensitive where the environment can have such.
pub(crate) fn add(seen: &Seen, key: &str, project: &OfProject, target: &str) -> Step {
    let mut words = vec![Arg::word("add"), Arg::from(key), Arg::from(target)];
    words.extend(branch(seen));
    if target != "development" {
        words.push(Arg::word("--sensitive"));
    }
    vercel_env(
        format!("Add it to {target}; the new value is asked for"),
        &project.owner,
        &project.id,
        words,
    )
}

/// The branch that a variable is for, as the last argument.
pub(crate) fn branch(seen: &Seen) -> Option<Arg> {
    let branch = seen.git_branch.ok()?.as_deref()?;
    Some(Arg::from(branch))
}

/// The environments of a variable as `vercel env add` names them, custom ones by their slugs. None
/// where one can't be named.
pub(crate) fn targets(seen: &Seen, project: &OfProject) -> Option<Vec<String>> {
    let slug = |id: &str| {
        if matches!(id, "production" | "preview" | "development") {
            return Some(id.to_owned());
        }
        let mut all = project.environments.ok()?.iter();
        Some(all.find(|custom| custom.id == id)?.slug.clone())
    };
    seen.targets.ok()?.iter().map(|id| slug(id)).collect()
}
