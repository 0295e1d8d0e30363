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
        assert!(!is_other_stage("delivery") && !is_production("github-pages"));
        assert!(deploys("deploy") && deploys("web:deploy") && deploys("deploy-prod.sh"));
        assert!(!deploys("deploy:check") && !deploys("undeploy"));
    }
}
