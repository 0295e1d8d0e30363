//! Alarms with the recipients of their actions, and of the actions of their parents.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Resource, ResourceId, Subject};

use super::publishers::{Publisher, is_topic};
use super::topic::{NotifiedTopic, topic_of};
use crate::AwsPolicy;
use crate::arn::Arn;
use crate::resources::{
    Alarm, AlarmMuteRule, BudgetAlerts, KmsKey, Region, SnsTopic, TopicSubscriptions,
};
use crate::views::alarms::{
    CompositeIndex, Silence, Suppressors, is_scaling_alarm, silence, suppressed_by,
};

/// An alarm with its actions and those of its parents.
pub(crate) struct NotifyingAlarm {
    pub(crate) alarm: Arc<Alarm>,
    /// Whether its only actions are scaling policies.
    pub(crate) scaling: Known<bool>,
    /// Its own actions.
    pub(crate) own: Arc<AlarmActions>,
    /// The actions of the composite alarms that it can put into ALARM.
    pub(crate) parents: Vec<Arc<AlarmActions>>,
    /// Whether `parents` is complete.
    pub(crate) all_parents_read: Known<()>,
    /// The composite alarm whose actions it suppresses.
    pub(crate) suppresses: Option<Box<str>>,
    /// An alert topic of its region, for the remediation of an alarm that notifies no topic.
    pub(crate) alert_topic: Option<NotifiedTopic>,
}

/// The actions of an alarm that goes into ALARM.
pub(crate) struct AlarmActions {
    pub(crate) publisher: Publisher,
    pub(crate) enabled: Known<bool>,
    /// How long mute rules silence it.
    pub(crate) silence: Known<Silence>,
    /// The alarm that has suppressed the actions for too long, for the reader.
    pub(crate) suppressed_by: Known<Option<String>>,
    /// The error because of which the alarm is not evaluated.
    pub(crate) evaluation_error: Known<Option<Box<str>>>,
    pub(crate) actions: Known<Vec<Action>>,
}

/// An ALARM action.
pub(crate) enum Action {
    /// It notifies a topic.
    Topic(NotifiedTopic),
    /// It calls a service that can notify people. What the service does was not read.
    Unverified {
        /// The action's ARN.
        arn: Box<str>,
        /// The service for the reader.
        what: &'static str,
    },
    /// It notifies nobody: it scales, stops or restarts an instance, or starts an investigation.
    Silent {
        /// The action for the reader.
        what: &'static str,
    },
    /// An action that this version does not know.
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
            Some("aiops") => Self::Silent {
                what: "an investigation of CloudWatch",
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
    const KINDS: &'static [&'static Kind] = &[
        Alarm::KIND,
        AlarmMuteRule::KIND,
        BudgetAlerts::KIND,
        KmsKey::KIND,
        Region::KIND,
        SnsTopic::KIND,
        TopicSubscriptions::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = &cx.policy::<AwsPolicy>().alarms;
        let hours = policy.max_mute_hours;
        let alarms = cx.list::<Alarm>().await?;
        let rules = cx.list::<AlarmMuteRule>().await?;
        let topics = cx.subjects::<NotifiedTopic>().await?;
        let composites = CompositeIndex::of(&alarms);
        let suppressors = Suppressors::of(&alarms);
        let notifies: BTreeMap<&ResourceId, Arc<AlarmActions>> = alarms
            .iter()
            .map(|(id, alarm)| {
                let actions = alarm.alarm_actions.as_ref();
                let notifies = AlarmActions {
                    publisher: Publisher::alarm(id, alarm),
                    enabled: alarm.actions_enabled.clone(),
                    silence: silence(&rules, id, cx.now(), hours),
                    suppressed_by: suppressed_by(&alarms, id, alarm, cx.now(), hours),
                    evaluation_error: alarm.evaluation_error().map(|error| error.map(Box::from)),
                    actions: actions
                        .map(|all| all.iter().map(|a| Action::new(a, &topics)).collect()),
                };
                (&**id, Arc::new(notifies))
            })
            .collect();
        let items = alarms.iter_shared().filter_map(|(id, alarm)| {
            let found = composites.parents_of(id);
            let all_parents_read = found.all;
            let parents = found
                .composites
                .iter()
                .filter_map(|id| notifies.get(&**id))
                .cloned();
            let subject = Self {
                alarm: Arc::clone(alarm),
                scaling: is_scaling_alarm(alarm),
                own: Arc::clone(notifies.get(&**id)?),
                parents: parents.collect(),
                all_parents_read,
                suppresses: suppressors.composite(id).map(Box::from),
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
