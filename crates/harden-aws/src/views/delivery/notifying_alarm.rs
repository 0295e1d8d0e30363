//! Alarms with what they notify, by themselves and through the composites that they can raise.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, ResourceId, Subject};

use super::publishers::{Publisher, is_topic};
use super::topic::{NotifiedTopic, TOPIC_KINDS, topic_of};
use crate::arn::Arn;
use crate::resources::Alarm;
use crate::views::alarms::Composites;
use crate::views::alarms::is_scaling_alarm;

/// An alarm and what hears of it.
pub(crate) struct NotifyingAlarm {
    pub(crate) alarm: Arc<Alarm>,
    /// Whether it only drives scaling.
    pub(crate) scaling: Known<bool>,
    /// What it does itself.
    pub(crate) own: Arc<Notifies>,
    /// What the composites do that it can raise.
    pub(crate) raised: Vec<Arc<Notifies>>,
    /// Whether these are all.
    pub(crate) raised_all: Known<()>,
    /// An alert topic of its region, for an alarm that notifies none.
    pub(crate) alert_topic: Option<NotifiedTopic>,
}

/// What an alarm does when it goes to ALARM.
pub(crate) struct Notifies {
    pub(crate) publisher: Publisher,
    pub(crate) enabled: Known<bool>,
    pub(crate) actions: Known<Vec<Action>>,
}

/// An ALARM action.
pub(crate) enum Action {
    /// It notifies a topic.
    Topic(NotifiedTopic),
    /// It calls something that may tell somebody, which is not looked into.
    Unverified {
        /// The action's ARN.
        arn: Box<str>,
        /// In words.
        what: &'static str,
    },
    /// It tells nobody: it scales, or it stops or restarts an instance.
    Silent {
        /// In words.
        what: &'static str,
    },
    /// An action of a kind that this version does not know.
    Unrecognized {
        /// The action's ARN.
        arn: Box<str>,
    },
}

impl Action {
    fn new(arn: &str, topics: &Listing<NotifiedTopic>) -> Self {
        let unrecognized = || Self::Unrecognized { arn: arn.into() };
        let unverified = |what| Self::Unverified {
            arn: arn.into(),
            what,
        };
        if is_topic(arn) {
            return topic_of(topics, arn).map_or_else(unrecognized, Self::Topic);
        }
        match Arn::parse(arn).map(|a| a.service) {
            Some("lambda") => unverified("a Lambda function"),
            Some("ssm") => unverified("an OpsItem of Systems Manager"),
            Some("ssm-incidents") => unverified("a response plan of Incident Manager"),
            Some("autoscaling") => Self::Silent {
                what: "a scaling policy",
            },
            Some("automate" | "swf" | "ec2") => Self::Silent {
                what: "an EC2 action",
            },
            _ => unrecognized(),
        }
    }
}

#[async_trait]
impl Subject for NotifyingAlarm {
    const KINDS: &'static [&'static Kind] = TOPIC_KINDS;

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let alarms = cx.list::<Alarm>().await?;
        let topics = cx.subjects::<NotifiedTopic>().await?;
        let composites = Composites::of(&alarms);
        let notifies: BTreeMap<&ResourceId, Arc<Notifies>> = alarms
            .iter()
            .map(|(id, alarm)| {
                let actions = alarm.alarm_actions.as_ref();
                let notifies = Notifies {
                    publisher: Publisher::alarm(id, alarm),
                    enabled: alarm.actions_enabled.clone(),
                    actions: actions
                        .map(|all| all.iter().map(|a| Action::new(a, &topics)).collect()),
                };
                (&**id, Arc::new(notifies))
            })
            .collect();
        let items = alarms.iter_shared().filter_map(|(id, alarm)| {
            let raised = composites.raised_by(id);
            let raised_all = raised.all;
            let raised = raised
                .composites
                .iter()
                .filter_map(|id| notifies.get(&**id))
                .cloned();
            let subject = Self {
                alarm: Arc::clone(alarm),
                scaling: is_scaling_alarm(alarm),
                own: Arc::clone(notifies.get(&**id)?),
                raised: raised.collect(),
                raised_all,
                alert_topic: topics
                    .at(&id.place)
                    .map(|(_, topic)| topic)
                    .find(|topic| topic.alert && topic.exists == Known::Yes(true))
                    .cloned(),
            };
            Some((Arc::clone(id), subject))
        });
        let items = items.collect();
        Ok(Arc::new(Listing::new(
            items,
            alarms.scope.clone(),
            alarms.gaps.clone(),
        )))
    }
}
