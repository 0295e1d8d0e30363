use serde_json::{Value, json};

use super::*;

fn finding(check: &str, verdict: &str, name: &str) -> Value {
    json!({
        "check": check, "verdict": verdict, "severity": "high", "section": "other",
        "resource": name, "resource_id": {"kind": "x", "account": "", "region": "", "name": name},
        "remediation": {"summary": format!("fix {name}")},
    })
}

fn checklist(findings: &[Value], off: &[&str], left_out: &[&str]) -> Checklist {
    let ids = ITEMS.iter().flat_map(|item| item.checks.iter().copied());
    let ids: BTreeSet<&str> = ids.chain(["ops/review-overdue"]).collect();
    let selected = ids
        .into_iter()
        .filter(|id| !left_out.contains(&harden_core::provider_of(id)));
    let checks: Vec<_> = selected
        .map(|id| match off.contains(&id) {
            true => json!({"id": id, "state": "off", "reason": "the policy file turns it off"}),
            false => json!({"id": id, "state": "ran"}),
        })
        .collect();
    let left_out: Vec<_> = left_out
        .iter()
        .map(|name| json!({"provider": name, "reason": "no token"}))
        .collect();
    let report = json!({
        "harden_report": 1, "as_of": "2026-01-15T12:00:00Z", "estate": "production",
        "checks": checks, "findings": findings, "not_audited": left_out,
    });
    Checklist::from_json(&report.to_string()).unwrap()
}

fn item<'a>(list: &'a Checklist, text: &str) -> &'a ItemState {
    list.items
        .iter()
        .find(|item| item.text.contains(text))
        .unwrap()
}

#[test]
fn an_item_is_as_bad_as_its_worst_finding() {
    for (verdicts, expected) in [
        (&["pass", "pass"][..], Progress::Done),
        (&["pass", "unknown"], Progress::Unknown),
        (&["unknown", "fail"], Progress::Open),
        (&["not-applicable"], Progress::NotApplicable),
        (&["not-applicable", "pass"], Progress::Done),
        (&[], Progress::NotApplicable),
    ] {
        let findings: Vec<_> = verdicts
            .iter()
            .map(|verdict| finding("aws/alb-waf-missing", verdict, verdict))
            .collect();
        let list = checklist(&findings, &[], &[]);
        let item = item(&list, "web ACL");
        assert_eq!(item.state, expected, "{verdicts:?}");
        let next = (expected == Progress::Open).then_some("fix fail");
        assert_eq!(item.next.as_deref(), next);
    }
}

#[test]
fn what_was_not_audited_cannot_be_told() {
    let list = checklist(&[], &[], &["sentry"]);
    let sentry = item(&list, "alerts in Sentry");
    assert_eq!(sentry.state, Progress::Unknown);
    assert!(
        sentry
            .reason
            .as_deref()
            .unwrap()
            .contains("sentry was not audited: no token")
    );
    assert_eq!(list.exit_code(), ExitCode::Unknown);
}

#[test]
fn an_optional_item_is_never_open() {
    let fails = [finding("aws/alert-topic-no-chat", "fail", "alerts")];
    let list = checklist(&fails, &[], &[]);
    assert_eq!(item(&list, "Slack").state, Progress::NotApplicable);
    let passes = [finding("aws/alert-topic-no-chat", "pass", "alerts")];
    let list = checklist(&passes, &[], &[]);
    assert_eq!(item(&list, "Slack").state, Progress::Done);
}

#[test]
fn a_check_that_is_off_is_not_applicable() {
    let list = checklist(&[], &["github/actions-secret-missing"], &[]);
    let token = item(&list, "Sentry token");
    assert_eq!(token.state, Progress::NotApplicable);
    assert_eq!(
        token.reason.as_deref(),
        Some("the policy file turns it off")
    );
}

#[test]
fn a_duty_is_decided_by_its_attestation() {
    let findings = [
        finding("ops/review-overdue", "pass", "error-trends"),
        finding("ops/review-overdue", "pass", "alarm-history"),
        finding("ops/review-overdue", "fail", "dr-procedures"),
        finding("ops/review-overdue", "pass", "restore-drill"),
        finding("ops/review-overdue", "pass", "security-audit"),
    ];
    let list = checklist(&findings, &[], &[]);
    let weekly = item(&list, "Weekly");
    assert_eq!(
        (weekly.state, weekly.by),
        (Progress::Done, Basis::Attestation)
    );
    assert_eq!(item(&list, "Document").state, Progress::Open);
    // the policy excludes them
    assert_eq!(item(&list, "Monthly").state, Progress::NotApplicable);
}

#[test]
fn without_attestations_a_duty_is_decided_by_hand() {
    let none = [finding(
        "ops/review-overdue",
        "not-applicable",
        "harden.attestations.toml",
    )];
    let list = checklist(&none, &[], &[]);
    let item = item(&list, "Document");
    assert_eq!((item.state, item.by), (Progress::Unknown, Basis::Hand));
    assert!(
        item.reason
            .as_deref()
            .unwrap()
            .contains("attest dr-procedures")
    );
}

#[test]
fn an_accepted_risk_is_done() {
    let mut accepted = finding("aws/alb-waf-missing", "fail", "internal");
    accepted["accepted"] = json!({"reason": "x", "owner": "x", "expires": "2027-01-01"});
    let list = checklist(&[accepted], &[], &[]);
    let item = item(&list, "web ACL");
    assert_eq!(item.state, Progress::Done);
    assert_eq!(item.reason.as_deref(), Some("1 accepted risk"));
}

#[test]
fn another_document_is_refused() {
    for (text, expected) in [
        ("", "not a JSON report"),
        ("{}", "not a JSON report"),
        (r#"{"harden_report": 2}"#, "has version 2"),
        (r#"{"harden_report": 1}"#, "not a JSON report"),
    ] {
        let error = Checklist::from_json(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn names_of_resources_are_escaped() {
    let evil = finding("aws/alb-waf-missing", "fail", "x`\n- [x] <b>\u{202e}done");
    let list = checklist(&[evil], &[], &[]);
    assert!(
        !list.to_markdown().contains("\n- [x] <b>"),
        "{}",
        list.to_markdown()
    );
    assert!(!list.to_text().contains('\u{202e}'));
    let lines = list
        .to_text()
        .lines()
        .filter(|line| line.contains("aws/alb-waf"))
        .count();
    assert_eq!(lines, 1);
}
