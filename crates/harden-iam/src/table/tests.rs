use super::*;

#[test]
fn the_table_has_its_size() {
    let table = &*TABLE;
    let bytes = table.blocks.len()
        + table.services.capacity() * size_of::<Entry>()
        + table.keys.bytes()
        + table.key_types.capacity() * size_of::<KeyType>()
        + table.dependents.bytes();
    assert!(bytes < 700_000, "{bytes}");
    assert_eq!(services().count(), 457);
    let actions: usize = services()
        .map(|prefix| service(prefix).unwrap().actions().count())
        .sum();
    assert_eq!(actions, 22_321);
}

#[test]
fn the_facts_for_the_guides_policy_are_correct() {
    let ecs = service("ECS").unwrap();
    assert_eq!(ecs.prefix(), "ecs");
    let update = ecs.action("updateservice").unwrap();
    assert_eq!(update.full_name(), "ecs:UpdateService");
    assert!(update.takes_key("ecs:cluster") && update.takes_key("aws:ResourceTag/team"));
    let arns: Vec<String> = update.resources().into_iter().map(|one| one.arn).collect();
    assert_eq!(
        arns,
        ["arn:${Partition}:ecs:${Region}:${Account}:service/${ClusterName}/${ServiceName}"]
    );
    let register = ecs.action("RegisterTaskDefinition").unwrap();
    assert!(!register.takes_key("ecs:cluster") && register.takes_key("ecs:privileged"));
    assert!(register.takes_resources());
    let describe = ecs.action("DescribeTaskDefinition").unwrap();
    assert!(!describe.takes_resources() && !describe.takes_key("ecs:cluster"));
    assert_eq!(describe.level(), AccessLevel::Read);
    assert_eq!(
        ecs.key_type("ecs:cluster"),
        Some(KeyType::Arn { many: false })
    );
    let run = ecs.action("RunTask").unwrap();
    assert!(run.dependents().any(|one| one == "iam:PassRole"));
    let ecr = service("ecr").unwrap();
    assert!(
        !ecr.action("GetAuthorizationToken")
            .unwrap()
            .takes_resources()
    );
    assert!(ecr.action("GetAuthorizationTokens").is_none());
    assert!(service("no-such").is_none());
    assert!(service("s3").unwrap().supports_resource_control_policies());
}

#[test]
fn every_service_and_action_is_found() {
    for prefix in services() {
        let service = service(prefix).unwrap();
        for action in service.actions() {
            let found = service.action(&action.name().to_uppercase());
            assert_eq!(found.map(|one| one.full_name()), Some(action.full_name()));
            for resource in action.resources() {
                assert!(
                    resource.arn.starts_with("arn:") || resource.arn.starts_with('*'),
                    "{resource:?}"
                );
            }
            assert!(
                action.keys().all(|key| key.contains(':')),
                "{}",
                action.full_name()
            );
        }
    }
}

#[test]
fn facts_from_other_pages_are_present() {
    assert_eq!(known::global_key("AWS:sourceip"), Some(KeyType::Ip));
    assert!(known::global_key("aws:PrincipalTag/team").is_some());
    assert!(known::global_key("aws:RequestTag/team").is_none());
    assert!(known::is_token_key(
        "token.actions.githubusercontent.com:sub"
    ));
    assert!(known::is_token_key(
        "token.actions.githubusercontent.com/acme:aud"
    ));
    assert!(!known::is_token_key("s3:sub"));
    assert!(known::global_keys().all(|key| key.contains(':')));
    assert!(known::global_key("lambda:sourcefunctionarn").is_some());
    assert!(known::is_retired("IoTEvents") && !known::is_retired("iot"));
    assert!(known::is_unlisted("payments:get") && !known::is_unlisted("payments:put"));
}
