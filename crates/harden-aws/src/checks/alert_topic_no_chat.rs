use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::remediations::slack_channel;
use crate::resources::Subscription;
use crate::views::{AlertTopic, takes};

pub(crate) static CHECK: Rule<AlertTopic, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alert-topic-no-chat",
        "Alert topics reach a chat",
        Severity::Low,
    )
    .tags(&["guide:2"])
    .remediation("Connect the topic to a channel by Amazon Q Developer in chat applications.")
    .page(include_str!("alert_topic_no_chat.md"))
    .since("0.1.0"),
    judge,
)
.off(|policy| {
    (!policy.alerts.chat).then_some("the policy asks for no chat: aws.alerts.chat is false")
});

fn judge(topic: &AlertTopic, _: &Judging<AwsPolicy>) -> Judgement {
    let subscriptions = topic.subscriptions.get()?;
    let chat = subscriptions.iter().find_map(|s| Some((s, chat(s)?)));
    let wanted = "a confirmed subscription that can reach a chat";
    let source = "sns:ListSubscriptionsByTopic";
    if let Some((subscription, what)) = chat {
        let evidence = Evidence::of("subscriptions", &subscription.endpoint, source);
        return Ok(Verdict::Pass(evidence.expected(wanted).note(what)));
    }
    let mut evidence = Evidence::of("subscriptions", "none to a chat", source).expected(wanted);
    if subscriptions.iter().any(Subscription::is_slack_webhook) {
        evidence = evidence.note("a Slack webhook is subscribed, which can never confirm");
    }
    let to = Remediation::new(
        "connect the topic to a channel by Amazon Q Developer in chat applications (formerly AWS \
         Chatbot)",
    );
    Ok(Verdict::Fail(evidence, slack_channel(to, &topic.arn)))
}

/// What kind of way to a chat a subscription is, if it is one.
fn chat(subscription: &Subscription) -> Option<&'static str> {
    if !takes(subscription) {
        return None;
    }
    let host = subscription.host.as_deref().unwrap_or_default();
    match &*subscription.protocol {
        "https" if host.ends_with(".chatbot.amazonaws.com") => {
            Some("Amazon Q Developer in chat applications")
        }
        "https" => Some("where the endpoint passes it on to was not looked into"),
        "lambda" => Some("where the function passes it on to was not looked into"),
        _ => None,
    }
}
