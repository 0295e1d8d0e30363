use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict};

use crate::AwsPolicy;
use crate::remediations::slack_channel;
use crate::views::HttpSubscription;

pub(crate) static CHECK: Rule<HttpSubscription, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/sns-slack-direct-webhook",
        "Alert topics have no direct Slack webhook subscription",
        Severity::Medium,
    )
    .tags(&["guide:2"])
    .remediation(
        "Notify Slack with Amazon Q Developer in chat applications, or with a Lambda function.",
    )
    .page(include_str!("sns_slack_direct_webhook.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &HttpSubscription, _: &Judging<AwsPolicy>) -> Judgement {
    let HttpSubscription(subject) = subject;
    let subscription = subject.subscription.get()?;
    let evidence = Evidence::of(
        "Endpoint",
        &subscription.endpoint,
        "sns:ListSubscriptionsByTopic",
    )
    .expected("an endpoint that can confirm the subscription");
    if !subscription.is_slack_webhook() {
        return Ok(Verdict::Pass(evidence));
    }
    let evidence = evidence.note(
        "Slack does not visit the confirmation link and rejects the messages of SNS, so no alert \
         arrives",
    );
    let to = slack_channel(
        Remediation::new(
            "notify the channel with Amazon Q Developer in chat applications (formerly AWS \
             Chatbot), or subscribe a Lambda function that posts to the webhook; store the \
             webhook in Secrets Manager, because everybody who has it can write to the channel",
        ),
        &subject.topic_arn,
    );
    Ok(Verdict::Fail(
        evidence,
        to.step(Step::by_hand(
            "Wait until SNS deletes the pending subscription of the webhook, two days after it \
             was created. A pending subscription cannot be deleted earlier",
        )),
    ))
}
