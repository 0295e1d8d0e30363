use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict};

use crate::AwsPolicy;
use crate::remediations::slack_channel;
use crate::views::HttpSubscription;

pub(crate) static CHECK: Rule<HttpSubscription, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/sns-slack-direct-webhook",
        "No alert topic is subscribed straight to a Slack webhook",
        Severity::Medium,
    )
    .tags(&["guide:2"])
    .remediation("Reach Slack by Amazon Q Developer in chat applications, or by a Lambda function.")
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
    .expected("an endpoint that answers SNS");
    if !subscription.is_slack_webhook() {
        return Ok(Verdict::Pass(evidence));
    }
    let evidence = evidence.note(
        "Slack neither visits the link that confirms a subscription nor accepts what SNS sends: no \
         alert arrives by this way",
    );
    let to = slack_channel(
        Remediation::new(
            "reach the channel by Amazon Q Developer in chat applications (formerly AWS Chatbot), \
             or subscribe a Lambda function that posts to the webhook, and keep the webhook in \
             Secrets Manager: whoever has it can write to the channel",
        ),
        &subject.topic_arn,
    );
    Ok(Verdict::Fail(
        evidence,
        to.step(Step::by_hand(
            "Let the pending subscription of the webhook lapse: SNS deletes it two days after it \
             was made, and it can't be unsubscribed before",
        )),
    ))
}
