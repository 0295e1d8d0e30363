//! An estate whose roles, policies, providers and keys commands of the AWS CLI change.

use harden_core::{Arg, Part, Remediation, Step};
use serde_json::{Value, json};

use super::ACCOUNT;

/// Takes the commands of a remediation on an estate; what a person would fill in is plain.
pub(crate) fn take(estate: &mut Value, remediation: &Remediation) {
    for step in &remediation.steps {
        command(estate, step);
    }
}

fn text(arg: &Arg) -> String {
    let part = |part: Part<'_>| match part {
        Part::Text(text) => text.to_owned(),
        Part::Input(input) => match &*input.name {
            "TASK_ROLE" => "saaspe-task".to_owned(),
            "EXECUTION_ROLE" => "saaspe-execution".to_owned(),
            "SERVICE" => "saaspe-production-service".to_owned(),
            "FAMILY" => "saaspe-backend".to_owned(),
            "GITHUB_REPOSITORY" => "acme/shop".to_owned(),
            "ENVIRONMENT" => "production".to_owned(),
            "CLUSTER" => "saaspe-production-cluster".to_owned(),
            "REGION" => "us-east-2".to_owned(),
            "REPOSITORY" => "saaspe-backend".to_owned(),
            other => panic!("nobody knows {other}"),
        },
    };
    arg.parts().map(part).collect()
}

fn command(estate: &mut Value, step: &Step) {
    let argv: Vec<String> = step.argv.iter().map(text).collect();
    if argv.is_empty() {
        return;
    }
    let option = |name: &str| -> String {
        let at = argv.iter().position(|a| a == name);
        let at = at.unwrap_or_else(|| panic!("{name} of {argv:?}"));
        argv[at + 1].clone()
    };
    let roles = estate.get_mut("aws/iam-role").and_then(Value::as_array_mut);
    let role = roles.and_then(|all| {
        let name = argv
            .iter()
            .position(|a| a == "--role-name")
            .map(|at| &argv[at + 1]);
        let of_name = |role: &&mut Value| {
            let arn = role["arn"].as_str().unwrap_or_default();
            arn.rsplit('/').next() == name.map(String::as_str)
        };
        all.iter_mut().find(of_name)
    });
    let held = |role: &mut Value, keep: &dyn Fn(&Value) -> bool| {
        role["policies"]
            .as_array_mut()
            .unwrap()
            .retain(|one| keep(one));
    };
    match &*argv[2] {
        "get-access-key-last-used" => {}
        "update-assume-role-policy" => role.unwrap()["trust"] = json!(option("--policy-document")),
        "put-role-policy" => {
            let (role, name) = (role.unwrap(), option("--policy-name"));
            held(role, &|one| {
                one["name"] != *name || one.get("managed").is_some()
            });
            let new = json!({"name": name, "document": option("--policy-document")});
            role["policies"].as_array_mut().unwrap().push(new);
        }
        "delete-role-policy" => {
            let name = option("--policy-name");
            held(role.unwrap(), &|one| {
                one["name"] != *name || one.get("managed").is_some()
            });
        }
        "detach-role-policy" => {
            let arn = option("--policy-arn");
            held(role.unwrap(), &|one| one["managed"]["arn"] != *arn);
        }
        "create-policy-version" | "delete-policy-version" => {
            let arn = option("--policy-arn");
            let roles = estate["aws/iam-role"].as_array_mut().unwrap().iter_mut();
            let policies = roles
                .filter_map(|role| role["policies"].as_array_mut())
                .flatten();
            let policy = policies
                .into_iter()
                .find(|one| one["managed"]["arn"] == *arn)
                .unwrap();
            let spare = policy["managed"]["spare_versions"].as_array_mut().unwrap();
            if argv[2].starts_with("delete") {
                spare.retain(|one| *one != json!(option("--version-id")));
            } else {
                assert!(spare.len() < 4, "a policy has five versions at most");
                assert!(argv.contains(&"--set-as-default".to_owned()));
                spare.push(json!("v0"));
                policy["document"] = json!(option("--policy-document"));
            }
        }
        "create-role" => {
            let arn = format!("arn:aws:iam::{ACCOUNT}:role/{}", option("--role-name"));
            let new = json!({"arn": arn, "created_at": "2026-01-15T11:59:00Z", "policies": [],
                "privileged": false, "trusts_github": true, "boundary": null,
                "trust": option("--assume-role-policy-document")});
            estate["aws/iam-role"].as_array_mut().unwrap().push(new);
        }
        "create-open-id-connect-provider" => {
            let issuer = option("--url").replace("https://", "");
            let arn = format!("arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}");
            let new = json!({"arn": arn, "audiences": [option("--client-id-list")]});
            estate["aws/oidc-provider"]
                .as_array_mut()
                .unwrap()
                .push(new);
        }
        "add-client-id-to-open-id-connect-provider" => {
            let arn = option("--open-id-connect-provider-arn");
            let all = estate["aws/oidc-provider"].as_array_mut().unwrap();
            let provider = all.iter_mut().find(|one| one["arn"] == *arn).unwrap();
            let audiences = provider["audiences"].as_array_mut().unwrap();
            audiences.push(json!(option("--client-id")));
        }
        "update-access-key" => {
            let all = estate["aws/iam-user-keys"]
                .as_array_mut()
                .unwrap()
                .iter_mut();
            let mut keys = all.flat_map(|user| user["keys"].as_array_mut().unwrap());
            let key = keys
                .find(|key| key["id"] == *option("--access-key-id"))
                .unwrap();
            key["status"] = json!(option("--status"));
        }
        other => panic!("{other} is not known here"),
    }
    // the last access of a role is reported for the services in its policies
    let named = estate
        .get("aws/iam-role")
        .map(Value::to_string)
        .unwrap_or_default();
    if let Some(uses) = estate
        .get_mut("aws/iam-role-use")
        .and_then(Value::as_array_mut)
    {
        for one in uses.iter_mut() {
            if let Some(services) = one["services"].as_array_mut() {
                services.retain(|one| {
                    named.contains(&format!("{}:", one["service"].as_str().unwrap()))
                });
            }
        }
    }
}
