//! Policies that are made to take long.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::mpsc;
use std::time::Duration;

use harden_iam::trust::Grade;
use harden_iam::{Policy, trust};

fn policy(subjects: &[String]) -> String {
    serde_json::json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
            "StringLike": {"token.actions.githubusercontent.com:sub": subjects},
        },
    }]})
    .to_string()
}

#[test]
fn a_subject_with_many_wildcards_is_graded_in_bounded_time() {
    let mut all = Vec::new();
    for n in [50, 330, 900, 4000] {
        all.push(vec![format!("repo:{}", "*a".repeat(n))]);
        all.push(vec![format!("repo:{}", "*?a".repeat(n))]);
        all.push(vec![format!("repo:{}", "?".repeat(n))]);
        all.push(vec![format!("{}:ref:*", "*ab*/".repeat(n / 2))]);
        all.push(vec![
            format!("repo:acme/{}", "*-".repeat(n)),
            format!("repo:{}", "*b*".repeat(n)),
        ]);
        all.push(
            (0..n / 4)
                .map(|i| format!("repo:acme/{}*{i}:*a*b*c", "x*".repeat(i % 9)))
                .collect(),
        );
        all.push(
            (0..n / 40)
                .map(|i| format!("repo:*{}*", "*y*z".repeat(i % 20)))
                .collect(),
        );
    }
    for subjects in all {
        let text = policy(&subjects);
        let length = text.len();
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let policy = Policy::parse(&text).unwrap();
            let _ = sender.send(trust::Report::of(&policy).grade);
        });
        let grade = receiver.recv_timeout(Duration::from_secs(100));
        let grade = grade.unwrap_or_else(|error| panic!("{length} bytes: {error}"));
        assert!(grade >= Grade::Organization, "{grade:?} {subjects:?}");
    }
}
