//! What the tests of Sentry share: audits over HTTP, and the four alerts of the guide.
//!
//! `bodies/` holds the guide's alerts as Sentry takes them today, and as rules.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use harden_core::{
    CancellationToken, Check, Cx, Facts, Outcome, Policies, Provider, Snapshot, StopHandle, Unknown,
};
use harden_sentry::live::{Connect, ConnectError, SentryProvider};
use harden_sentry::{SentryPolicy, checks};
use harden_tests::fakes::sentry::{Estate, Retired, Sentry, TOKEN, Told, contracts};
use serde_json::Value;

/// The moment of every audit.
pub(crate) const NOW: &str = "2026-01-15T12:00:00Z";

/// What an audit said: by check and resource, and what it read.
pub(crate) struct Audited {
    pub(crate) findings: BTreeMap<String, Outcome>,
    /// The verdicts by the identity of the resource, which no name changes.
    pub(crate) by_id: BTreeMap<String, &'static str>,
    pub(crate) facts: Facts,
}

impl Audited {
    /// The verdicts, by check and resource.
    pub(crate) fn verdicts(&self) -> BTreeMap<&str, &'static str> {
        let all = self.findings.iter();
        all.map(|(key, outcome)| (key.as_str(), outcome.as_str()))
            .collect()
    }

    /// The findings of a check.
    pub(crate) fn of(&self, check: &str) -> Vec<(&str, &Outcome)> {
        let start = format!("{check} ");
        let all = self
            .findings
            .iter()
            .filter(|(key, _)| key.starts_with(&start));
        all.map(|(key, outcome)| (&key[start.len()..], outcome))
            .collect()
    }

    /// The one finding of a check on a resource whose name has these words.
    pub(crate) fn one(&self, check: &str, words: &str) -> &Outcome {
        let mut all = self.of(check);
        all.retain(|(resource, _)| resource.contains(words));
        assert_eq!(
            all.len(),
            1,
            "{check} on {words}: {all:#?}\nof {:#?}",
            self.verdicts()
        );
        all[0].1
    }

    /// The evidence of a failure, as one line.
    pub(crate) fn failed(&self, check: &str, words: &str) -> String {
        match self.one(check, words) {
            Outcome::Fail(evidence, _) => evidence.to_string(),
            other => panic!("{check} on {words}: {other:?}"),
        }
    }

    /// Why a finding is unknown.
    pub(crate) fn unknown(&self, check: &str, words: &str) -> &Unknown {
        match self.one(check, words) {
            Outcome::Unknown(unknown) => unknown,
            other => panic!("{check} on {words}: {other:?}"),
        }
    }

    /// What was recorded, as text.
    pub(crate) fn snapshot(&self) -> String {
        let snapshot = self.facts.snapshot("test", NOW.parse().unwrap());
        serde_json::to_string(&snapshot).unwrap()
    }
}

/// The policy of every audit: the organization's projects by name.
pub(crate) const POLICY: &str = "organization = 'acme'\nprojects = ['shop-backend', 'shop-web']";

pub(crate) fn connect_to(sentry: &Sentry, policy: &str) -> Connect {
    let get = |name: &str| match name {
        "SENTRY_AUTH_TOKEN" => Some(TOKEN.to_owned()),
        "SENTRY_URL" => Some(sentry.served.url.clone()),
        _ => None,
    };
    let policy: SentryPolicy = toml::from_str(policy).unwrap();
    let now = NOW.parse().unwrap();
    let mut connect =
        Connect::from_env(&get, Arc::new(policy), now, CancellationToken::never()).unwrap();
    connect.first_wait = Duration::from_millis(2);
    connect
}

pub(crate) async fn provider(
    sentry: &Sentry,
    policy: &str,
) -> Result<SentryProvider, ConnectError> {
    SentryProvider::connect(connect_to(sentry, policy)).await
}

/// Audits over HTTP.
pub(crate) async fn audit(sentry: &Sentry, policy: &str) -> Audited {
    let provider = provider(sentry, policy).await.unwrap();
    judge(Arc::new(provider), policy, &checks()).await
}

/// Audits one check over HTTP.
pub(crate) async fn audit_one(sentry: &Sentry, policy: &str, check: &str) -> Audited {
    let provider = provider(sentry, policy).await.unwrap();
    let mut all = checks();
    all.retain(|c| c.meta().id == check);
    judge(Arc::new(provider), policy, &all).await
}

/// Audits what was recorded.
pub(crate) async fn replay(snapshot: &str, policy: &str) -> Audited {
    let snapshot = Snapshot::parse(snapshot).unwrap();
    judge(Arc::new(snapshot), policy, &checks()).await
}

/// Audits a run that ends before it begins.
pub(crate) async fn audit_stopped(sentry: &Sentry, reason: Unknown) -> Audited {
    let provider = Arc::new(provider(sentry, POLICY).await.unwrap());
    let (stopper, stop) = StopHandle::new();
    stopper.stop(reason);
    judge_with(provider, POLICY, &checks(), stop).await
}

/// Judges what a provider reads.
pub(crate) async fn judge(
    provider: Arc<dyn Provider>,
    policy: &str,
    checks: &[Arc<dyn Check>],
) -> Audited {
    judge_with(provider, policy, checks, CancellationToken::never()).await
}

async fn judge_with(
    provider: Arc<dyn Provider>,
    policy: &str,
    checks: &[Arc<dyn Check>],
    stop: CancellationToken,
) -> Audited {
    let facts = Facts::builder()
        .provider(provider)
        .cancellation(stop)
        .record(true)
        .build();
    let mut policies = Policies::default();
    policies.insert(toml::from_str::<SentryPolicy>(policy).unwrap());
    let cx = Cx::new(facts.clone(), policies, NOW.parse().unwrap());
    let (mut findings, mut by_id) = (BTreeMap::new(), BTreeMap::new());
    for check in checks {
        for finding in check.run(&cx).await.unwrap() {
            let id = format!("{} {}", finding.check, finding.resource.key());
            by_id.insert(id, finding.outcome.as_str());
            // of a kind that could not be read for two reasons there are two findings
            let mut key = format!("{} {}", finding.check, finding.resource);
            while findings.contains_key(&key) {
                key.push_str(" again");
            }
            findings.insert(key, finding.outcome);
        }
    }
    Audited {
        findings,
        by_id,
        facts,
    }
}

/// A body of the guide's alerts, for a project.
pub(crate) fn body(name: &str) -> Value {
    let path = harden_tests::paths::root()
        .join("tests/tests/sentry_provider/bodies")
        .join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// A body is what Sentry's description takes.
pub(crate) fn assert_described(path: &str, body: &Value) {
    for contract in contracts().into_iter().flatten() {
        if contract.knows("POST", path) {
            let wrong = contract.request("POST", path, "", Some(body));
            assert!(wrong.is_empty(), "{wrong:#?}\n{body:#}");
        }
    }
}

/// Adds alerts to an estate, and panics on what Sentry would refuse.
pub(crate) trait Alerts {
    fn workflow(&mut self, body: &Value) -> String;
    fn detector(&mut self, project: &str, body: &Value) -> String;
    fn issue_rule(&mut self, project: &str, body: &Value) -> String;
    fn metric_rule(&mut self, body: &Value) -> String;
}

fn created(told: Told) -> String {
    match told {
        Told::One(201, document) => document["id"].as_str().unwrap().to_owned(),
        other => panic!("refused: {other:?}"),
    }
}

impl Alerts for Estate {
    fn workflow(&mut self, body: &Value) -> String {
        assert_described("/api/0/organizations/acme/workflows/", body);
        created(self.create_workflow(body))
    }

    fn detector(&mut self, project: &str, body: &Value) -> String {
        let path = format!("/api/0/organizations/acme/projects/{project}/detectors/");
        assert_described(&path, body);
        created(self.create_detector(project, body))
    }

    fn issue_rule(&mut self, project: &str, body: &Value) -> String {
        let path = format!("/api/0/projects/acme/{project}/rules/");
        assert_described(&path, body);
        created(self.create_issue_rule(project, body))
    }

    fn metric_rule(&mut self, body: &Value) -> String {
        assert_described("/api/0/organizations/acme/alert-rules/", body);
        created(self.create_metric_rule(body))
    }
}

/// A number as Sentry has it in a request.
pub(crate) fn number(id: &str) -> Value {
    serde_json::json!(id.parse::<u64>().unwrap())
}

/// The guide's four alerts for both projects, of today's model.
pub(crate) fn with_workflows() -> Estate {
    let mut estate = Estate::new();
    for (project, monitor) in [("shop-backend", 1100), ("shop-web", 1200)] {
        for name in ["error_rate", "fatal", "regression"] {
            let mut body = body(&format!("{name}.workflow.json"));
            body["detector_ids"] = serde_json::json!([monitor]);
            estate.workflow(&body);
        }
        let workflow = estate.workflow(&body("latency.workflow.json"));
        let mut monitor = body("latency.detector.json");
        monitor["workflow_ids"] = serde_json::json!([number(&workflow)]);
        estate.detector(project, &monitor);
    }
    estate
}

/// The same as rules, on a server of one's own that knows nothing else.
pub(crate) fn with_rules() -> Estate {
    let mut estate = Estate::new();
    estate.has_workflows = false;
    estate.retired = Retired::No;
    add_rules(&mut estate);
    estate
}

pub(crate) fn add_rules(estate: &mut Estate) {
    for project in ["shop-backend", "shop-web"] {
        for name in ["error_rate", "fatal", "regression"] {
            estate.issue_rule(project, &body(&format!("{name}.rule.json")));
        }
    }
    let mut metric = body("latency.rule.json");
    metric["projects"] = serde_json::json!(["shop-backend", "shop-web"]);
    estate.metric_rule(&metric);
}
