//! How several statements are combined.

use super::*;

#[test]
fn a_deny_overrides_an_allow() {
    let allow = |sid: &str, condition: &str| {
        format!(
            r#"{{"Sid": "{sid}", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"{condition}}}"#
        )
    };
    let deny = |sid: &str, condition: &str| allow(sid, condition).replace("Allow", "Deny");
    let unknown = r#", "Condition": {"StringEquals": {"x:k": "v"}}"#;
    let never = r#", "Condition": {"StringEquals": {"x:k": "v", "x:none": "v"}}"#;
    let with = |statements: &[String]| {
        let context = Context::unknown_otherwise().without("x:none");
        decide(&statements.join(","), Principal::account("1"), context)
    };
    let at = |index, sid: &str| StatementRef {
        index,
        sid: Some(sid.to_owned()),
    };
    let (yes, no) = (allow("A", ""), deny("D", ""));
    let (maybe, maybe_not) = (allow("MA", unknown), deny("MD", unknown));
    let key = || "x:k".to_owned();
    assert_eq!(with(&[]), Decision::ImplicitlyDenied);
    assert_eq!(
        with(std::slice::from_ref(&yes)),
        Decision::Allowed {
            statement: at(0, "A")
        }
    );
    assert_eq!(
        with(&[yes.clone(), no.clone()]),
        Decision::ExplicitlyDenied {
            statement: at(1, "D")
        }
    );
    assert_eq!(
        with(&[maybe_not.clone(), maybe.clone(), no]),
        Decision::ExplicitlyDenied {
            statement: at(2, "D")
        }
    );
    assert_eq!(
        with(&[yes.clone(), maybe_not.clone()]),
        Decision::Undetermined {
            statement: at(1, "MD"),
            key: key()
        }
    );
    assert_eq!(
        with(&[maybe.clone(), maybe_not.clone()]),
        Decision::Undetermined {
            statement: at(1, "MD"),
            key: key()
        }
    );
    assert_eq!(
        with(std::slice::from_ref(&maybe)),
        Decision::Undetermined {
            statement: at(0, "MA"),
            key: key()
        }
    );
    assert_eq!(
        with(&[maybe, yes]),
        Decision::Allowed {
            statement: at(1, "A")
        }
    );
    assert_eq!(with(&[maybe_not]), Decision::ImplicitlyDenied);
    assert_eq!(
        with(&[allow("N", never)]),
        Decision::ImplicitlyDenied,
        "a certain no beats an unknown"
    );
}

#[test]
fn unknown_operators_are_undetermined() {
    let statement = r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
        "Condition": {"StringResembles": {"aws:SourceAccount": "1"}}}"#;
    let decision = decide(
        statement,
        Principal::account("1"),
        Context::absent_otherwise(),
    );
    assert!(matches!(decision, Decision::Undetermined { key, .. } if key == "StringResembles"));
}

#[test]
fn keys_follow_from_the_caller() {
    let holds = |operator: &str, key: &str, value: &str, caller: Principal| {
        let statement = format!(
            r#"{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
            "Condition": {{"{operator}": {{"{key}": "{value}"}}}}}}"#
        );
        decide(&statement, caller, Context::unknown_otherwise())
    };
    let service = || Principal::service("budgets.amazonaws.com");
    let user = || Principal::arn("arn:aws:iam::123456789012:user/team/ann");
    assert!(holds("Bool", "aws:PrincipalIsAWSService", "true", service()).is_allowed());
    assert!(
        holds(
            "StringEquals",
            "aws:PrincipalServiceName",
            "budgets.amazonaws.com",
            service()
        )
        .is_allowed()
    );
    assert!(holds("StringEquals", "aws:PrincipalOrgID", "o-1", service()).is_denied());
    assert!(
        holds(
            "ArnLike",
            "aws:PrincipalArn",
            "arn:aws:iam::*:user/team/*",
            user()
        )
        .is_allowed()
    );
    assert!(
        holds(
            "StringEquals",
            "aws:PrincipalAccount",
            "123456789012",
            user()
        )
        .is_allowed()
    );
    assert!(holds("StringEquals", "aws:username", "ann", user()).is_allowed());
    assert!(
        holds(
            "StringEquals",
            "aws:PrincipalArn",
            "x",
            Principal::Anonymous
        )
        .is_denied()
    );
    let session = Principal::arn("arn:aws:sts::123456789012:assumed-role/deploy/ci");
    assert!(matches!(
        holds("StringLike", "aws:PrincipalArn", "*", session),
        Decision::Undetermined { .. }
    ));
}
