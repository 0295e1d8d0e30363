use harden_core::{
    Arg, Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict,
};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::remediations::subscribe;
use crate::resources::Subscription;
use crate::views::TopicSubscription;

pub(crate) static CHECK: Rule<TopicSubscription, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/sns-subscription-pending",
        "Subscriptions of alert topics are confirmed",
        Severity::Medium,
    )
    .tags(&["guide:2"])
    .remediation(
        "Let the recipient confirm the subscription. Subscribe again if the message is lost.",
    )
    .page(include_str!("sns_subscription_pending.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &TopicSubscription, _: &Judging<AwsPolicy>) -> Judgement {
    let subscription = subject.subscription.get()?;
    let state = if subscription.confirmed {
        "confirmed"
    } else {
        "PendingConfirmation"
    };
    let evidence = Evidence::of("SubscriptionArn", state, "sns:ListSubscriptionsByTopic")
        .expected("confirmed");
    if subscription.confirmed {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(subject, subscription)))
}

fn remediation(subject: &TopicSubscription, subscription: &Subscription) -> Remediation {
    let (arn, region) = (&*subject.topic_arn, &*subject.place.region);
    let link = "https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html";
    if subscription.is_slack_webhook() {
        return Remediation::new(
            "a Slack webhook can never be confirmed: aws/sns-slack-direct-webhook describes the \
             alternatives; SNS deletes the pending subscription after two days",
        )
        .step(Step::by_hand(
            "Wait until SNS deletes the subscription, and do not subscribe the webhook again",
        ))
        .link(link);
    }
    if subscription.is_email() {
        let again = if subscription.protocol == "email" {
            subscribe(arn, region, Some(&subscription.endpoint))
        } else {
            resubscribe(subscription, arn, region, &*subscription.endpoint)
        };
        return Remediation::new(
            "let the recipient open the link in the confirmation email; if it is lost, subscribe \
             again to send a new one",
        )
        .step(again)
        .link("https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html");
    }
    let endpoint = if subscription.endpoint.starts_with("arn:") {
        Arg::from(&*subscription.endpoint)
    } else {
        Arg::input("ENDPOINT", "the full endpoint, which is not recorded")
    };
    Remediation::new(
        "let the endpoint confirm the subscription with the token in the message from SNS; \
         subscribe again to send a new message",
    )
    .step(resubscribe(subscription, arn, region, endpoint))
    .step(
        aws("sns", "confirm-subscription")
            .opt("--topic-arn", arn)
            .opt(
                "--token",
                Arg::input("TOKEN", "the token in the message from SNS to the endpoint"),
            )
            .region(region)
            .step(
                "Confirm with the token if the endpoint does not do so automatically",
                &["sns:ConfirmSubscription"],
            ),
    )
    .link(link)
}

fn resubscribe(
    subscription: &Subscription,
    topic_arn: &str,
    region: &str,
    endpoint: impl Into<Arg>,
) -> Step {
    aws("sns", "subscribe")
        .opt("--topic-arn", topic_arn)
        .opt("--protocol", &*subscription.protocol)
        .opt("--notification-endpoint", endpoint)
        .region(region)
        .step("Subscribe again", &["sns:Subscribe"])
}
