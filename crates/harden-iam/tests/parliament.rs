//! Compares with the policies and ARN matches that the linter parliament is tested with. Each difference
//! has its reason.
//!
//! The data is not in the repository. Without it the tests print that they are skipped.
#![allow(clippy::unwrap_used, reason = "tests")]

mod corpora;

use std::collections::BTreeSet;

use harden_iam::lint::{Rule, lint_text};
use harden_iam::{Pattern, Version};
use serde_json::Value;

/// parliament's findings and the rules of ours that say the same.
const SAME: &[(&str, &[Rule])] = &[
    ("MALFORMED_JSON", &[Rule::Malformed]),
    ("MALFORMED", &[Rule::Malformed]),
    // ours refuses the document, where parliament reads on
    ("INVALID_ARN", &[Rule::ResourceMalformed, Rule::Malformed]),
    ("INVALID_SID", &[Rule::SidInvalid]),
    ("DUPLICATE_SID", &[Rule::SidInvalid]),
    ("UNKNOWN_ACTION", &[Rule::ActionUnknown]),
    ("UNKNOWN_OPERATOR", &[Rule::OperatorUnknown]),
    (
        "UNKNOWN_CONDITION_FOR_ACTION",
        &[Rule::ConditionKeyUnsupported, Rule::ConditionKeyUnknown],
    ),
    (
        "MISMATCHED_TYPE",
        &[Rule::OperatorMismatch, Rule::ValueMalformed],
    ),
    ("MISMATCHED_TYPE_BUT_USABLE", &[Rule::ArnOperator]),
    ("RESOURCE_STAR", &[Rule::WildcardResource]),
    ("RESOURCE_EFFECTIVELY_STAR", &[Rule::WildcardResource]),
    ("RESOURCE_MISMATCH", &[Rule::ResourceUnsupported]),
];

/// What parliament says and linting does not, since it is no matter of one statement: what an
/// action is good for is judged with all permissions together ([`harden_iam`]'s escalation), and
/// which data are sensitive is a team's own knowledge.
const ELSEWHERE: &[&str] = &[
    "CREDENTIALS_EXPOSURE",
    "PERMISSIONS_MANAGEMENT_ACTIONS",
    "PRIVILEGE_ESCALATION",
    "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
    "SENSITIVE_ACCESS",
];

/// Policies where ours differs: the test's name, the finding, and why. Ours only where the finding
/// is a rule's name.
const APART: &[(&str, &str, &str)] = &[
    ("test_condition_action_specific", "grant-dead", STAR),
    ("test_condition_multiple", "grant-dead", STAR),
    ("test_condition_operator", "value-malformed", STAR),
    (
        "test_condition_operator",
        "MISMATCHED_TYPE",
        "An operator that does not exist has no type to mismatch; that it does not exist is said.",
    ),
    (
        "test_bad_mfa_condition",
        "BAD_PATTERN_FOR_MFA",
        "The statement does what it says: it lets in who has not used MFA. What a condition should \
         ask for is a matter of intent.",
    ),
    (
        "test_resource_policy_privilege_escalation_with_deny",
        "grant-dead",
        "A Deny of everything takes the Allow back: parliament has no word for it.",
    ),
    (
        "test_resource_policy_privilege_escalation_at_bucket_level",
        "RESOURCE_MISMATCH",
        "`s3:*Bucket*` stands for some actions that are not authorized on a bucket, and for many \
         that are: a pattern is at fault when all of it is.",
    ),
];

const STAR: &str = "StringEquals compares the star of `home/${aws:username}/*` as a star: StringLike \
                    is meant (IAM User Guide, Condition operators).";

/// Advice that parliament has no word for.
const OWN: &[Rule] = &[
    Rule::SidMissing,
    Rule::WildcardAction,
    Rule::AllowExcept,
    Rule::Redundant,
    Rule::PublicAccess,
];

/// Matches where ours differs, by the arguments, and why.
const MATCHES_APART: &[(&str, &str, &str)] = &[
    (
        "arn:*:ssm::*:resource-data-sync/*",
        "arn:aws:ssm::123456789012:resource-data-*/*",
        STRICT,
    ),
    (
        "arn:*:iam::*:user/*",
        "arn:aws:iam::123456789012:*/*",
        STRICT,
    ),
    (
        "arn:*:iam::*:user/*",
        "arn:aws:iam::123456789012:u*",
        STRICT,
    ),
    (
        "arn:*:redshift:*:*:dbuser:*/*",
        "arn:aws:redshift:us-west-2:123456789012:db*:the_cluster/the_user",
        STRICT,
    ),
];

const STRICT: &str = "AWS takes wildcards in the name of the kind as well (`u*`): parliament's strict \
                      match wants it spelt out, which is a matter of taste.";

#[test]
fn arn_matches_agree_except_with_a_reason() {
    let Some(text) = corpora::read("iam/arn_match_cases.json") else {
        return;
    };
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(cases.len(), 28);
    let (mut apart, mut used) = (Vec::new(), BTreeSet::new());
    for case in &cases {
        let argument = |at: usize| case["args"][at].as_str().unwrap();
        let (reference, written) = (argument(1), argument(2));
        // What the reference says is a template: what stands before the resource holds no colon.
        let template = Pattern::template(reference);
        let ours = Pattern::resource_in(Version::V2012, written).overlaps(&template);
        let expected = case["expected"].as_bool().unwrap();
        if ours != expected {
            let known = MATCHES_APART
                .iter()
                .position(|(a, b, _)| (*a, *b) == (reference, written));
            match known {
                Some(known) => drop(used.insert(known)),
                None => apart.push(format!("{}: {reference} {written}: {ours}", case["fn"])),
            }
        }
    }
    assert!(apart.is_empty(), "{apart:#?}");
    assert_eq!(
        used.len(),
        MATCHES_APART.len(),
        "each difference is of use: {used:?}"
    );
}

#[test]
fn findings_agree_except_with_a_reason() {
    let Some(text) = corpora::read("iam/findings_cases.json") else {
        return;
    };
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(cases.len(), 56);
    let (mut apart, mut used) = (Vec::new(), BTreeSet::new());
    for (at, case) in cases.iter().enumerate() {
        let name = case["test"].as_str().unwrap();
        let rules: BTreeSet<Rule> = lint_text(case["policy_string"].as_str().unwrap())
            .iter()
            .map(|one| one.rule)
            .collect();
        let mut explained: BTreeSet<Rule> = OWN.iter().copied().collect();
        let mut differs = |finding: &str| {
            let known = APART
                .iter()
                .position(|(test, id, _)| *test == name && *id == finding);
            match known {
                Some(known) => drop(used.insert(known)),
                None => apart.push(format!("{at} {name}: {finding}; ours {rules:?}")),
            }
        };
        for id in case["expected_finding_ids"].as_array().unwrap() {
            let id = id.as_str().unwrap();
            if ELSEWHERE.contains(&id) {
                continue;
            }
            let same = SAME.iter().find(|(theirs, _)| *theirs == id);
            let ours = same.map_or(&[][..], |(_, ours)| ours);
            explained.extend(ours);
            if !ours.iter().any(|rule| rules.contains(rule)) {
                differs(id);
            }
        }
        for rule in rules.difference(&explained) {
            differs(rule.id());
        }
    }
    assert!(apart.is_empty(), "{apart:#?}");
    assert_eq!(
        used.len(),
        APART.len(),
        "each difference is of use: {used:?}"
    );
}
