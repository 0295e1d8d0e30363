//! Changes to workflows, and `gh` commands for the settings that they use.

use harden_core::Arg;

use super::gh::server;
use crate::policy::GithubPolicy;

/// A `gh` command for a repository: `gh secret set NAME --repo acme/shop`.
pub(crate) fn gh_in(
    words: &[&'static str],
    name: &str,
    repository: &str,
    policy: &GithubPolicy,
) -> Vec<Arg> {
    let mut argv = vec![Arg::word("gh")];
    argv.extend(words.iter().map(|word| Arg::word(word)));
    argv.push(name.into());
    argv.push(Arg::word("--repo"));
    argv.push(match server(policy) {
        None => repository.into(),
        Some(host) => format!("{host}/{repository}").into(),
    });
    argv
}

/// The least permissions, for the top of a workflow.
pub(crate) fn permissions_block() -> &'static str {
    "permissions:\n  contents: read\n"
}
