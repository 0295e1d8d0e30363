use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Unknown, Verdict,
    hcl_string,
};

use crate::AwsPolicy;
use crate::remediations::subscribe;
use crate::resources::Subscription;
use crate::views::{AlertTopic, receives};

pub(crate) static CHECK: Rule<AlertTopic, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alert-topic-no-email",
        "Alert topics have confirmed email subscriptions",
        Severity::High,
    )
    .tags(&["guide:2"])
    .remediation("Subscribe the addresses that must be notified, and let each recipient confirm.")
    .page(include_str!("alert_topic_no_email.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "sns:ListSubscriptionsByTopic";

fn judge(topic: &AlertTopic, j: &Judging<AwsPolicy>) -> Judgement {
    let emails = topic.subscriptions.get()?.iter().filter(|s| s.is_email());
    let emails: Vec<&Subscription> = emails.collect();
    let least = j.policy.alerts.min_emails as usize;
    let has = |address: &str, confirmed: bool| {
        let same = |s: &&&Subscription| s.endpoint.trim().eq_ignore_ascii_case(address.trim());
        emails.iter().filter(same).any(|s| s.confirmed == confirmed)
    };
    let listed = &j.policy.alerts.emails;
    let unconfirmed = listed.iter().filter(|address| !has(address, true));
    let (pending, absent): (Vec<&String>, Vec<&String>) =
        unconfirmed.partition(|address| has(address, false));
    let received = received(topic, &emails);
    let (confirmed, possible) = (received.certain, received.possible);
    let mut evidence = Evidence::of("confirmed email subscriptions", confirmed, SOURCE)
        .expected(format!("at least {least}"));
    if !listed.is_empty() {
        evidence = evidence
            .and(
                "addresses in the policy",
                describe(listed, &pending, &absent),
                SOURCE,
            )
            .expected("all confirmed");
    }
    if let Some(filtered) = &received.filtered {
        evidence = evidence.note(format!(
            "a filter policy excludes messages of the topic's publishers: {filtered}"
        ));
    }
    let addresses_confirmed = pending.is_empty() && absent.is_empty();
    if possible >= least && addresses_confirmed {
        if let Some(unclear) = received.unclear.filter(|_| confirmed < least) {
            return Err(unclear);
        }
        return Ok(Verdict::Pass(evidence));
    }
    if listed.is_empty() {
        let waiting = emails.iter().filter(|s| !s.confirmed);
        let waiting: Vec<&str> = waiting.map(|s| &*s.endpoint).collect();
        if !waiting.is_empty() {
            evidence = evidence.note(format!("not confirmed: {}", waiting.join(", ")));
        }
    }
    let to: Vec<&str> = pending.iter().chain(&absent).map(|a| a.as_str()).collect();
    let missing = least.saturating_sub(confirmed + to.len());
    Ok(Verdict::Fail(evidence, remediation(topic, &to, missing)))
}

/// The email subscriptions that receive the messages of the publisher with the fewest of them.
struct Received {
    /// How many certainly receive them.
    certain: usize,
    /// How many may receive them.
    possible: usize,
    /// Why it is unknown whether the others do.
    unclear: Option<Unknown>,
    /// The first subscription whose filter policy excludes messages.
    filtered: Option<String>,
}

fn received(topic: &AlertTopic, emails: &[&Subscription]) -> Received {
    let confirmed = emails.iter().filter(|s| s.confirmed);
    let confirmed: Vec<&Subscription> = confirmed.copied().collect();
    let mut least: Option<Received> = None;
    // with unfiltered subscriptions only, all publishers are the same
    let filter = |s: &Subscription| s.filter != Known::Yes(None);
    if !confirmed.iter().any(|s| filter(s)) {
        return Received {
            certain: confirmed.len(),
            possible: confirmed.len(),
            unclear: None,
            filtered: None,
        };
    }
    for publisher in &topic.publishers {
        let mut found = Received {
            certain: 0,
            possible: 0,
            unclear: None,
            filtered: None,
        };
        for subscription in &confirmed {
            match receives(subscription, publisher) {
                Known::Yes(true) => {
                    found.certain += 1;
                    found.possible += 1;
                }
                Known::Yes(false) => found.filtered = Some(subscription.describe_filter()),
                Known::No(unknown) => {
                    found.possible += 1;
                    found.unclear = Some(unknown.into());
                }
            }
        }
        let fewer =
            |least: &Received| (found.possible, found.certain) < (least.possible, least.certain);
        if least.as_ref().is_none_or(fewer) {
            least = Some(found);
        }
    }
    least.unwrap_or_else(|| Received {
        certain: confirmed.iter().filter(|s| !filter(s)).count(),
        possible: confirmed.len(),
        unclear: Some(Unknown::undetermined(
            "no publisher of the topic is known, so what a filter policy excludes is unknown",
        )),
        filtered: None,
    })
}

/// For example `2 confirmed, pending: a@example.com, not subscribed: b@example.com`.
fn describe(listed: &[String], pending: &[&String], absent: &[&String]) -> String {
    let mut text = format!("{} confirmed", listed.len() - pending.len() - absent.len());
    for (what, which) in [("pending", pending), ("not subscribed", absent)] {
        if !which.is_empty() {
            let which: Vec<&str> = which.iter().map(|a| a.as_str()).collect();
            text.push_str(&format!(", {what}: {}", which.join(", ")));
        }
    }
    text
}

/// A pending address is subscribed again, because that sends a new confirmation email.
fn remediation(topic: &AlertTopic, addresses: &[&str], more: usize) -> Remediation {
    let region = &topic.place.region;
    let mut to = Remediation::new(
        "subscribe the addresses, and let each recipient open the link in the confirmation \
         email; SNS delivers nothing to an unconfirmed subscription and deletes it after two \
         days",
    );
    for address in addresses {
        to = to.step(subscribe(&*topic.arn, region, Some(address)));
    }
    if more > 0 {
        to = to.step(subscribe(&*topic.arn, region, None));
    }
    let address = addresses.first().copied().unwrap_or("oncall@example.com");
    to.terraform(format!(
        "resource \"aws_sns_topic_subscription\" \"email\" {{\n  topic_arn = {}\n  protocol  = \"email\"\n  endpoint  = {}\n}}\n",
        hcl_string(&topic.arn),
        hcl_string(address),
    ))
    .link("https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html")
}
