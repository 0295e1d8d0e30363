//! The environment of the run.

/// The value of an environment variable.
pub(crate) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The value of an environment variable that is not blank.
pub(crate) fn non_empty(name: &str) -> Option<String> {
    env(name).filter(|value| !value.trim().is_empty())
}

/// Whether the run is a job of a CI service, whose log is read by machines too.
pub(crate) fn is_ci() -> bool {
    [
        "CI",
        "GITHUB_ACTIONS",
        "GITLAB_CI",
        "TF_BUILD",
        "TEAMCITY_VERSION",
    ]
    .into_iter()
    .filter_map(non_empty)
    .any(|value| !["0", "false"].contains(&&*value.trim().to_ascii_lowercase()))
}
