//! The words in the names of environments, jobs and scripts.

/// Words for stages that are not production.
const STAGES: &[&str] = &[
    "acc",
    "acceptance",
    "alpha",
    "beta",
    "demo",
    "dev",
    "develop",
    "development",
    "integration",
    "local",
    "nightly",
    "non",
    "nonprod",
    "pr",
    "pre",
    "preprod",
    "preproduction",
    "preview",
    "previews",
    "qa",
    "review",
    "sandbox",
    "sbx",
    "stage",
    "staging",
    "stg",
    "test",
    "testing",
    "tst",
    "uat",
];
/// Words that in the name of a job, a file or a branch certainly mean another stage. The others of
/// [`STAGES`] have other meanings there: `test-and-deploy`, `multi-stage`.
const CERTAIN_STAGES: &[&str] = &[
    "dev",
    "develop",
    "development",
    "nonprod",
    "preprod",
    "preproduction",
    "preview",
    "previews",
    "qa",
    "sandbox",
    "sbx",
    "staging",
    "stg",
    "uat",
];
/// Words for sites that are no application: documentation and components.
const SITES: &[&str] = &["doc", "docs", "documentation", "pages", "storybook"];
/// Words for what deploys.
const DEPLOY: &[&str] = &[
    "deploy",
    "deployment",
    "deploys",
    "promote",
    "publish",
    "release",
    "rollout",
    "ship",
];
/// First words of branches that are not deployed to production.
const OTHER_BRANCHES: &[&str] = &[
    "bugfix",
    "dependabot",
    "dev",
    "develop",
    "development",
    "feat",
    "feature",
    "features",
    "fix",
    "next",
    "pr",
    "preview",
    "qa",
    "renovate",
    "sandbox",
    "stage",
    "staging",
    "stg",
    "test",
    "testing",
    "uat",
    "wip",
];
/// Words for production.
const PRODUCTION: &[&str] = &["live", "prd", "prod", "production"];

/// The words of a name, in lower case: `web:deploy-prod2` is web, deploy, prod.
pub(crate) fn words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()))
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

/// Whether a name has one of these words.
pub(crate) fn has(name: &str, any_of: &[&str]) -> bool {
    words(name).iter().any(|word| any_of.contains(&&**word))
}

/// Whether a name means another stage than production: `staging`, `qa-eu`, `pre-production`.
pub(crate) fn is_other_stage(name: &str) -> bool {
    has(name, STAGES)
}

/// Whether a name means production: `prod`, `live`, `production-eu`.
pub(crate) fn is_production(name: &str) -> bool {
    has(name, PRODUCTION) && !is_other_stage(name)
}

/// What the name of a job, a file, a workflow or a script says of the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    Production,
    Other,
    /// A word after `deploy` that may be a stage: `deploy-test`, `deploy-to-beta`.
    Perhaps,
    Nothing,
}

/// What a name says of the stage that it is for.
pub(crate) fn says(name: &str) -> Says {
    let words = words(name);
    let has = |any_of: &[&str]| words.iter().any(|word| any_of.contains(&&**word));
    match (has(PRODUCTION), has(CERTAIN_STAGES) || has(&["non", "pre"])) {
        (true, false) => return Says::Production,
        (true, true) if !has(&["non", "pre"]) => return Says::Nothing,
        (_, true) if has(CERTAIN_STAGES) || has(PRODUCTION) => return Says::Other,
        _ => {}
    }
    let last = words.last().is_some_and(|word| STAGES.contains(&&**word));
    let before = words.iter().rev().skip(1).find(|word| *word != "to");
    match before {
        Some(before) if last && DEPLOY.contains(&&**before) => Says::Perhaps,
        _ => Says::Nothing,
    }
}

/// Whether a name has a word for deploying.
pub(crate) fn names_deploy(name: &str) -> bool {
    has(name, DEPLOY)
}

/// Whether a name is that of a site that is no application.
pub(crate) fn is_site(name: &str) -> bool {
    has(name, SITES)
}

/// Whether a script by its name does a chore that deploys nothing.
pub(crate) fn is_chore(name: &str) -> bool {
    const CHORES: &[&str] = &[
        "audit",
        "build",
        "check",
        "clean",
        "compile",
        "docs",
        "format",
        "generate",
        "install",
        "lint",
        "migrate",
        "migration",
        "migrations",
        "report",
        "seed",
        "typecheck",
        "validate",
        "verify",
    ];
    has(name, CHORES) && !names_deploy(name) && !has(name, &["push", "start", "up", "upload"])
}

/// Whether a branch, or a pattern of branches, is not deployed to production: `feature/**`, `develop`.
pub(crate) fn is_other_branch(pattern: &str) -> bool {
    let first = words(pattern).into_iter().next();
    first.is_some_and(|word| OTHER_BRANCHES.contains(&&*word))
        || matches!(says(pattern), Says::Other)
}

/// Whether a script deploys by its name: `deploy`, `web:deploy`, `deploy-prod.sh`. The word must be the
/// first or the last: `after-deploy-check` does not deploy.
pub(crate) fn deploys(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let words = words(stem);
    let other = [
        "check", "dry", "diff", "plan", "wait", "status", "test", "build",
    ];
    let ends = [words.first(), words.last()];
    ends.into_iter().flatten().any(|word| word == "deploy")
        && !words.iter().any(|word| other.contains(&&**word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_mean_production_another_stage_or_neither() {
        for name in ["prod", "live", "production-eu", "PROD_2", "web/production"] {
            assert!(is_production(name), "{name}");
        }
        for name in ["staging", "dev1", "pre-production", "qa.eu", "Non-Prod"] {
            assert!(is_other_stage(name) && !is_production(name), "{name}");
        }
        for (name, expected) in [
            ("deploy-staging", Says::Other),
            ("Deploy to QA", Says::Other),
            ("pre-production", Says::Other),
            ("non-prod", Says::Other),
            ("deploy-production", Says::Production),
            ("Deploy staging and production", Says::Nothing),
            ("test-and-deploy", Says::Nothing),
            ("deploy-test", Says::Perhaps),
            ("deploy-to-beta", Says::Perhaps),
            ("deploy", Says::Nothing),
        ] {
            assert_eq!(says(name), expected, "{name}");
        }
        for branch in [
            "feature/**",
            "develop",
            "staging",
            "feat/x",
            "dev/*",
            "pr-*",
        ] {
            assert!(is_other_branch(branch), "{branch}");
        }
        for branch in ["main", "**", "release/*", "production", "hotfix/*", "v1"] {
            assert!(!is_other_branch(branch), "{branch}");
        }
        assert!(!is_other_stage("delivery") && !is_production("github-pages"));
        assert!(deploys("deploy") && deploys("web:deploy") && deploys("deploy-prod.sh"));
        assert!(!deploys("deploy:check") && !deploys("undeploy"));
    }
}
