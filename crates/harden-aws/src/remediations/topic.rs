//! Creates topics, subscribes recipients, and allows publishers in the access policy.

use harden_core::{Arg, Known, Remediation, Step, hcl_string};
use harden_iam::{Policy, Statement};

use super::key::allow_use_of_key;
use super::publishers::{free_sid, services};
use crate::arn::Arn;
use crate::remediations::cli::aws;
use crate::views::{ChainLink, Publisher, PublishingService, Topic, broken_links};

const SET: &[&str] = &["sns:SetTopicAttributes"];
const POLICY_LINK: &str =
    "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html";
const BUDGETS_LINK: &str =
    "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html";
const ANOMALIES_LINK: &str =
    "https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html";

/// Creates a topic. The call changes nothing where the topic exists.
pub(crate) fn create_topic(name: impl Into<Arg>, region: &str) -> Step {
    aws("sns", "create-topic")
        .opt("--name", name)
        .region(region)
        .step("Create the topic", &["sns:CreateTopic"])
}

/// Subscribes an email address, or an input for one.
pub(crate) fn subscribe(topic_arn: impl Into<Arg>, region: &str, address: Option<&str>) -> Step {
    let endpoint = address.map_or_else(
        || Arg::input("EMAIL", "the email address of the recipient"),
        Arg::from,
    );
    aws("sns", "subscribe")
        .opt("--topic-arn", topic_arn)
        .opt("--protocol", "email")
        .opt("--notification-endpoint", endpoint)
        .region(region)
        .step(
            "Subscribe; the recipient must open the link in the confirmation email within two days",
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
            "Replace the access policy by this one, which contains all other statements of it",
            SET,
        )
}

/// The Terraform resource of a topic's access policy.
pub(crate) fn policy_terraform(topic_arn: &str, policy: &Policy) -> String {
    format!(
        "resource \"aws_sns_topic_policy\" \"alerts\" {{\n  arn    = {}\n  policy = {}\n}}\n",
        hcl_string(topic_arn),
        hcl_string(&policy.to_string()),
    )
}

/// The access policy with one more statement for each service and account of the publishers.
fn allowing(policy: &Policy, topic: &Topic, publishers: &[&Publisher]) -> Policy {
    let arn = Arn::parse(&topic.arn);
    services(publishers)
        .into_iter()
        .fold(policy.clone(), |policy, (service, account)| {
            let sid = free_sid(&policy, service, &account);
            let caller = service.principal();
            let statement = Statement::allow_service(sid, caller, ["sns:Publish"], &*topic.arn)
                .from_account(&account);
            let statement = match (service, arn) {
                (PublishingService::Budgets | PublishingService::CostAnomalies, Some(arn)) => {
                    statement.from_source(&service.sources(&arn, &account))
                }
                _ => statement,
            };
            policy.with_statement(statement)
        })
}

/// Adds the steps that allow publishers to publish to a topic.
pub(crate) fn allow_publish(
    to: Remediation,
    topic: &Topic,
    publishers: &[&Publisher],
) -> Remediation {
    let Known::Yes(policy) = &topic.policy else {
        return to.withheld(
            "set-topic-attributes replaces the whole policy of the topic, and it could not be read",
        );
    };
    let fixed = allowing(policy, topic, publishers);
    let denied = publishers.iter().find_map(|publisher| {
        let request = publisher.request("sns:Publish", &topic.arn, &topic.arn);
        let decision = fixed.evaluate(&request);
        (!decision.is_allowed()).then_some(decision)
    });
    let to = to.link(policy_link(publishers));
    match denied {
        Some(harden_iam::Decision::ExplicitlyDenied { statement }) => to.withheld(format!(
            "{statement} of the access policy denies it, and an explicit Deny wins over every Allow: \
             exclude the service from that statement"
        )),
        Some(_) => to.withheld(
            "whether the changed policy allows it depends on a condition with an unknown value",
        ),
        None => to
            .step(set_policy(&topic.arn, &topic.place.region, &fixed))
            .terraform(policy_terraform(&topic.arn, &fixed)),
    }
}

/// The page of AWS about the access policy that publishers need.
fn policy_link(publishers: &[&Publisher]) -> &'static str {
    let has = |service| publishers.iter().any(|p| p.service == service);
    if has(PublishingService::CostAnomalies) {
        ANOMALIES_LINK
    } else if has(PublishingService::Budgets) {
        BUDGETS_LINK
    } else {
        POLICY_LINK
    }
}

/// The default policy of a new topic. It allows the principals and the alarms of the account.
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

/// Adds the steps that fix every broken link between publishers and a confirmed subscriber. `emails` are
/// the addresses that the policy lists.
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
            "Run the steps on the topic and its key with credentials of the account {}",
            topic.place.account
        )));
    }
    let broken = |link: ChainLink| {
        publishers
            .iter()
            .copied()
            .filter(|p| broken_links(topic, p).any(|b| b.link == link))
            .collect::<Vec<_>>()
    };
    if !broken(ChainLink::Topic).is_empty() {
        to = to.step(create_topic(&*topic.name, region));
        let foreign = |p: &Publisher| *p.account != *topic.place.account;
        if publishers
            .iter()
            .any(|p| p.service != PublishingService::Alarms || foreign(p))
        {
            let policy = allowing(&policy_of_a_new_topic(topic), topic, publishers);
            to = to
                .step(set_policy(&topic.arn, region, &policy))
                .link(policy_link(publishers));
        }
        return subscribe_recipients(to, topic, emails);
    }
    let denied = broken(ChainLink::Policy);
    if !denied.is_empty() {
        to = allow_publish(to, topic, &denied);
    }
    if !broken(ChainLink::Key).is_empty() {
        // a new key must allow all publishers of the topic, not only the judged ones
        let given = publishers.iter().copied();
        let all: Vec<&Publisher> = topic.one_per_account.iter().chain(given).collect();
        to = allow_use_of_key(to, topic, &all);
    }
    if !broken(ChainLink::Filter).is_empty() {
        to = remove_filters(to, topic);
    }
    if !broken(ChainLink::Subscriber).is_empty() {
        to = subscribe_recipients(to, topic, emails);
    }
    to
}

/// Adds the steps that remove the filter policies of the email subscriptions. Other recipients can rely
/// on their filter, so without an email subscription another recipient is subscribed.
fn remove_filters(to: Remediation, topic: &Topic) -> Remediation {
    let region = &topic.place.region;
    let link = "https://docs.aws.amazon.com/sns/latest/dg/message-filtering-policy-remove.html";
    let to = to.link(link);
    let all = topic.subscriptions.ok().into_iter().flatten();
    let filtered = all.filter(|s| s.confirmed && s.is_email() && s.filter != Known::Yes(None));
    let arns: Vec<&str> = filtered.filter_map(|s| s.arn.as_deref()).collect();
    if arns.is_empty() {
        return to.step(subscribe(&*topic.arn, region, None));
    }
    arns.into_iter().fold(to, |to, arn| {
        to.step(
            aws("sns", "set-subscription-attributes")
                .opt("--subscription-arn", arn)
                .opt("--attribute-name", "FilterPolicy")
                .opt("--attribute-value", "{}")
                .region(region)
                .step(
                    "Remove the filter policy of the subscription",
                    &["sns:SetSubscriptionAttributes"],
                ),
        )
    })
}

fn subscribe_recipients(to: Remediation, topic: &Topic, emails: &[String]) -> Remediation {
    let region = &topic.place.region;
    let to = to.link("https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html");
    // without addresses in the policy: the unconfirmed subscribers, otherwise an input
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
