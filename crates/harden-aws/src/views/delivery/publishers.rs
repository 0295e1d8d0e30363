//! The publishers of topics: alarms, budgets and subscriptions to cost anomalies.

use std::collections::BTreeMap;
use std::sync::Arc;

use harden_core::{Gap, Kind, Known, Listing, Place, Resource, ResourceId, Unknown};
use harden_iam::{Context, Principal, Request};

use crate::arn::Arn;
use crate::resources::{Alarm, AnomalySubscription, BudgetAlerts};

/// A service that publishes to topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PublishingService {
    Alarms,
    Budgets,
    /// Subscriptions of Cost Anomaly Detection.
    CostAnomalies,
}

impl PublishingService {
    /// Its service principal.
    pub(crate) fn principal(self) -> &'static str {
        match self {
            Self::Alarms => "cloudwatch.amazonaws.com",
            Self::Budgets => "budgets.amazonaws.com",
            Self::CostAnomalies => "costalerts.amazonaws.com",
        }
    }

    /// The word for one of its publishers.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Alarms => "alarm",
            Self::Budgets => "budget",
            Self::CostAnomalies => "anomaly subscription",
        }
    }

    /// The start of the `Sid` of a statement that allows it.
    pub(crate) fn sid(self) -> &'static str {
        match self {
            Self::Alarms => "AllowCloudWatchAlarms",
            Self::Budgets => "AllowBudgets",
            Self::CostAnomalies => "AllowCostAnomalies",
        }
    }

    /// The `aws:SourceArn` pattern for the alarms or budgets of an account.
    pub(crate) fn sources(self, topic: &Arn<'_>, account: &str) -> String {
        let (partition, region) = (topic.partition, topic.region);
        match self {
            Self::Alarms => format!("arn:{partition}:cloudwatch:{region}:{account}:alarm:*"),
            Self::Budgets => format!("arn:{partition}:budgets::{account}:*"),
            Self::CostAnomalies => format!("arn:{partition}:ce::{account}:anomalysubscription/*"),
        }
    }
}

/// An alarm, a budget or an anomaly subscription that notifies a topic.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Publisher {
    pub(crate) service: PublishingService,
    pub(crate) account: Arc<str>,
    /// Its ARN.
    pub(crate) arn: Arc<str>,
    /// Its name.
    pub(crate) name: Arc<str>,
    /// Whether it adds its tags to its messages (ActionConfiguration of an alarm).
    pub(crate) sends_tags: bool,
}

impl Publisher {
    pub(crate) fn alarm(id: &ResourceId, alarm: &Alarm) -> Self {
        Self {
            service: PublishingService::Alarms,
            account: Arc::clone(&id.place.account),
            arn: alarm.arn.as_str().into(),
            name: (&*id.name).into(),
            sends_tags: alarm.sends_tags(),
        }
    }

    /// A subscription of Cost Anomaly Detection.
    pub(crate) fn anomaly_subscription(subscription: &AnomalySubscription) -> Self {
        Self {
            service: PublishingService::CostAnomalies,
            account: subscription.account.as_str().into(),
            arn: subscription.arn.as_str().into(),
            name: subscription.name.as_str().into(),
            sends_tags: false,
        }
    }

    /// A budget; `partition` is that of the topic that it notifies.
    pub(crate) fn budget(partition: &str, account: &str, name: &str) -> Self {
        Self {
            service: PublishingService::Budgets,
            account: account.into(),
            arn: format!("arn:{partition}:budgets::{account}:budget/{name}").into(),
            name: name.into(),
            sends_tags: false,
        }
    }

    /// The request that this publisher makes for an action on a resource. Context keys that are not
    /// known stay unknown, and services call over TLS. AWS Budgets and Cost Anomaly Detection do not send
    /// aws:SourceOwner, so the default policy of a new topic, which requires it, does not allow them.
    pub(crate) fn request(&self, action: &str, resource: &str, topic: &str) -> Request {
        let context = Context::unknown_otherwise()
            .with("aws:SecureTransport", "true")
            .with("aws:SourceAccount", &*self.account)
            .with("aws:SourceArn", &*self.arn);
        let context = match self.service {
            PublishingService::Alarms => context.with("aws:SourceOwner", &*self.account),
            PublishingService::Budgets | PublishingService::CostAnomalies => {
                context.without("aws:SourceOwner")
            }
        };
        let context = if action.starts_with("kms:") {
            context.with("kms:EncryptionContext:aws:sns:topicArn", topic)
        } else {
            context
        };
        let caller = Principal::service(self.service.principal());
        Request::new(caller, action, resource, context)
    }

    /// The account and the region of an alarm; `None` for a publisher that is global to its account.
    pub(crate) fn place(&self) -> Option<Place> {
        let arn = Arn::parse(&self.arn).filter(|_| self.service == PublishingService::Alarms)?;
        Some(arn.place())
    }

    /// The service's word and the name: `alarm saaspe-production-cpu`.
    pub(crate) fn label(&self) -> String {
        format!("{} {}", self.service.noun(), self.name)
    }
}

/// Publishers by the ARN of the topic that they notify.
pub(crate) struct Publishers {
    by_topic: BTreeMap<Box<str>, Vec<Publisher>>,
    /// The places where an alarm or a budget can notify a topic that was not read.
    pub(crate) gaps: Vec<Gap>,
    alarms: Arc<Listing<Alarm>>,
    budgets: Arc<Listing<BudgetAlerts>>,
}

impl Publishers {
    pub(crate) fn new(alarms: Arc<Listing<Alarm>>, budgets: Arc<Listing<BudgetAlerts>>) -> Self {
        let mut all = Self {
            by_topic: BTreeMap::new(),
            gaps: [&*alarms.gaps, &*budgets.gaps].concat(),
            alarms: Arc::clone(&alarms),
            budgets: Arc::clone(&budgets),
        };
        for (id, alarm) in alarms.iter() {
            match &alarm.alarm_actions {
                Known::Yes(actions) => {
                    for topic in actions.iter().filter(|a| is_topic(a)) {
                        all.add(topic, Publisher::alarm(id, alarm));
                    }
                }
                Known::No(unknown) => all.add_gap(Alarm::KIND, &id.place, unknown),
            }
        }
        for (id, alerts) in budgets.iter() {
            match subscribed_topics(alerts) {
                (topics, None) => all.add_budget(alerts, &topics),
                (topics, Some(unknown)) => {
                    all.add_budget(alerts, &topics);
                    all.add_gap(BudgetAlerts::KIND, &id.place, unknown);
                }
            }
        }
        for publishers in all.by_topic.values_mut() {
            publishers.sort_unstable();
            publishers.dedup();
        }
        all
    }

    /// The topics that are notified.
    pub(crate) fn topics(&self) -> impl Iterator<Item = &str> {
        self.by_topic.keys().map(|arn| &**arn)
    }

    /// The known publishers of a topic.
    pub(crate) fn of(&self, topic: &str) -> &[Publisher] {
        self.by_topic.get(topic).map_or(&[], Vec::as_slice)
    }

    /// Whether all publishers of a topic are known. Alarms notify topics of their own region, budgets
    /// those of their own account.
    pub(crate) fn complete(&self, topic: &Place) -> Known<()> {
        let account = Place::global(&*topic.account);
        let read = self.alarms.readable(topic);
        let read = read.and_then(|()| self.budgets.readable(&account));
        read.and_then(|()| {
            let hidden = |gap: &&Gap| gap.place.covers(topic) || gap.place.covers(&account);
            match self.gaps.iter().find(hidden) {
                Some(gap) => gap.unknown.clone().into(),
                None => Known::Yes(()),
            }
        })
    }

    fn add(&mut self, topic: &str, publisher: Publisher) {
        match self.by_topic.get_mut(topic) {
            Some(publishers) => publishers.push(publisher),
            None => {
                self.by_topic.insert(topic.into(), vec![publisher]);
            }
        }
    }

    fn add_budget(&mut self, alerts: &BudgetAlerts, topics: &[&str]) {
        for topic in topics {
            let partition = Arn::parse(topic).map_or("aws", |a| a.partition);
            let publisher = Publisher::budget(partition, &alerts.account, &alerts.budget);
            self.add(topic, publisher);
        }
    }

    /// Adds a gap, once for each place and kind.
    fn add_gap(&mut self, kind: &'static Kind, place: &Place, unknown: &Arc<Unknown>) {
        let same = |gap: &Gap| gap.kind == kind.name && gap.place == *place;
        if !self.gaps.iter().any(same) {
            self.gaps.push(Gap {
                kind: kind.name,
                place: place.clone(),
                unknown: Arc::clone(unknown),
            });
        }
    }
}

/// Whether an ARN is that of an SNS topic.
pub(crate) fn is_topic(arn: &str) -> bool {
    Arn::parse(arn).is_some_and(|a| a.service == "sns")
}

/// The topics that a budget notifies, and why the list may be incomplete.
fn subscribed_topics(alerts: &BudgetAlerts) -> (Vec<&str>, Option<&Arc<Unknown>>) {
    let notifications = match &alerts.notifications {
        Known::Yes(notifications) => notifications,
        Known::No(unknown) => return (Vec::new(), Some(unknown)),
    };
    let (mut topics, mut hidden) = (Vec::new(), None);
    for notification in notifications {
        match &notification.subscribers {
            Known::Yes(subscribers) => topics.extend(
                subscribers
                    .iter()
                    .filter(|s| s.subscription_type == "SNS")
                    .map(|s| &*s.address),
            ),
            Known::No(unknown) => hidden = hidden.or(Some(unknown)),
        }
    }
    (topics, hidden)
}
