//! sns:ListSubscriptionsByTopic, for the topics that an alarm, a budget or an anomaly subscription
//! notifies or that the policy names, and sns:GetSubscriptionAttributes for each confirmed subscription.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_sns::types::Subscription as Answered;
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Place, Scope, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::arn::topic_place_and_name;
use crate::resources::{
    Alarm, AnomalySubscription, BudgetAlerts, FilterPolicy, Subscription, TopicSubscriptions,
};

const LIST: &str = "sns:ListSubscriptionsByTopic";
const ATTRIBUTES: &str = "sns:GetSubscriptionAttributes";

type Topics = BTreeMap<Place, BTreeSet<String>>;

impl Collect<AwsProvider> for TopicSubscriptions {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let alarms = facts.list::<Alarm>().await?;
        let budgets = facts.list::<BudgetAlerts>().await?;
        let mut topics = Topics::new();
        for (_, alarm) in alarms.iter() {
            let actions = [
                &alarm.alarm_actions,
                &alarm.ok_actions,
                &alarm.insufficient_data_actions,
            ];
            let arns = actions.into_iter().filter_map(|known| known.ok()).flatten();
            arns.for_each(|arn| add(&mut topics, arn));
        }
        let mut gaps = Vec::new();
        // budgets are global: if they cannot be read, it is not known which topics they notify in
        // any region of their account. An account that cannot be entered is a gap anyway
        let mut of_account = |account: &str, unknown: &Unknown| {
            let Scope::Places(places) = aws.regional_scope() else {
                return;
            };
            let own = places.into_iter().filter(|p| *p.account == *account);
            gaps.extend(own.map(|place| (place, unknown.clone())));
        };
        for gap in budgets.gaps.iter().filter(|gap| &*gap.place.region != "*") {
            of_account(&gap.place.account, &gap.unknown);
        }
        for (_, alerts) in budgets.iter() {
            let notifications = match &alerts.notifications {
                Known::Yes(notifications) => notifications,
                Known::No(unknown) => {
                    of_account(&alerts.account, unknown);
                    continue;
                }
            };
            for notification in notifications {
                match &notification.subscribers {
                    Known::Yes(subscribers) => {
                        subscribers
                            .iter()
                            .for_each(|s| add(&mut topics, &s.address));
                    }
                    Known::No(unknown) => of_account(&alerts.account, unknown),
                }
            }
        }
        // Anomaly subscriptions that could not be read leave no gap here: what rests on their topics
        // rests on them too.
        for (_, anomalies) in facts.list::<AnomalySubscription>().await?.iter() {
            let arns = anomalies.topics.ok().into_iter().flatten();
            arns.for_each(|arn| add(&mut topics, arn));
        }
        of_policy(aws, &mut topics);
        let mut collected = aws
            .in_regions(facts, |api| {
                let here = topics.get(&api.place).into_iter().flatten();
                let topics = here.cloned().collect();
                read(api, topics)
            })
            .await;
        collected.add_gaps_of(&alarms.gaps);
        for (place, unknown) in gaps {
            collected.add_gap(place, unknown);
        }
        Ok(collected)
    }
}

fn add(topics: &mut Topics, arn: &str) {
    if let Some((place, _)) = topic_place_and_name(arn) {
        topics.entry(place).or_default().insert(arn.to_owned());
    }
}

/// The topics that the policy names: by ARN, or by name in each region.
fn of_policy(aws: &AwsProvider, topics: &mut Topics) {
    for named in &aws.policy.alerts.topics {
        if named.starts_with("arn:") {
            add(topics, named);
            continue;
        }
        for session in &aws.sessions {
            for place in session.regions_as_places() {
                let Place { account, region } = &place;
                let partition = &session.partition;
                add(
                    topics,
                    &format!("arn:{partition}:sns:{region}:{account}:{named}"),
                );
            }
        }
    }
}

async fn read(api: PlaceApi, topics: BTreeSet<String>) -> Portion<TopicSubscriptions> {
    let client = aws_sdk_sns::Client::new(&api.config);
    let found = topics.into_iter().map(|arn| topic(&api, &client, arn));
    Portion::complete(join_all(found).await.into_iter().flatten().collect())
}

/// The subscriptions of a topic; none if there is no such topic.
async fn topic(
    api: &PlaceApi,
    client: &aws_sdk_sns::Client,
    arn: String,
) -> Option<TopicSubscriptions> {
    let topic = arn.as_str();
    let found = read_pages(LIST, |token| {
        let request = client
            .list_subscriptions_by_topic()
            .topic_arn(topic)
            .set_next_token(token);
        async move {
            let answer = api.call(LIST, request.send()).await?;
            Ok((
                answer.subscriptions.sent(LIST, "Subscriptions")?,
                answer.next_token,
            ))
        }
    })
    .await;
    if found.failed.as_ref().is_some_and(|f| f.is("NotFound")) {
        return None;
    }
    let found: Known<Vec<Answered>> = Known::from(found);
    let subscriptions = match found {
        Known::Yes(all) => described(api, client, all).await,
        Known::No(unknown) => Known::No(unknown),
    };
    let subscriptions = subscriptions.map(|mut all: Vec<Subscription>| {
        all.sort_by(|a, b| {
            (&a.protocol, &a.endpoint, &a.endpoint_hash).cmp(&(
                &b.protocol,
                &b.endpoint,
                &b.endpoint_hash,
            ))
        });
        all
    });
    Some(TopicSubscriptions {
        topic_arn: arn,
        subscriptions,
    })
}

/// The subscriptions with their attributes. One that was deleted after it was listed is left out.
async fn described(
    api: &PlaceApi,
    client: &aws_sdk_sns::Client,
    all: Vec<Answered>,
) -> Known<Vec<Subscription>> {
    let all: Option<Vec<Subscription>> = all.iter().map(subscription).collect();
    let all = match Known::present(all, LIST, "SubscriptionArn, Protocol or Endpoint") {
        Known::Yes(all) => all,
        Known::No(unknown) => return Known::No(unknown),
    };
    let each = all.into_iter().map(|mut found| async {
        let Some(arn) = found.arn.clone() else {
            return Some(found);
        };
        let request = client.get_subscription_attributes().subscription_arn(arn);
        match api.call(ATTRIBUTES, request.send()).await {
            Ok(answer) => {
                found.filter = filter(answer.attributes.as_ref());
                found.dead_letter_queue = answer.attributes.as_ref().and_then(dead_letter_queue);
            }
            Err(failure) if failure.is("NotFound") => return None,
            Err(failure) => found.filter = failure.unknown.into(),
        }
        Some(found)
    });
    Known::Yes(join_all(each).await.into_iter().flatten().collect())
}

type Attributes = HashMap<String, String>;

/// The filter policy among the attributes of a subscription.
fn filter(attributes: Option<&Attributes>) -> Known<Option<FilterPolicy>> {
    Known::present(attributes, ATTRIBUTES, "Attributes").map(|attributes| {
        let policy = attributes
            .get("FilterPolicy")
            .filter(|text| !text.is_empty())?;
        let scope = attributes.get("FilterPolicyScope");
        Some(FilterPolicy {
            policy: policy.clone(),
            scope: scope.map_or_else(|| "MessageAttributes".to_owned(), String::clone),
        })
    })
}

/// The queue of a redrive policy: `{"deadLetterTargetArn": "arn:aws:sqs:…"}`.
fn dead_letter_queue(attributes: &Attributes) -> Option<String> {
    let policy: serde_json::Value = serde_json::from_str(attributes.get("RedrivePolicy")?).ok()?;
    Some(policy.get("deadLetterTargetArn")?.as_str()?.to_owned())
}

/// What may be shown of a subscription: the only way by which one enters the facts.
fn subscription(answered: &Answered) -> Option<Subscription> {
    // instead of an ARN the API returns `PendingConfirmation`, or `Deleted` for some days
    let arn = answered.subscription_arn()?;
    let arn = Some(arn).filter(|arn| arn.starts_with("arn:"));
    let (protocol, endpoint) = (answered.protocol()?, answered.endpoint()?);
    let mut subscription = Subscription::redacted(protocol, endpoint, arn.is_some());
    subscription.arn = arn.map(str::to_owned);
    Some(subscription)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_without_an_arn_is_not_confirmed() {
        let of = |arn: &str| {
            subscription(
                &Answered::builder()
                    .subscription_arn(arn)
                    .protocol("https")
                    .endpoint("https://hooks.slack.com/services/s3cret")
                    .build(),
            )
            .unwrap()
        };
        assert!(of("arn:aws:sns:us-east-2:392853978631:alerts:1").confirmed);
        assert!(!of("PendingConfirmation").confirmed);
        assert!(!of("Deleted").confirmed);
        assert!(!format!("{:?}", of("Deleted")).contains("s3cret"));
    }

    #[test]
    fn attributes_tell_the_filter() {
        let of = |pairs: &[(&str, &str)]| {
            let pairs = pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
            pairs.collect::<Attributes>()
        };
        assert!(!filter(None).is_known());
        let plain = of(&[("PendingConfirmation", "false")]);
        assert_eq!(filter(Some(&plain)), Known::Yes(None));
        let scope = |attributes: &Attributes| match filter(Some(attributes)) {
            Known::Yes(Some(filter)) => filter.scope,
            other => format!("{other:?}"),
        };
        let policy = ("FilterPolicy", "{\"team\":[\"billing\"]}");
        assert_eq!(scope(&of(&[policy])), "MessageAttributes");
        let body = of(&[policy, ("FilterPolicyScope", "MessageBody")]);
        assert_eq!(scope(&body), "MessageBody");
        let queue = "arn:aws:sqs:us-east-2:392853978631:lost";
        let redrive = format!("{{\"deadLetterTargetArn\":\"{queue}\"}}");
        let redrive = of(&[("RedrivePolicy", &redrive)]);
        assert_eq!(dead_letter_queue(&redrive).as_deref(), Some(queue));
    }

    #[test]
    fn only_topics_are_taken_from_actions() {
        let mut topics = Topics::new();
        for arn in [
            "arn:aws:sns:us-east-2:392853978631:alerts",
            "arn:aws:automate:us-east-2:ec2:stop",
            "you@example.com",
        ] {
            add(&mut topics, arn);
        }
        assert_eq!(topics.len(), 1);
        let place = Place::new("392853978631", "us-east-2");
        assert_eq!(topics[&place].len(), 1);
    }
}
