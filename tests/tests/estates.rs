//! Each estate of `tests/aws/variants.py`, audited over HTTP, check by check.
//!
//! The estates are made of what moto holds and of what `tests/aws/state.py` adds; what each
//! check should say of them is our reading of the guide.
#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use harden_tests::{Done, Estate, Harden, Report, peer, shell, text};

fn audit(estate: &Estate, more: &[&str]) -> Done {
    let args = ["audit", "--format", "json", "--as-of", &estate.now];
    Harden::live(estate, args.iter().chain(more)).run()
}

fn all_ids() -> BTreeSet<String> {
    let done = Harden::new(["checks", "--format", "json"]).run().exits(0);
    let list: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    let ids = list.as_array().unwrap().iter();
    let ids = ids.map(|c| c["id"].as_str().unwrap().to_owned());
    ids.filter(|id| id.starts_with("aws/")).collect()
}

fn of_verdict(report: &Report, verdict: &str) -> Vec<(String, String)> {
    let findings = report.with(verdict).into_iter();
    findings
        .map(|f| (f.check().to_owned(), f.resource().to_owned()))
        .collect()
}

/// What the bad estate must fail: the check, and the resource by its logical name.
const BAD: &[(&str, &[&str])] = &[
    // §2
    (
        "aws/alarm-reaches-nobody",
        &[
            "alarm-to-pending",
            "alarm-to-locked",
            "alarm-to-aws-key",
            "alarm-to-closed-key",
            "alarm-to-deleted",
        ],
    ),
    ("aws/alarm-action-broken", &["alarm-half"]),
    ("aws/alert-topic-no-email", &["topic-pending"]),
    (
        "aws/sns-topic-kms-undeliverable",
        &["topic-aws-key", "topic-closed-key"],
    ),
    ("aws/sns-topic-public", &["topic-public"]),
    // the default policy admits alarms and not Budgets
    ("aws/sns-topic-publish-denied", &["topic-locked", "topic"]),
    // §3
    ("aws/alarm-actions-disabled", &["alarm-off", "alarm-mute"]),
    ("aws/alarm-dead-dimension", &["alarm-dead"]),
    ("aws/alarm-flapping", &["alarm-flapping"]),
    ("aws/alarm-sparse-data", &["alarm-sparse"]),
    ("aws/alarm-threshold-misfit", &["alarm-misfit"]),
    ("aws/alb-error-rate-high", &["alb"]),
    ("aws/alb-latency-high", &["alb"]),
    ("aws/dashboard-missing", &["account"]),
    ("aws/ecs-memory-creep", &["service"]),
    (
        "aws/ecs-utilization-atypical",
        &["service", "service-unwatched"],
    ),
    ("aws/alb-5xx-alarm-missing", &["alb"]),
    ("aws/alb-latency-alarm-missing", &["alb"]),
    ("aws/ecs-cpu-alarm-missing", &["service-unwatched"]),
    (
        "aws/ecs-memory-alarm-missing",
        &["service", "service-unwatched"],
    ),
    // §4
    ("aws/rds-backup-retention-short", &["reports", "aurora"]),
    ("aws/rds-backup-stale", &["reports", "aurora"]),
    ("aws/rds-backups-disabled", &["postgres"]),
    ("aws/rds-deletion-unprotected", &["postgres", "aurora"]),
    ("aws/rds-pre-change-backup-missing", &["reports"]),
    ("aws/rds-publicly-accessible", &["postgres"]),
    ("aws/rds-restore-drill-leftover", &["drill-leftover"]),
    (
        "aws/rds-restore-drill-overdue",
        &["postgres", "reports", "aurora"],
    ),
    ("aws/rds-single-az", &["postgres", "aurora"]),
    (
        "aws/rds-snapshot-expired",
        &[
            "snapshot-change-expired",
            "snapshot-migration-expired",
            "snapshot-drill-expired",
        ],
    ),
    (
        "aws/rds-snapshot-public",
        &["snapshot-public", "cluster-snapshot-public"],
    ),
    ("aws/rds-snapshot-unencrypted", &["snapshot-public"]),
    ("aws/rds-unencrypted", &["postgres", "aurora"]),
    // §5
    ("aws/ecs-plaintext-secret", &["container"]),
    ("aws/secret-missing", &["region"]),
    ("aws/secret-rotation-disabled", &["secret-database"]),
    ("aws/secret-rotation-failing", &["secret-failing"]),
    (
        "aws/secret-rotation-overdue",
        &["secret-stale", "secret-jwt"],
    ),
    ("aws/secret-unused", &["secret-unused"]),
    ("aws/alb-access-logs-disabled", &["alb"]),
    ("aws/alb-deletion-unprotected", &["alb"]),
    ("aws/alb-hsts-missing", &["listener-https"]),
    ("aws/alb-http-not-redirected", &["alb", "alb-bare"]),
    ("aws/alb-invalid-headers-kept", &["alb"]),
    ("aws/alb-tls-policy-outdated", &["listener-https"]),
    ("aws/alb-waf-missing", &["alb"]),
    ("aws/waf-bad-inputs-missing", &["acl-bare"]),
    ("aws/waf-core-rules-missing", &["acl-bare"]),
    ("aws/waf-logging-disabled", &["acl-bare", "acl-lax"]),
    ("aws/waf-metrics-disabled", &["acl-lax"]),
    ("aws/waf-rate-limit-missing", &["acl-bare"]),
    ("aws/waf-rules-not-blocking", &["acl-lax"]),
    ("aws/waf-sqli-missing", &["acl-bare"]),
    ("aws/waf-xss-missing", &["acl-bare", "acl-lax"]),
    ("aws/ci-role-admin", &["ci-role-admin"]),
    ("aws/ci-role-deploy-blocked", &["ci-role"]),
    ("aws/ci-role-privilege-escalation", &["ci-role-admin"]),
    ("aws/ci-role-statement-ineffective", &["ci-role"]),
    ("aws/ci-role-unused-permissions", &["ci-role"]),
    ("aws/ci-role-wildcard-action", &["ci-role-admin"]),
    ("aws/ci-role-wildcard-resource", &["ci-role"]),
    ("aws/iam-access-key-old", &["user"]),
    ("aws/oidc-audience-unchecked", &["ci-role"]),
    ("aws/oidc-provider-missing", &["account"]),
    ("aws/oidc-subject-any-ref", &["ci-role"]),
    ("aws/oidc-subject-unrestricted", &["ci-role-admin"]),
    ("aws/root-access-key", &["account"]),
    ("aws/root-mfa-missing", &["account"]),
    // §6
    ("aws/cost-anomaly-monitor-missing", &["account"]),
    ("aws/ecr-lifecycle-missing", &["repository"]),
    ("aws/ecr-scan-disabled", &["repository"]),
    ("aws/ecr-tag-mutable", &["repository"]),
    ("aws/log-group-retention-unset", &["log-group"]),
    ("aws/nonprod-always-on", &["service-staging"]),
    ("aws/s3-lifecycle-missing", &["bucket", "bucket-far"]),
    ("aws/budget-alert-missing", &["budget"]),
    ("aws/budget-alert-unrouted", &["budget"]),
    ("aws/budget-exceeded", &["budget"]),
    ("aws/budget-forecast-alert-missing", &["budget"]),
];

/// What the bad estate fails on a resource whose id holds more than its ARN: the topic of the
/// subscription.
const BAD_SUBSCRIPTIONS: &[(&str, &str, &str)] = &[
    ("aws/sns-subscription-pending", "topic", "email"),
    ("aws/sns-subscription-pending", "topic-pending", "email"),
    ("aws/sns-slack-direct-webhook", "topic", "https"),
];

/// What is judged only where a policy asks for it.
const BAD_BY_POLICY: &[(&str, &[&str])] = &[
    ("aws/alert-topic-no-chat", &["topic"]),
    ("aws/cost-surge", &["service-cost"]),
    ("aws/reservation-coverage-low", &["account"]),
    (
        "aws/ci-role-excess-permissions",
        &["ci-role", "ci-role-admin"],
    ),
    ("aws/rds-backup-window-differs", &["reports"]),
    (
        "aws/rds-snapshot-export-missing",
        &["postgres", "reports", "aurora"],
    ),
    ("aws/waf-geo-mismatch", &["acl-bare", "acl-lax"]),
];

/// What fails in other estates: the accounts and regions that have nothing at all.
const ELSEWHERE: &[&str] = &["aws/alert-topic-missing", "aws/budget-missing"];

const STRICT: &str = "\
[aws.alerts]
chat = true
[aws.backups]
window = \"03:00-04:00\"
export_days = 92
[aws.costs]
cost_explorer = true
[aws.edge]
countries = [\"US\"]
[aws.ci]
allowed_actions = [\"ecr:*\", \"ecs:*\", \"iam:PassRole\"]
";

fn assert_fails(report: &Report, estate: &Estate, table: &[(&str, &[&str])]) {
    for (check, names) in table {
        for name in *names {
            let verdict = report.verdict(check, estate.named(name));
            assert_eq!(verdict, Some("fail"), "{check} on {name}");
        }
    }
}

#[test]
fn good() {
    let estate = Estate::build("good");
    let done = audit(&estate, &[]);
    let report = done.report();
    assert_eq!(of_verdict(&report, "fail"), []);
    assert_eq!(of_verdict(&report, "unknown"), []);
    assert_eq!(report.gaps(), Vec::<&serde_json::Value>::new());
    assert_eq!(done.code, 0, "{}", done.stderr);
    // it is judged, not passed over
    for (check, name) in [
        ("aws/alarm-action-broken", "alarm-cpu"),
        ("aws/alarm-reaches-nobody", "alarm-cpu"),
        ("aws/alarm-reaches-nobody", "alarm-log"),
        ("aws/alert-topic-no-email", "topic"),
        ("aws/sns-topic-publish-denied", "topic"),
        ("aws/sns-topic-kms-undeliverable", "topic"),
        ("aws/sns-topic-public", "topic"),
        ("aws/ecs-cpu-alarm-missing", "service"),
        ("aws/ecs-memory-alarm-missing", "service"),
        ("aws/alb-5xx-alarm-missing", "alb"),
        ("aws/alb-latency-alarm-missing", "alb"),
        ("aws/alarm-flapping", "alarm-cpu"),
        ("aws/alarm-threshold-misfit", "alarm-cpu"),
        ("aws/alarm-threshold-misfit", "alarm-memory"),
        ("aws/alarm-threshold-misfit", "alarm-target-5xx"),
        ("aws/alarm-threshold-misfit", "alarm-5xx-sum"),
        ("aws/alarm-threshold-misfit", "alarm-latency"),
        ("aws/alb-error-rate-high", "alb"),
        ("aws/alb-latency-high", "alb"),
        ("aws/dashboard-missing", "account"),
        ("aws/ecs-memory-creep", "service"),
        ("aws/ecs-utilization-atypical", "service"),
        ("aws/rds-backup-retention-short", "postgres"),
        ("aws/rds-backup-retention-short", "aurora"),
        ("aws/rds-restore-drill-overdue", "postgres"),
        ("aws/rds-restore-drill-overdue", "aurora"),
        ("aws/rds-pre-change-backup-missing", "postgres"),
        ("aws/rds-snapshot-public", "snapshot-drill"),
        ("aws/budget-alert-missing", "budget"),
        ("aws/budget-alert-unrouted", "budget"),
        ("aws/budget-exceeded", "budget"),
        ("aws/ecs-plaintext-secret", "container"),
        ("aws/secret-rotation-disabled", "secret-database"),
        ("aws/secret-rotation-failing", "secret-database"),
        ("aws/secret-rotation-overdue", "secret-jwt"),
        ("aws/secret-rotation-overdue", "secret-key"),
        ("aws/secret-rotation-overdue", "secret-database"),
        ("aws/secret-unused", "secret-jwt"),
        ("aws/cost-anomaly-monitor-missing", "account"),
        ("aws/ecr-lifecycle-missing", "repository"),
        ("aws/ecr-scan-disabled", "repository"),
        ("aws/ecr-tag-mutable", "repository"),
        ("aws/log-group-retention-unset", "log-group"),
        ("aws/nonprod-always-on", "staging"),
        ("aws/s3-lifecycle-missing", "bucket"),
        ("aws/alb-access-logs-disabled", "alb"),
        ("aws/alb-deletion-unprotected", "alb"),
        ("aws/alb-hsts-missing", "listener-https"),
        ("aws/alb-http-not-redirected", "alb"),
        ("aws/alb-invalid-headers-kept", "alb"),
        ("aws/alb-tls-policy-outdated", "listener-https"),
        ("aws/alb-waf-missing", "alb"),
        ("aws/waf-bad-inputs-missing", "web-acl"),
        ("aws/waf-core-rules-missing", "web-acl"),
        ("aws/waf-logging-disabled", "web-acl"),
        ("aws/waf-metrics-disabled", "web-acl"),
        ("aws/waf-rate-limit-missing", "web-acl"),
        ("aws/waf-rules-not-blocking", "web-acl"),
        ("aws/waf-sqli-missing", "web-acl"),
        ("aws/waf-xss-missing", "web-acl"),
        ("aws/ci-role-admin", "ci-role"),
        ("aws/ci-role-deploy-blocked", "ci-role"),
        ("aws/ci-role-privilege-escalation", "ci-role"),
        ("aws/ci-role-statement-ineffective", "ci-role"),
        ("aws/ci-role-unused-permissions", "ci-role"),
        ("aws/ci-role-wildcard-action", "ci-role"),
        ("aws/ci-role-wildcard-resource", "ci-role"),
        ("aws/iam-access-key-old", "user"),
        ("aws/oidc-audience-unchecked", "ci-role"),
        ("aws/oidc-subject-any-ref", "ci-role"),
        ("aws/oidc-subject-unrestricted", "ci-role"),
    ] {
        let verdict = report.verdict(check, estate.named(name));
        assert_eq!(verdict, Some("pass"), "{check} on {name}");
    }
    // a web ACL that is on no load balancer guards nothing
    let idle = estate.named("web-acl-idle");
    assert!(!report.findings().any(|f| f.resource() == idle));
    for (check, name) in [
        ("aws/ecs-cpu-alarm-missing", "service-idle"),
        ("aws/alarm-actions-disabled", "alarm-autoscaling"),
        ("aws/alarm-threshold-misfit", "alarm-autoscaling"),
        ("aws/alarm-threshold-misfit", "alarm-composite"),
        ("aws/ecs-memory-creep", "service-idle"),
        ("aws/rds-backup-retention-short", "postgres-replica"),
        ("aws/nonprod-always-on", "postgres"),
    ] {
        let verdict = report.verdict(check, estate.named(name));
        assert_eq!(verdict, Some("not-applicable"), "{check} on {name}");
    }
}

/// Cost Explorer is asked where the policy says so, and the evidence says what that cost.
#[test]
fn good_costs() {
    let estate = Estate::build("good");
    let only = "aws/cost-surge,aws/reservation-coverage-low";
    let args = [
        "audit",
        "--format",
        "json",
        "--as-of",
        &estate.now,
        "--only",
        only,
    ];
    let off = Harden::live(&estate, args).run().exits(3).report();
    assert!(off.findings().next().is_none());
    assert_eq!(
        off.json["run"]["calls"]["ce:GetCostAndUsage"],
        serde_json::Value::Null
    );
    let on = Harden::live(&estate, args)
        .file("harden.toml", "[aws.costs]\ncost_explorer = true\n")
        .run()
        .exits(0)
        .report();
    assert_eq!(of_verdict(&on, "unknown"), []);
    assert_eq!(on.with("pass").len(), 3, "two services, and the coverage");
    assert_eq!(on.json["run"]["calls"]["ce:GetCostAndUsage"], 1);
    assert_eq!(on.json["run"]["calls"]["ce:GetReservationCoverage"], 2);
    let billed = &on.json["run"]["billed"];
    assert_eq!(billed["requests of Cost Explorer at 0.01 USD"], 4);
    for finding in on.with("pass") {
        let note = finding.0["evidence"]["note"].as_str().unwrap();
        assert!(
            note.contains("requests to Cost Explorer by this audit: "),
            "{note}"
        );
    }
}

/// The means that count as well: alarms by target group, a budget action for a topic, a rule group
/// that counts and is blocked by its labels.
#[test]
fn good_otherwise() {
    let estate = Estate::build("good-otherwise");
    let report = audit(&estate, &[]).exits(0).report();
    for (check, name) in [
        ("aws/alb-5xx-alarm-missing", "alb"),
        ("aws/alb-latency-alarm-missing", "alb"),
        ("aws/budget-alert-unrouted", "budget"),
        ("aws/waf-rate-limit-missing", "web-acl"),
        ("aws/waf-rules-not-blocking", "web-acl"),
        ("aws/waf-sqli-missing", "web-acl"),
        ("aws/waf-xss-missing", "web-acl"),
    ] {
        let verdict = report.verdict(check, estate.named(name));
        assert_eq!(verdict, Some("pass"), "{check} on {name}");
    }
}

#[test]
fn bad() {
    let estate = Estate::build("bad");
    let done = audit(&estate, &[]).exits(1);
    let report = done.report();
    assert_fails(&report, &estate, BAD);
    for (check, topic, protocol) in BAD_SUBSCRIPTIONS {
        let topic = estate.named(topic);
        let found = report.with("fail").into_iter().any(|f| {
            f.check() == *check && f.resource().contains(topic) && f.resource().contains(protocol)
        });
        assert!(found, "{check} on a subscription ({protocol}) of {topic}");
    }
    assert_eq!(of_verdict(&report, "unknown"), []);
    // one that fails says what was found, what was wanted, and what to do
    for finding in report.with("fail") {
        let (check, json) = (finding.check(), finding.0);
        assert!(!json["evidence"].is_null(), "{check}");
        let remediation = &json["remediation"];
        let told = remediation["summary"]
            .as_str()
            .is_some_and(|s| !s.is_empty());
        let steps = remediation["steps"]
            .as_array()
            .is_some_and(|s| !s.is_empty());
        assert!(
            told && (steps || remediation["withheld"].is_string()),
            "{check}: {json}"
        );
    }

    let strict = Harden::live(
        &estate,
        ["audit", "--format", "json", "--as-of", &estate.now],
    )
    .file("harden.toml", STRICT)
    .run()
    .exits(1)
    .report();
    assert_fails(&strict, &estate, BAD_BY_POLICY);

    // no check that nobody tries
    let tried = BAD.iter().map(|(id, _)| *id);
    let tried = tried.chain(BAD_SUBSCRIPTIONS.iter().map(|(id, ..)| *id));
    let tried = tried.chain(BAD_BY_POLICY.iter().map(|(id, _)| *id));
    let tried: BTreeSet<String> = tried
        .chain(ELSEWHERE.iter().copied())
        .map(str::to_owned)
        .collect();
    assert_eq!(
        all_ids(),
        tried,
        "the checks, and those that an estate fails"
    );
}

#[test]
fn bad_no_budget() {
    let estate = Estate::build("bad-no-budget");
    let report = audit(&estate, &[]).exits(1).report();
    assert_eq!(of_verdict(&report, "unknown"), []);
    let failed: BTreeSet<(String, String)> = of_verdict(&report, "fail").into_iter().collect();
    let checks: BTreeSet<&str> = failed.iter().map(|(check, _)| check.as_str()).collect();
    let wanted = [
        "aws/alert-topic-missing",
        "aws/budget-missing",
        "aws/cost-anomaly-monitor-missing",
        "aws/ecs-cpu-alarm-missing",
        "aws/ecs-memory-alarm-missing",
    ];
    assert_eq!(checks, BTreeSet::from(wanted));
    for (check, resource) in failed {
        match check.as_str() {
            "aws/alert-topic-missing" => assert!(resource.contains(&estate.region), "{resource}"),
            "aws/budget-missing" | "aws/cost-anomaly-monitor-missing" => {
                assert!(resource.contains(&estate.account), "{resource}")
            }
            _ => assert_eq!(resource, estate.named("service")),
        }
    }
}

/// Nothing to protect, and so nothing to ask but that somebody watches the cost, and of the root
/// user, whom every account has.
#[test]
fn empty() {
    let estate = Estate::build("empty");
    let report = audit(&estate, &[]).exits(1).report();
    let failed = of_verdict(&report, "fail");
    let failed: Vec<&str> = failed.iter().map(|(check, _)| check.as_str()).collect();
    assert_eq!(
        failed,
        ["aws/budget-missing", "aws/cost-anomaly-monitor-missing"]
    );
    assert_eq!(of_verdict(&report, "unknown"), []);
    let passed = of_verdict(&report, "pass").into_iter();
    let passed: Vec<String> = passed.map(|(check, _)| check).collect();
    assert_eq!(passed, ["aws/root-access-key", "aws/root-mfa-missing"]);
    let region = report.verdicts();
    let region: Vec<_> = region
        .iter()
        .filter(|((check, _), _)| check == "aws/alert-topic-missing")
        .collect();
    assert!(
        region.len() == 1 && region[0].1 == "not-applicable",
        "{region:?}"
    );
}

/// Names with control characters, quotes, newlines, Markdown, HTML and 10 kB of length.
#[test]
fn hostile() {
    let estate = Estate::build("hostile");
    let outputs = ["text", "json", "sarif", "markdown"].map(|f| format!("{f}=report.{f}"));
    let outputs: Vec<&str> = outputs.iter().flat_map(|o| ["--output", o]).collect();
    let done = audit(&estate, &outputs).exits(1);
    let report = done.report();
    assert!(report.with("fail").len() > 15);

    for name in ["report.text", "report.markdown"] {
        let shown = done.text(name);
        // the Markdown's own marks, which keep GitHub from linking an issue or calling a person
        let shown = ["&#35;", "&#64;"].iter().fold(shown, |shown, mark| {
            shown.replace(&format!("{mark}\u{200b}"), mark)
        });
        assert_eq!(text::dangerous(&shown), Vec::<String>::new(), "{name}");
        let longest = shown.lines().map(|l| l.chars().count()).max();
        // a line of a command is as long as the command, and no more than names of 10 kB make it
        assert!(longest.unwrap_or_default() < 45_000, "{name}: {longest:?}");
    }
    assert_eq!(
        text::dangerous(&done.stderr),
        Vec::<String>::new(),
        "stderr"
    );
    for name in ["report.json", "report.sarif"] {
        let shown = done.text(name);
        let raw: Vec<char> = shown.chars().filter(|c| *c < ' ' && *c != '\n').collect();
        assert_eq!(raw, Vec::<char>::new(), "{name}");
        serde_json::from_str::<serde_json::Value>(&shown).unwrap();
    }
    // HTML and Markdown of a name are text
    let markdown = done.text("report.markdown");
    for raw in ["<script", "<img", "](javascript:", "![i]"] {
        let fenced = outside_of_code(&markdown);
        assert!(!fenced.contains(raw), "{raw} in the Markdown");
    }

    commands_are_safe(&report);

    // the policy file that is made from these names is one
    let init = Harden::live(&estate, ["init", "--output", "-"])
        .run()
        .exits(0);
    assert_eq!(text::dangerous(&init.stdout), Vec::<String>::new(), "init");
    let again = Harden::live(
        &estate,
        ["audit", "--format", "json", "--as-of", &estate.now],
    )
    .file("harden.toml", &init.stdout)
    .run()
    .exits(1)
    .report();
    assert_eq!(again.json["policy"]["path"], "harden.toml");
}

/// Markdown without its code blocks and code spans, in which nothing is markup.
fn outside_of_code(markdown: &str) -> String {
    let mut out = String::new();
    for (i, block) in markdown.split("\n```").enumerate() {
        if i % 2 == 0 {
            let mut rest = block;
            while let Some(at) = rest.find('`') {
                out.push_str(&rest[..at]);
                let ticks = rest[at..].chars().take_while(|c| *c == '`').count();
                let fence = "`".repeat(ticks);
                let inside = &rest[at + ticks..];
                let end = inside.find(&fence).map_or(inside.len(), |end| end + ticks);
                rest = &inside[end..];
            }
            out.push_str(rest);
        }
    }
    out
}

/// Each command is what its `argv` says, to a real shell too, and runs nothing else.
fn commands_are_safe(report: &Report) {
    let steps: Vec<&serde_json::Value> = report
        .with("fail")
        .into_iter()
        .flat_map(harden_tests::Finding::commands)
        .collect();
    assert!(steps.len() > 10, "{} commands", steps.len());
    let names = steps.iter().flat_map(|step| shell::inputs(step));
    let values: BTreeMap<String, String> = names
        .map(|name| (name, "a 'value' of $somebody".to_owned()))
        .collect();
    let commands: Vec<String> = steps
        .iter()
        .map(|step| step["command"].as_str().unwrap().to_owned())
        .collect();
    for command in &commands {
        assert_eq!(text::dangerous(command), Vec::<String>::new(), "{command}");
        assert!(!command.contains('\n'), "{command}");
    }
    let folder = tempfile::tempdir().unwrap();
    let called = shell::evaluate(&commands, &values, folder.path());
    assert_eq!(called.len(), steps.len());
    for (step, called) in steps.iter().zip(called) {
        let wanted = shell::argv(step, &values);
        assert_eq!(wanted.first().map(String::as_str), Some("aws"));
        assert_eq!(called, [wanted[1..].to_vec()], "{}", step["command"]);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert!(!Path::new("/tmp/pwned").exists());
}

/// A report of an estate that is mostly denied says so, check by check, and exits with 3.
#[test]
fn unknowns() {
    let estate = Estate::build("unknowns");
    let done = audit(&estate, &[]).exits(3);
    let report = done.report();
    assert_eq!(of_verdict(&report, "fail"), []);
    let unknown = report.with("unknown");
    assert!(unknown.len() > 10, "{}", unknown.len());
    for finding in &unknown {
        let action = finding.denied_action();
        assert!(
            action.is_some(),
            "{}: {}",
            finding.check(),
            finding.0["unknown"]
        );
    }
    // a service control policy is told apart from a policy that does not allow
    let by = |scp: bool| {
        let gaps = report.gaps();
        let count = gaps.iter().filter(|g| (g["unknown"]["by"] == "scp") == scp);
        count.count()
    };
    assert!(by(true) > 0 && by(false) > 0, "{:?}", report.gaps());
    let allowed = audit(&estate, &["--allow-unknown"]);
    assert_eq!(allowed.code, 0, "{}", allowed.stderr);
    peer().clear_faults(&estate.account);
}
