//! Escalation paths in effective permissions.

use super::*;
use crate::document::Policy;
use crate::evaluate::Attached;

const CI: &str = "arn:aws:iam::392853978631:role/ci";
const TASK: &str = "arn:aws:iam::392853978631:role/task";

fn identity(statements: &str) -> Identity {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    Identity::new([Attached::new("inline", Policy::parse(&text).unwrap())])
}

fn allow(actions: &str, rest: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Action": [{actions}], "Resource": {rest}}}"#)
}

fn around(privileged: Option<bool>) -> AccountContext {
    AccountContext {
        arn: Some(CI.to_owned()),
        roles: Some(vec![Role {
            arn: TASK.to_owned(),
            privileged,
        }]),
        attached: vec!["arn:aws:iam::392853978631:policy/ci".to_owned()],
    }
}

/// The names of the paths found, those that depend in brackets.
fn names(identity: &Identity, around: &AccountContext) -> Vec<String> {
    let found = find_paths(identity, around);
    let name = |one: &Escalation| match one.is_certain() {
        true => one.path.actions.join("+"),
        false => format!("({})", one.path.actions.join("+")),
    };
    found.iter().map(name).collect()
}

const ECS: &str = r#""ecs:RegisterTaskDefinition", "ecs:UpdateService""#;

#[test]
fn the_catalogue_contains_all_sources() {
    let theirs = |path: &&EscalationPath| path.names.keys().any(|name| name != "harden");
    assert_eq!(known_paths().iter().filter(theirs).count(), 108);
    assert_eq!(known_paths().len(), 121);
    for path in known_paths() {
        assert_eq!(path.passes_role(), !path.passed_to.is_empty(), "{path:?}");
        assert_eq!(
            path.why.is_some(),
            path.names.contains_key("harden"),
            "{path:?}"
        );
    }
}

#[test]
fn every_path_is_found_if_its_actions_are_allowed() {
    for path in known_paths() {
        let actions: Vec<String> = path
            .actions
            .iter()
            .map(|one| format!("\"{one}\""))
            .collect();
        let identity = identity(&allow(&actions.join(","), r#""*""#));
        let found = find_paths(&identity, &AccountContext::default());
        // A shorter path may be reported in its place.
        let told = found.iter().any(|one| {
            one.is_certain()
                && one
                    .path
                    .actions
                    .iter()
                    .all(|action| path.actions.contains(action))
        });
        assert!(told, "{path:?}");
        // Without one of its actions it is gone.
        for gone in &path.actions {
            let rest: Vec<&String> = actions
                .iter()
                .filter(|one| **one != format!("\"{gone}\""))
                .collect();
            if rest.is_empty() {
                continue;
            }
            let rest: Vec<String> = rest.into_iter().cloned().collect();
            let identity = self::identity(&allow(&rest.join(","), r#""*""#));
            let found = find_paths(&identity, &AccountContext::default());
            assert!(
                found.iter().all(|one| one.path != path),
                "{path:?} without {gone}"
            );
        }
    }
}

#[test]
fn paths_outside_the_public_catalogues_are_found() {
    let identity = identity(&allow(&format!("{ECS}, \"iam:PassRole\""), r#""*""#));
    assert_eq!(
        names(&identity, &AccountContext::default()),
        ["ecs:RegisterTaskDefinition+ecs:UpdateService+iam:PassRole"]
    );
}

#[test]
fn passing_one_role_depends_on_its_permissions() {
    let policy = identity(&format!(
        "{}, {}",
        allow(ECS, r#""*""#),
        allow(r#""iam:PassRole""#, &format!("\"{TASK}\""))
    ));
    let path = "ecs:RegisterTaskDefinition+ecs:UpdateService+iam:PassRole";
    assert_eq!(names(&policy, &around(Some(true))), [path]);
    assert_eq!(names(&policy, &around(Some(false))), [""; 0]);
    assert_eq!(names(&policy, &around(None)), [format!("({path})")]);
    assert_eq!(
        names(&policy, &AccountContext::default()),
        [format!("({path})")]
    );
    let found = find_paths(&policy, &around(None));
    assert!(found[0].depends_on[0].contains(TASK), "{found:?}");
    let statements: Vec<usize> = found[0]
        .statements
        .iter()
        .map(|one| one.statement.index)
        .collect();
    assert_eq!(statements, [0, 1]);
}

#[test]
fn conditions_can_close_a_path() {
    let pass = |condition: &str| {
        identity(&format!(
            r#"{}, {{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": {condition}}}"#,
            allow(ECS, r#""*""#)
        ))
    };
    let none = AccountContext::default();
    let to =
        |service: &str| format!(r#"{{"StringEquals": {{"iam:PassedToService": "{service}"}}}}"#);
    assert_eq!(names(&pass(&to("ecs-tasks.amazonaws.com")), &none).len(), 1);
    assert_eq!(names(&pass(&to("lambda.amazonaws.com")), &none), [""; 0]);
    let tag = pass(r#"{"StringEquals": {"aws:ResourceTag/team": "web"}}"#);
    assert!(
        names(&tag, &none)[0].starts_with('('),
        "{:?}",
        names(&tag, &none)
    );
    // A key that the call never has gives nothing.
    let dead = format!(
        r#"{{"Effect": "Allow", "Action": [{ECS}], "Resource": "*", "Condition": {{"StringEquals": {{"ecs:cluster": "x"}}}}}}, {}"#,
        allow(r#""iam:PassRole""#, r#""*""#)
    );
    assert_eq!(names(&identity(&dead), &none), [""; 0]);
}

#[test]
fn denies_and_boundaries_close_a_path() {
    let open = allow(&format!("{ECS}, \"iam:PassRole\""), r#""*""#);
    let denied = format!(r#"{open}, {{"Effect": "Deny", "Action": "iam:*", "Resource": "*"}}"#);
    assert_eq!(
        names(&identity(&denied), &AccountContext::default()),
        [""; 0]
    );
    let mut bounded = identity(&open);
    bounded.boundary = Some(identity(&allow(r#""ecs:*""#, r#""*""#)).policies);
    assert_eq!(names(&bounded, &AccountContext::default()), [""; 0]);
    // That the other role's trust policy is not known lets nobody past the boundary or a condition.
    let mut bounded = identity(&allow(r#""*""#, r#""*""#));
    bounded.boundary = Some(identity(&allow(r#""ecr:*""#, r#""*""#)).policies);
    assert_eq!(names(&bounded, &AccountContext::default()), [""; 0]);
    let assume = allow(r#""sts:AssumeRole""#, r#""*""#);
    assert_eq!(
        names(&identity(&assume), &AccountContext::default()),
        ["sts:AssumeRole"]
    );
    let mfa = r#"{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "ci"}}}"#;
    let maybe = identity(&format!("{assume}, {mfa}"));
    assert_eq!(
        names(&maybe, &AccountContext::default()),
        ["(sts:AssumeRole)"]
    );
}

#[test]
fn a_role_can_change_its_own_policies() {
    let put =
        |resource: &str| identity(&allow(r#""iam:PutRolePolicy""#, &format!("\"{resource}\"")));
    let around = around(Some(false));
    assert_eq!(names(&put(CI), &around), ["iam:PutRolePolicy"]);
    assert_eq!(
        names(&put("arn:aws:iam::392853978631:role/*"), &around),
        ["iam:PutRolePolicy"]
    );
    assert_eq!(
        names(&put("arn:aws:iam::392853978631:role/app-*"), &around),
        ["(iam:PutRolePolicy)"]
    );
    let version = identity(&allow(
        r#""iam:CreatePolicyVersion""#,
        r#""arn:aws:iam::392853978631:policy/ci""#,
    ));
    assert_eq!(names(&version, &around), ["iam:CreatePolicyVersion"]);
}

#[test]
fn a_permission_for_one_region_suffices() {
    let functions = allow(
        r#""lambda:UpdateFunctionCode""#,
        r#""arn:aws:lambda:eu-west-3:392853978631:function:*""#,
    );
    assert_eq!(
        names(&identity(&functions), &AccountContext::default()),
        ["lambda:UpdateFunctionCode"]
    );
    let one = allow(
        r#""lambda:UpdateFunctionCode""#,
        r#""arn:aws:lambda:eu-west-3:392853978631:function:web""#,
    );
    assert_eq!(
        names(&identity(&one), &AccountContext::default()),
        ["(lambda:UpdateFunctionCode)"]
    );
}

#[test]
fn administrators_are_recognized() {
    let admin = |statements: &str| is_admin(&identity(statements), None);
    let all = allow(r#""*""#, r#""*""#);
    assert_eq!(admin(&all), Ok(true));
    assert_eq!(admin(&allow(r#""*:*""#, r#""*""#)), Ok(true));
    let but = |action: &str| {
        format!(r#"{{"Effect": "Allow", "NotAction": "{action}", "Resource": "*"}}"#)
    };
    assert_eq!(admin(&but("iam:*")), Ok(false));
    // What is left is everything in the account.
    assert_eq!(admin(&but("organizations:*")), Ok(true));
    assert_eq!(admin(&allow(r#""*""#, r#""arn:aws:s3:::*""#)), Ok(false));
    let denied = r#"{"Effect": "Deny", "Action": "iam:*", "Resource": "*"}"#;
    assert_eq!(admin(&format!("{all}, {denied}")), Ok(false));
    let when = |condition: &str| {
        format!(
            r#"{{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {{{condition}}}}}"#
        )
    };
    // Every call over HTTPS is such a one.
    let https = when(r#""Bool": {"aws:SecureTransport": "true"}"#);
    assert_eq!(admin(&https), Ok(true));
    // Everything in one region is everything, whichever region that is.
    for region in ["us-east-1", "us-east-2", "eu-*"] {
        let inside = when(&format!(
            r#""StringLike": {{"aws:RequestedRegion": "{region}"}}"#
        ));
        assert_eq!(admin(&inside), Ok(true), "{region}");
        let fence = format!(
            r#"{{"Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*",
                "Condition": {{"StringNotLike": {{"aws:RequestedRegion": "{region}"}}}}}}"#
        );
        assert_eq!(admin(&format!("{all}, {fence}")), Ok(true), "{region}");
        let regional = allow(r#""*""#, &format!(r#""arn:aws:*:{region}:*:*""#));
        assert_eq!(admin(&regional), Ok(true), "{region}");
    }
    let own = when(r#""StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}"#);
    assert_eq!(admin(&own), Ok(true));
    let past = when(r#""DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:00Z"}"#);
    assert_eq!(admin(&past), Ok(true));
    let expired = when(r#""DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}"#);
    assert_eq!(admin(&expired), Ok(false));
    let later = when(r#""DateLessThan": {"aws:CurrentTime": "2099-01-01T00:00:00Z"}"#);
    assert_eq!(admin(&later).unwrap_err().key, "aws:CurrentTime");
    let tagged = when(r#""StringEquals": {"aws:PrincipalTag/team": "ops"}"#);
    assert_eq!(admin(&tagged).unwrap_err().key, "aws:PrincipalTag/team");
    let via = r#""ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}"#;
    assert_eq!(admin(&when(via)).unwrap_err().key, "aws:CalledVia");
}

#[test]
fn claims_of_the_session_stay_unknown() {
    let put = |condition: &str| {
        identity(&format!(
            r#"{{"Effect": "Allow", "Action": "iam:PutRolePolicy", "Resource": "*", "Condition": {{{condition}}}}}"#
        ))
    };
    for condition in [
        // CloudFormation calls with the caller's own credentials.
        r#""ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}"#,
        r#""Bool": {"aws:ViaAWSService": "true"}"#,
        // What the token said goes with the session.
        r#""StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}"#,
    ] {
        assert_eq!(
            names(&put(condition), &AccountContext::default()),
            ["(iam:PutRolePolicy)"],
            "{condition}"
        );
    }
}

#[test]
fn roles_of_other_accounts_stay_unknown() {
    let around = around(Some(false));
    for (resource, found) in [
        ("arn:aws:iam::999999999999:role/Administrator", true),
        ("arn:aws:iam::*:role/cdk-*", true),
        ("arn:aws:iam::392853978631:role/nobody", false),
    ] {
        let assume = identity(&allow(r#""sts:AssumeRole""#, &format!("\"{resource}\"")));
        let expected: &[&str] = if found { &["(sts:AssumeRole)"] } else { &[] };
        assert_eq!(names(&assume, &around), expected, "{resource}");
    }
    let pass = identity(&format!(
        "{}, {}",
        allow(ECS, r#""*""#),
        allow(
            r#""iam:PassRole""#,
            r#""arn:aws:iam::999999999999:role/app""#
        )
    ));
    assert_eq!(names(&pass, &around), [""; 0]);
}

#[test]
fn creating_a_role_is_a_path_on_a_common_name() {
    let roles = r#""arn:aws:iam::392853978631:role/app-*""#;
    let both = allow(r#""iam:CreateRole", "iam:AttachRolePolicy""#, roles);
    assert_eq!(
        names(&identity(&both), &AccountContext::default()),
        [
            "iam:AttachRolePolicy+iam:CreateRole",
            "(iam:AttachRolePolicy)"
        ]
    );
    // On different roles, or only through a service, there is no path; with a boundary it depends on it.
    let apart = format!(
        "{}, {}",
        allow(r#""iam:CreateRole""#, roles),
        allow(
            r#""iam:AttachRolePolicy""#,
            r#""arn:aws:iam::392853978631:role/cdk-*""#
        )
    );
    let only = ["(iam:AttachRolePolicy)"];
    assert_eq!(names(&identity(&apart), &AccountContext::default()), only);
    let under = |condition: &str| {
        let create = format!(
            r#"{{"Effect": "Allow", "Action": "iam:CreateRole", "Resource": {roles}, "Condition": {condition}}}"#
        );
        identity(&format!(
            "{create}, {}",
            allow(r#""iam:AttachRolePolicy""#, roles)
        ))
    };
    let called =
        under(r#"{"ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}}"#);
    assert_eq!(names(&called, &AccountContext::default()), only);
    let bounded = under(
        r#"{"ArnEquals": {"iam:PermissionsBoundary": "arn:aws:iam::392853978631:policy/b"}}"#,
    );
    let found = find_paths(&bounded, &AccountContext::default());
    assert!(found.iter().all(|one| !one.is_certain()), "{found:?}");
}

#[test]
fn limited_actions_need_a_common_resource() {
    let statements = |made: &str, called: &str| {
        let function = |name: &str| format!(r#""arn:aws:lambda:*:392853978631:function:{name}""#);
        let all = [
            allow(r#""iam:PassRole""#, r#""*""#),
            allow(r#""lambda:CreateFunction""#, &function(made)),
            allow(r#""lambda:InvokeFunction""#, &function(called)),
        ];
        identity(&all.join(","))
    };
    let path = "iam:PassRole+lambda:CreateFunction+lambda:InvokeFunction";
    let found = |made: &str, called: &str| {
        let found = names(&statements(made, called), &around(Some(true)));
        found.contains(&path.to_owned())
    };
    assert!(found("app-*", "app-*"));
    assert!(found("app-*", "*-api"), "app-api is both");
    assert!(found("app-api", "app-*"));
    assert!(!found("app-*", "other-*"));
    // the names of NotResource are not known
    let text = statements("app-*", "other-*").policies[0]
        .policy
        .to_string();
    let text = text.replace(
        r#""Resource":"arn:aws:lambda:*:392853978631:function:other-*""#,
        r#""NotResource":"arn:aws:lambda:*:392853978631:function:other-*""#,
    );
    assert!(text.contains("NotResource"), "{text}");
    let without = Identity::new([Attached::new("inline", Policy::parse(&text).unwrap())]);
    let found = names(&without, &around(Some(true)));
    assert!(found.contains(&path.to_owned()), "{found:?}");
}

#[test]
fn what_the_caller_chooses_does_not_hide_a_path() {
    let version = |condition: &str| {
        let text = format!(
            r#"{{"Effect": "Allow", "Action": "iam:CreatePolicyVersion", "Resource": "*", "Condition": {{{condition}}}}}"#
        );
        names(&identity(&text), &AccountContext::default())
    };
    for condition in [
        r#""DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}"#,
        r#""StringEquals": {"aws:RequestedRegion": "us-east-1"}"#,
        r#""StringLike": {"aws:UserAgent": "ci/*"}"#,
        r#""StringEquals": {"aws:ResourceAccount": "111122223333"}"#,
        r#""StringEquals": {"aws:PrincipalType": "AssumedRole"}"#,
        r#""Bool": {"aws:SecureTransport": "true"}"#,
    ] {
        assert_eq!(
            version(condition),
            ["iam:CreatePolicyVersion"],
            "{condition}"
        );
    }
    for condition in [
        // IAM is called in us-east-1.
        r#""StringEquals": {"aws:RequestedRegion": "us-east-2"}"#,
        r#""DateLessThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}"#,
    ] {
        assert_eq!(version(condition), [""; 0], "{condition}");
    }
    let attach = identity(
        r#"{"Effect": "Allow", "Action": "iam:AttachRolePolicy", "Resource": "*",
            "Condition": {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/*"}}}"#,
    );
    assert_eq!(
        names(&attach, &AccountContext::default()),
        ["iam:AttachRolePolicy"]
    );
}

#[test]
fn other_conditions_are_reported_as_such() {
    let of = |condition: &str| {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "iam:CreatePolicyVersion", "Resource": "*", "Condition": {{{condition}}}}}}}"#
        );
        let findings = findings(&Policy::parse(&text).unwrap());
        findings.iter().map(|one| one.rule.id()).collect::<Vec<_>>()
    };
    let address = r#""IpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#;
    assert_eq!(of(address), ["escalation-conditional"]);
    let tag = r#""StringEquals": {"aws:ResourceTag/team": "ci"}"#;
    assert_eq!(of(tag), [""; 0], "some policies");
}

#[test]
fn a_document_alone_runs_no_command() {
    let of = |action: &str, resource: &str| {
        let text = allow(&format!("\"{action}\""), resource);
        names(&identity(&text), &AccountContext::default())
    };
    let document = r#""arn:aws:ssm:*:*:document/*""#;
    for action in ["ssm:StartSession", "ssm:SendCommand"] {
        assert_eq!(of(action, document), [""; 0], "{action}");
        assert_eq!(of(action, r#""*""#), [action]);
    }
    let instances = r#"["arn:aws:ssm:*:*:document/*", "arn:aws:ec2:*:*:instance/*"]"#;
    assert_eq!(of("ssm:SendCommand", instances), ["ssm:SendCommand"]);
    let one =
        r#"["arn:aws:ssm:*:*:document/*", "arn:aws:ec2:us-east-2:392853978631:instance/i-1"]"#;
    assert_eq!(of("ssm:SendCommand", one), ["(ssm:SendCommand)"]);
}

#[test]
fn policies_of_aws_cannot_be_changed() {
    let aws = allow(
        r#""iam:CreatePolicyVersion""#,
        r#""arn:aws:iam::aws:policy/x""#,
    );
    assert_eq!(names(&identity(&aws), &around(None)), [""; 0]);
}

#[test]
fn an_administrator_has_no_findings_about_paths() {
    let policy = |statement: &str| {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#);
        findings(&Policy::parse(&text).unwrap()).len()
    };
    assert_eq!(policy(&allow(r#""*""#, r#""*""#)), 0);
    assert!(policy(&allow(r#""iam:*""#, r#""*""#)) > 1);
}
