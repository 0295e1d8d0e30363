//! One audit of the fake.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use harden_core::{CancellationToken, Cx, Facts, Outcome, Policies};
use harden_github::live::{Connect, GithubProvider, Token};
use harden_github::{GithubPolicy, checks};
use harden_tests::fakes::github::{Estate, Github, Repo, TOKEN};

/// The repository of nearly all tests.
pub(crate) const SHOP: &str = "acme/shop";
const NOW: &str = "2026-01-15T12:00:00Z";

/// What an audit found.
pub(crate) struct Run {
    pub(crate) facts: Facts,
    /// By check and resource, as they are shown.
    pub(crate) findings: BTreeMap<(&'static str, String), Outcome>,
}

impl Run {
    /// The verdict of a check on the one resource that it judged.
    pub(crate) fn verdict(&self, check: &str) -> &'static str {
        let check = format!("github/{check}");
        let of: Vec<_> = self
            .findings
            .iter()
            .filter(|((c, _), _)| *c == check)
            .collect();
        assert_eq!(of.len(), 1, "{check}: {of:?}");
        of[0].1.as_str()
    }

    /// `check resource` of all findings with a verdict.
    pub(crate) fn with(&self, verdict: &str) -> Vec<String> {
        let all = self.findings.iter();
        all.filter(|(_, outcome)| outcome.as_str() == verdict)
            .map(|((check, resource), _)| format!("{check} {resource}"))
            .collect()
    }

    /// The same with what stands in its evidence or its reason.
    pub(crate) fn said(&self, check: &str) -> String {
        let check = format!("github/{check}");
        let of = self.findings.iter().filter(|((c, _), _)| *c == check);
        let said = of.map(|(_, outcome)| match outcome {
            Outcome::Pass(evidence) | Outcome::Fail(evidence, _) => {
                let sources = evidence.items.iter().map(|item| item.source.to_string());
                format!("{evidence} ({})", sources.collect::<Vec<_>>().join(", "))
            }
            Outcome::NotApplicable(reason) => reason.to_string(),
            Outcome::Unknown(unknown) => unknown.to_string(),
        });
        said.collect::<Vec<_>>().join("\n")
    }

    /// All verdicts, by check and resource.
    pub(crate) fn verdicts(&self) -> BTreeMap<(&'static str, String), &'static str> {
        let all = self.findings.iter();
        all.map(|(key, outcome)| (key.clone(), outcome.as_str()))
            .collect()
    }
}

/// How to reach the fake, with short waits.
pub(crate) fn connect_to(github: &Github, policy: GithubPolicy) -> Connect {
    let mut connect = Connect::new(Arc::new(policy), NOW.parse().unwrap());
    connect.api_url = github.served.url.clone();
    connect.token = Some(Token::Bearer(TOKEN.to_owned().into()));
    connect.repositories = vec![SHOP.to_owned()];
    connect.backoff = Duration::from_millis(1);
    connect.patience = Duration::from_secs(3);
    connect.timeout = Duration::from_secs(10);
    connect
}

/// Judges facts.
pub(crate) async fn judged(facts: Facts, policy: GithubPolicy) -> Run {
    let mut policies = Policies::default();
    policies.insert(policy);
    let cx = Cx::new(facts.clone(), policies.clone(), NOW.parse().unwrap());
    let mut findings = BTreeMap::new();
    for check in checks() {
        if check.off(&policies).is_some() {
            continue;
        }
        for finding in check.run(&cx).await.unwrap() {
            let key = (finding.check, finding.resource.shown().to_owned());
            let before = findings.insert(key.clone(), finding.outcome);
            assert!(before.is_none(), "two findings of {key:?}");
        }
    }
    Run { facts, findings }
}

/// Audits with all there is to choose.
pub(crate) async fn audit_as(connect: Connect, stop: CancellationToken) -> Run {
    let policy = (*connect.policy).clone();
    let provider = Arc::new(GithubProvider::connect(connect).await.unwrap());
    let facts = Facts::builder()
        .provider(provider)
        .cancellation(stop)
        .record(true)
        .build();
    judged(facts, policy).await
}

pub(crate) async fn audit_with(github: &Github, policy: GithubPolicy) -> Run {
    audit_as(connect_to(github, policy), CancellationToken::never()).await
}

pub(crate) async fn audit(github: &Github) -> Run {
    audit_with(github, GithubPolicy::default()).await
}

/// Audits one repository, and sees that all went as described.
pub(crate) async fn audit_of(repo: Repo) -> Run {
    audit_under(repo, GithubPolicy::default()).await
}

/// The same under a policy.
pub(crate) async fn audit_under(repo: Repo, policy: GithubPolicy) -> Run {
    let github = Github::start(Estate::of(repo)).await;
    let run = audit_with(&github, policy).await;
    github.served.violations.assert_none();
    run
}

/// A repository in which everything is wrong that can be wrong on the API.
pub(crate) fn bad() -> Repo {
    let stale = |name: &str| (name.to_owned(), "2023-01-01T00:00:00Z".to_owned());
    let mut repo = Repo::good(SHOP);
    repo.classic("main", |answer| {
        answer["enforce_admins"]["enabled"] = false.into();
        answer["allow_force_pushes"]["enabled"] = true.into();
        answer["allow_deletions"]["enabled"] = true.into();
        answer["required_status_checks"]["strict"] = false.into();
        answer["required_status_checks"]["checks"][0]["context"] = "gone".into();
        answer["required_status_checks"]["contexts"][0] = "gone".into();
        answer
            .as_object_mut()
            .unwrap()
            .remove("required_pull_request_reviews");
    });
    repo.rulesets = vec![harden_tests::fakes::github::Ruleset {
        bypass: vec![serde_json::json!(
            {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}
        )],
        ..harden_tests::fakes::github::Ruleset::new(
            7,
            None,
            vec![serde_json::json!({"type": "required_linear_history"})],
        )
    }];
    repo.secrets = vec![stale("SENTRY_AUTH_TOKEN")];
    repo.organization_secrets = vec![stale("NPM_TOKEN")];
    repo.environments[0].secrets = vec![stale("DATABASE_URL")];
    repo.default_token = "write".to_owned();
    repo.secret_scanning = false;
    repo.push_protection = false;
    repo.alerts = false;
    repo
}

/// A repository whose workflows deploy and test as the guide's do; but for what the deployment waits
/// for, which is the environment alone, and a secret and a variable that only the environment has.
pub(crate) fn deployed() -> Repo {
    let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../crates/harden-github/tests/workflows/guide");
    let text = |name: &str| std::fs::read_to_string(guide.join(name)).unwrap();
    let of_environment = "      - name: Deploy\n        env:\n          \
                          URL: ${{ secrets.DATABASE_URL }}\n          STAGE: ${{ vars.STAGE }}\n";
    let deploy = text("backend-deploy.yml")
        .replace("    needs: test\n", "")
        .replace("      - name: Deploy\n", of_environment);
    let mut repo = Repo::good(SHOP);
    let staging = repo.secrets[0].1.clone();
    repo.secrets.push(("STAGING_URL".to_owned(), staging));
    repo.files = [
        (".github/workflows/backend-deploy.yml", deploy),
        (".github/workflows/e2e-smoke.yml", text("e2e-smoke.yml")),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .into();
    repo
}

/// The same where the environment asks for nothing, secrets are missing, and the tests failed.
pub(crate) fn deployed_badly() -> Repo {
    let mut repo = deployed();
    repo.secrets.clear();
    repo.variables.clear();
    let environment = &mut repo.environments[0];
    environment.reviewers = 0;
    environment.patterns = None;
    environment.secrets.clear();
    environment.variables.clear();
    repo.workflows[0].runs[0].1 = Some("failure");
    repo
}
