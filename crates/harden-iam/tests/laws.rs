//! Properties that hold for all policies.
#![allow(clippy::unwrap_used, reason = "tests")]

use harden_iam::{Context, Decision, Effect, Policy, Principal, PrincipalSet, Request, Statement};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const KEYS: [&str; 3] = ["aws:SourceAccount", "aws:SourceArn", "x:tag"];
const VALUES: [&str; 6] = ["1", "2", "a", "true", "", "arn:aws:sns:us-east-2:1:a"];
const WANTED: [&str; 10] = [
    "1",
    "a*",
    "*",
    "?",
    "true",
    "false",
    "arn:aws:sns:*:1:*",
    "arn:aws:*",
    "${x:tag}",
    "${aws:SourceAccount, 'a'}*",
];
const OPERATORS: [&str; 20] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIfExists",
    "StringNotEqualsIfExists",
    "StringEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "ForAllValues:StringLike",
    "ForAnyValue:StringLike",
    "ForAllValues:StringNotLike",
    "ForAnyValue:StringNotEquals",
    "NumericLessThan",
    "NumericNotEquals",
    "DateGreaterThan",
    "Bool",
    "ArnLike",
    "ArnNotLikeIfExists",
    "IpAddress",
    "Null",
    "StringResembles",
];
const ACTIONS: [&str; 4] = ["sns:Publish", "sns:*", "SNS:pub*", "kms:Decrypt"];
const RESOURCES: [&str; 4] = [
    "*",
    "arn:aws:sns:*:1:*",
    "arn:aws:sns:us-east-2:1:a",
    "arn:aws:sns:us-east-2:1:${x:tag}",
];

fn principals() -> impl Strategy<Value = PrincipalSet> {
    prop_oneof![
        Just(PrincipalSet::everyone()),
        Just(PrincipalSet::aws("*")),
        Just(PrincipalSet::aws("123456789012")),
        Just(PrincipalSet::aws("arn:aws:iam::123456789012:role/a")),
        Just(PrincipalSet::aws(
            "arn:aws:sts::123456789012:assumed-role/a/s"
        )),
        Just(PrincipalSet::service("budgets.amazonaws.com")),
    ]
}

fn callers() -> impl Strategy<Value = Principal> {
    prop_oneof![
        Just(Principal::Anonymous),
        Just(Principal::account("123456789012")),
        Just(Principal::arn("arn:aws:iam::123456789012:role/a")),
        Just(Principal::service("budgets.amazonaws.com")),
    ]
}

fn conditions() -> impl Strategy<Value = Vec<(&'static str, &'static str, Vec<&'static str>)>> {
    let values = subsequence(WANTED.to_vec(), 0..3);
    prop::collection::vec((select(&OPERATORS[..]), select(&KEYS[..]), values), 0..3)
}

fn statements(effects: &'static [Effect]) -> impl Strategy<Value = Statement> {
    let actions = subsequence(ACTIONS.to_vec(), 0..3);
    let parts = (
        select(effects),
        principals(),
        actions,
        select(&RESOURCES[..]),
        conditions(),
    );
    let sid = prop::option::of("[A-Z\"\\\\é]{0,2}");
    (parts, sid).prop_map(|((effect, who, actions, resource, conditions), sid)| {
        let statement = Statement::new(effect, who, actions, resource);
        let statement = conditions
            .into_iter()
            .fold(statement, |all, (operator, key, values)| {
                all.with_condition(operator, key, values)
            });
        sid.into_iter().fold(statement, Statement::with_sid)
    })
}

fn policies() -> impl Strategy<Value = Policy> {
    let any = statements(&[Effect::Allow, Effect::Deny]);
    prop::collection::vec(any, 0..4).prop_map(|all| {
        all.into_iter().fold(Policy::new(), |policy, statement| {
            policy.with_statement(statement)
        })
    })
}

/// The values of each key; none: absent.
fn contexts() -> impl Strategy<Value = Vec<Vec<&'static str>>> {
    prop::collection::vec(subsequence(VALUES.to_vec(), 0..3), KEYS.len())
}

fn context(values: &[Vec<&'static str>], unknown: &[bool]) -> Context {
    let keys = KEYS.iter().zip(values).zip(unknown);
    keys.fold(
        Context::absent_otherwise(),
        |all, ((key, values), unknown)| match unknown {
            true => all.with_unknown(key),
            false => all.with_values(key, values.iter().copied()),
        },
    )
}

fn request(caller: Principal, context: Context) -> Request {
    Request::new(caller, "sns:Publish", "arn:aws:sns:us-east-2:1:a", context)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_printed_policy_is_parsed_to_an_equal_one(policy in policies()) {
        prop_assert_eq!(&Policy::parse(&policy.to_string()).unwrap(), &policy);
        let pretty = format!("{policy:#}");
        prop_assert_eq!(&Policy::parse(&pretty).unwrap(), &policy);
    }

    #[test]
    fn adding_a_deny_never_allows(
        policy in policies(),
        deny in statements(&[Effect::Deny]),
        caller in callers(),
        values in contexts(),
        unknown in prop::collection::vec(any::<bool>(), KEYS.len()),
    ) {
        let request = request(caller, context(&values, &unknown));
        let (before, after) =
            (policy.evaluate(&request), policy.with_statement(deny.with_sid("")).evaluate(&request));
        prop_assert!(before.is_allowed() || !after.is_allowed(), "{:?} {:?}", before, after);
        prop_assert!(!before.is_denied() || after.is_denied(), "{:?} {:?}", before, after);
    }

    #[test]
    fn an_unknown_key_never_gives_a_wrong_answer(
        policy in policies(),
        caller in callers(),
        values in contexts(),
        unknown in prop::collection::vec(any::<bool>(), KEYS.len()),
    ) {
        let known = vec![false; KEYS.len()];
        let full = policy.evaluate(&request(caller.clone(), context(&values, &known)));
        let less = policy.evaluate(&request(caller, context(&values, &unknown)));
        if less.is_allowed() {
            prop_assert!(full.is_allowed(), "{:?} {:?}", full, less);
        }
        if less.is_denied() {
            prop_assert!(full.is_denied(), "{:?} {:?}", full, less);
        }
        if let Decision::ExplicitlyDenied { .. } = less {
            prop_assert!(matches!(full, Decision::ExplicitlyDenied { .. }), "{:?} {:?}", full, less);
        }
    }

    #[test]
    fn garbage_is_an_error_without_panic(text in "[%{}\\[\\]\":,A-Za-z0-9 ]{0,60}") {
        let _ = Policy::parse(&text);
    }
}
