//! What the fuzz targets check. The targets and the test that runs them on their corpora share it.
#![allow(dead_code, reason = "each fuzz target uses one of these")]

use harden_iam::lint::{PolicyType, lint, lint_text};
use harden_iam::trust::{Claims, assess};
use harden_iam::{
    ArnParts, Attached, Context, Identity, Pattern, Policy, Principal, Request, Version,
};

/// Parses a policy, prints it, and parses it again to an equal one; then checks and evaluates it.
pub(crate) fn document(text: &str) {
    let Ok(policy) = Policy::parse(text) else {
        assert_eq!(lint_text(text).len(), 1, "one finding: it is not a policy");
        return;
    };
    for printed in [policy.to_string(), format!("{policy:#}")] {
        // Printing escapes characters, so the printed text can exceed the maximum length.
        if printed.len() <= Policy::MAX_LENGTH {
            assert_eq!(
                Policy::parse(&printed).as_ref().ok(),
                Some(&policy),
                "{printed}"
            );
        }
    }
    for kind in [
        PolicyType::Identity,
        PolicyType::Resource,
        PolicyType::Trust,
    ] {
        for finding in lint(&policy, kind) {
            assert!(
                finding.position.is_some() || finding.statement.is_none(),
                "{finding:?}"
            );
        }
    }
    let resource = "arn:aws:s3:::bucket/key";
    let caller = Principal::arn("arn:aws:iam::123456789012:role/deploy");
    for context in [Context::unknown_otherwise(), Context::absent_otherwise()] {
        let request = Request::new(caller.clone(), "s3:GetObject", resource, context);
        policy.evaluate(&request);
        let mut identity = Identity::new([Attached::new("policy", policy.clone())]);
        identity.decide(&request);
        identity.resource = Some(Attached::new("resource", policy.clone()));
        identity.boundary = Some(vec![Attached::new("boundary", policy.clone())]);
        identity.decide(&request);
    }
    policy.public_grants(&["s3:GetObject", "sns:Publish"]);
}

/// Two patterns and a text, one on each line: matching, overlap and containment must agree.
pub(crate) fn patterns(text: &str) {
    let mut lines = text.splitn(3, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (a, b, text) = (line(), line(), line());
    let makes: [fn(&str) -> Pattern; 4] = [
        Pattern::resource,
        Pattern::text,
        Pattern::template,
        |text| Pattern::resource_in(Version::V2012, text),
    ];
    for make in makes {
        let (a, b) = (make(a), make(b));
        let (in_a, in_b) = (a.matches(text), b.matches(text));
        let overlap = a.overlaps(&b);
        assert_eq!(overlap, b.overlaps(&a), "overlap has no direction");
        assert!(!(in_a && in_b) || overlap, "both match the text");
        if a.contains(&b) {
            assert!(overlap, "no pattern is empty");
            assert!(!in_b || in_a, "what is contained is matched");
        }
        assert!(a.overlaps(&a), "no pattern is empty");
    }
    Pattern::action(a).overlaps(&Pattern::action(b));
    if let Some(arn) = ArnParts::parse(text) {
        assert_eq!(arn.to_string(), text);
    }
}

/// Grades a trust policy and evaluates a token: both must return.
pub(crate) fn trust(text: &str) {
    let Ok(policy) = Policy::parse(text) else {
        return;
    };
    lint(&policy, PolicyType::Trust);
    let claims = Claims::new()
        .with("sub", "repo:acme/shop:environment:production")
        .with("aud", "sts.amazonaws.com")
        .with("repository", "acme/shop");
    assess(&policy, Some(&claims));
    let caller = Principal::arn("arn:aws:iam::123456789012:user/ann");
    let role = "arn:aws:iam::123456789012:role/deploy";
    let request = Request::new(caller, "sts:AssumeRole", role, Context::unknown_otherwise());
    let mut identity = Identity::new([]);
    identity.resource = Some(Attached::new("trust", policy));
    identity.decide(&request);
}
