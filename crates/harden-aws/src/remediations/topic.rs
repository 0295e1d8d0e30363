//! Topics: created, subscribed to, and with a policy that admits who publishes.

use harden_core::{Arg, Known, Remediation, Step, hcl_string};
use harden_iam::{Policy, Statement};

use super::key::admit_to_key;
use super::publishers::{free_sid, services};
use crate::arn::Arn;
use crate::remediations::cli::aws;
use crate::views::{Link, Publisher, Service, Topic, chain_links};

const SET: &[&str] = &["sns:SetTopicAttributes"];
const POLICY_LINK: &str =
    "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html";
const BUDGETS_LINK: &str =
    "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html";

/// Creates a topic; creating one that exists changes nothing.
pub(crate) fn create_topic(name: impl Into<Arg>, region: &str) -> Step {
    aws("sns", "create-topic")
        .opt("--name", name)
        .region(region)
        .step("Create the topic", &["sns:CreateTopic"])
}

/// Subscribes an address, or one that only a person knows.
pub(crate) fn subscribe(topic_arn: impl Into<Arg>, region: &str, address: Option<&str>) -> Step {
    let endpoint = address.map_or_else(
        || Arg::input("EMAIL", "the address that is to be told"),
        Arg::from,
    );
    aws("sns", "subscribe")
        .opt("--topic-arn", topic_arn)
        .opt("--protocol", "email")
        .opt("--notification-endpoint", endpoint)
        .region(region)
        .step(
            "Subscribe; the recipient must open the link in the mail that comes, within two days",
            &["sns:Subscribe"],
        )
}

/// Replaces a topic's access policy.
pub(crate) fn set_policy(topic_arn: &str, region: &str, policy: &Policy) -> Step {
    aws("sns", "set-topic-attributes")
        .opt("--topic-arn", topic_arn)
        .opt("--attribute-name", "Policy")
        .opt("--attribute-value", policy.to_string())
        .region(region)
        .step(
            "Replace the topic's access policy by this one, which carries every other statement of it",
            SET,
        )
}

/// A topic's access policy as Terraform.
pub(crate) fn policy_terraform(topic_arn: &str, policy: &Policy) -> String {
    format!(
        "resource \"aws_sns_topic_policy\" \"alerts\" {{\n  arn    = {}\n  policy = {}\n}}\n",
        hcl_string(topic_arn),
        hcl_string(&policy.to_string()),
    )
}

/// A topic's policy with a statement more for each service that publishers belong to.
fn admitting(policy: &Policy, topic: &Topic, publishers: &[&Publisher]) -> Policy {
    let arn = Arn::parse(&topic.arn);
    services(publishers)
        .into_iter()
        .fold(policy.clone(), |policy, (service, account)| {
            let sid = free_sid(&policy, service, &account);
            let caller = service.principal();
            let statement = Statement::allow_service(sid, caller, ["sns:Publish"], &*topic.arn)
                .from_account(&account);
            let statement = match (service, arn) {
                (Service::Budgets, Some(arn)) => {
                    statement.from_source(&service.sources(&arn, &account))
                }
                _ => statement,
            };
            policy.with_statement(statement)
        })
}

/// Adds what lets publishers publish to a topic: its policy with one statement more.
pub(crate) fn admit(to: Remediation, topic: &Topic, publishers: &[&Publisher]) -> Remediation {
    let Known::Yes(policy) = &topic.policy else {
        return to.withheld(
            "set-topic-attributes replaces the whole policy of the topic, and it could not be read",
        );
    };
    let mended = admitting(policy, topic, publishers);
    let denied = publishers.iter().find_map(|publisher| {
        let request = publisher.request("sns:Publish", &topic.arn, &topic.arn);
        let decision = mended.evaluate(&request);
        (!decision.is_allowed()).then_some(decision)
    });
    let link = if publishers.iter().any(|p| p.service == Service::Budgets) {
        BUDGETS_LINK
    } else {
        POLICY_LINK
    };
    let to = to.link(link);
    match denied {
        Some(harden_iam::Decision::ExplicitlyDenied { statement }) => to.withheld(format!(
            "{statement} of the topic's policy denies it, which no further statement can outweigh: \
             except the service from that statement"
        )),
        Some(_) => to.withheld(
            "whether the topic's policy would then admit it depends on a condition that can't be \
             told from here",
        ),
        None => to
            .step(set_policy(&topic.arn, &topic.place.region, &mended))
            .terraform(policy_terraform(&topic.arn, &mended)),
    }
}

/// The policy that SNS gives a new topic, with the account's own principals and alarms admitted.
fn policy_of_a_new_topic(topic: &Topic) -> Policy {
    let everybody = harden_iam::PrincipalSet::aws("*");
    let actions = [
        "SNS:GetTopicAttributes",
        "SNS:SetTopicAttributes",
        "SNS:AddPermission",
        "SNS:RemovePermission",
        "SNS:DeleteTopic",
        "SNS:Subscribe",
        "SNS:ListSubscriptionsByTopic",
        "SNS:Publish",
    ];
    let statement = Statement::new(harden_iam::Effect::Allow, everybody, actions, &*topic.arn)
        .with_sid("__default_statement_ID")
        .with_condition("StringEquals", "AWS:SourceOwner", [&*topic.place.account]);
    Policy::new().with_statement(statement)
}

/// Adds what mends every link that is certainly broken between publishers and somebody who is
/// told. `emails` are the addresses that the policy lists.
pub(crate) fn repair(
    mut to: Remediation,
    topic: &Topic,
    publishers: &[&Publisher],
    emails: &[String],
) -> Remediation {
    let region = &topic.place.region;
    if publishers
        .iter()
        .any(|p| *p.account != *topic.place.account)
    {
        to = to.step(Step::by_hand(format!(
            "Take the steps on the topic and its key with credentials of the account {}",
            topic.place.account
        )));
    }
    let broken = |link: Link| {
        publishers
            .iter()
            .copied()
            .filter(|p| chain_links(topic, p).any(|b| b.link == link))
            .collect::<Vec<_>>()
    };
    if !broken(Link::Topic).is_empty() {
        to = to.step(create_topic(&*topic.name, region));
        let foreign = |p: &Publisher| *p.account != *topic.place.account;
        if publishers
            .iter()
            .any(|p| p.service == Service::Budgets || foreign(p))
        {
            let policy = admitting(&policy_of_a_new_topic(topic), topic, publishers);
            to = to
                .step(set_policy(&topic.arn, region, &policy))
                .link(BUDGETS_LINK);
        }
        return people(to, topic, emails);
    }
    let denied = broken(Link::Policy);
    if !denied.is_empty() {
        to = admit(to, topic, &denied);
    }
    if !broken(Link::Key).is_empty() {
        // a key that takes the place of another must do for all that notify the topic
        let given = publishers.iter().copied();
        let all: Vec<&Publisher> = topic.of_each.iter().chain(given).collect();
        to = admit_to_key(to, topic, &all);
    }
    if !broken(Link::Subscriber).is_empty() {
        to = people(to, topic, emails);
    }
    to
}

fn people(to: Remediation, topic: &Topic, emails: &[String]) -> Remediation {
    let region = &topic.place.region;
    let to = to.link("https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html");
    // where the policy lists none: those who did not confirm, else whom a person names
    let pending = topic.subscriptions.ok().into_iter().flatten();
    let pending = pending.filter(|s| s.protocol == "email" && !s.confirmed);
    let pending: Vec<&String> = pending.map(|s| &s.endpoint).collect();
    let addresses = if emails.is_empty() {
        pending
    } else {
        emails.iter().collect()
    };
    if addresses.is_empty() {
        return to.step(subscribe(&*topic.arn, region, None));
    }
    addresses.into_iter().fold(to, |to, email| {
        to.step(subscribe(&*topic.arn, region, Some(email)))
    })
}
