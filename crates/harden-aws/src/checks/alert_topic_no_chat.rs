use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::remediations::slack_channel;
use crate::resources::Subscription;
use crate::views::{AlertTopic, takes};

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
    let chat = subscriptions
        .iter()
        .find_map(|s| Some((s, chat_delivery(s)?)));
    let expected = "a confirmed subscription that can deliver to a chat";
    let source = "sns:ListSubscriptionsByTopic";
    if let Some((subscription, delivery)) = chat {
        let evidence = Evidence::of("chat subscriptions", &subscription.endpoint, source);
        return Ok(Verdict::Pass(evidence.expected(expected).note(delivery)));
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
