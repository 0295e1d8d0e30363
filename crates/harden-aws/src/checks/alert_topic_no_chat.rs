use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Unknown, Verdict,
};

use crate::AwsPolicy;
use crate::remediations::slack_channel;
use crate::resources::Subscription;
use crate::views::{AlertTopic, receives, takes};

pub(crate) static CHECK: Rule<AlertTopic, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alert-topic-no-chat",
        "Alert topics have a chat subscription",
        Severity::Low,
    )
    .tags(&["guide:2"])
    .remediation("Connect the topic to a channel with Amazon Q Developer in chat applications.")
    .page(include_str!("alert_topic_no_chat.md"))
    .since("0.1.0"),
    judge,
)
.off(|policy| {
    (!policy.alerts.chat).then_some("`chat` is not enabled in `[aws.alerts]` of the policy")
});

fn judge(topic: &AlertTopic, _: &Judging<AwsPolicy>) -> Judgement {
    let subscriptions = topic.subscriptions.get()?;
    let chats = subscriptions
        .iter()
        .filter_map(|s| Some((s, chat_delivery(s)?)));
    let (mut chat, mut unclear) = (None, None);
    for (subscription, delivery) in chats {
        match receives_any(topic, subscription) {
            Known::Yes(true) => {
                chat = Some((subscription, delivery));
                break;
            }
            Known::Yes(false) => {}
            Known::No(unknown) => unclear = Some(unknown),
        }
    }
    let expected = "a confirmed subscription that can deliver to a chat";
    let source = "sns:ListSubscriptionsByTopic";
    if let Some((subscription, delivery)) = chat {
        let evidence = Evidence::of("chat subscriptions", &subscription.endpoint, source);
        return Ok(Verdict::Pass(evidence.expected(expected).note(delivery)));
    }
    if let Some(unclear) = unclear {
        return Err(unclear.into());
    }
    let mut evidence = Evidence::of("chat subscriptions", "0 confirmed", source).expected(expected);
    if subscriptions.iter().any(Subscription::is_slack_webhook) {
        evidence = evidence.note("the subscription of a Slack webhook can never be confirmed");
    }
    let to = Remediation::new(
        "connect the topic to a channel with Amazon Q Developer in chat applications (formerly \
         AWS Chatbot)",
    );
    Ok(Verdict::Fail(evidence, slack_channel(to, &topic.arn)))
}

/// Whether a subscription receives the messages of at least one publisher of the topic.
fn receives_any(topic: &AlertTopic, subscription: &Subscription) -> Known<bool> {
    let by_publisher = topic.publishers.iter().map(|p| receives(subscription, p));
    let unfiltered = subscription
        .filter
        .as_ref()
        .and_then(|filter| match filter {
            None => Known::Yes(true),
            Some(_) if !topic.publishers.is_empty() => Known::Yes(false),
            Some(_) => Unknown::undetermined(
                "no publisher of the topic is known, so what a filter policy excludes is unknown",
            )
            .into(),
        });
    Known::any(by_publisher.chain([unfiltered]))
}

/// How a subscription delivers to a chat, if it can. Amazon Q Developer in chat applications is
/// recognized by the host of its endpoint.
fn chat_delivery(subscription: &Subscription) -> Option<&'static str> {
    if !takes(subscription) {
        return None;
    }
    let host = subscription.url_host().unwrap_or_default();
    match &*subscription.protocol {
        "https" if host.ends_with(".chatbot.amazonaws.com") => {
            Some("Amazon Q Developer in chat applications")
        }
        "https" => Some("what the HTTPS endpoint does with the message is not read"),
        "lambda" => Some("what the Lambda function does with the message is not read"),
        _ => None,
    }
}
