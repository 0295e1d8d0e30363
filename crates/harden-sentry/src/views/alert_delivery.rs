//! An alert with the recipients of its actions.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Resource, Subject, Unknown};

use crate::resources::{
    Action, Alert, Fallthrough, Integration, Member, Model, Monitor, Target, Team, Watches,
};
use crate::tightness::may_receive_metric_issues;

/// An alert, and for each of its actions whether it notifies anybody.
#[derive(Debug)]
pub(crate) struct AlertDelivery {
    pub(crate) alert: Arc<Alert>,
    pub(crate) actions: Known<Vec<Delivery>>,
    /// For a monitor without a connected alert: an alert on the issue stream, which can receive the
    /// monitor's issues.
    pub(crate) stream_alert: Option<Arc<Alert>>,
}

/// Whether an action notifies anybody.
#[derive(Debug, Clone)]
pub(crate) enum Delivery {
    /// It has a recipient that exists: which.
    Recipient(String),
    /// It notifies nobody.
    Nobody(BrokenLink),
    /// What decides it could not be read.
    Unknown(Arc<Unknown>),
}

/// Why an action notifies nobody.
#[derive(Debug, Clone)]
pub(crate) struct BrokenLink {
    pub(crate) found: String,
    /// The API operation that it was read with.
    pub(crate) source: &'static str,
}

/// The listings that show whether a recipient still exists.
struct Recipients {
    members: Arc<Listing<Member>>,
    teams: Arc<Listing<Team>>,
    integrations: Arc<Listing<Integration>>,
}

#[async_trait]
impl Subject for AlertDelivery {
    const KINDS: &'static [&'static Kind] =
        &[Alert::KIND, Member::KIND, Team::KIND, Integration::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let alerts = cx.list::<Alert>().await?;
        let recipients = Recipients {
            members: cx.list().await?,
            teams: cx.list().await?,
            integrations: cx.list().await?,
        };
        let items = alerts.iter_shared().map(|(id, alert)| {
            let actions = alert.filters.as_ref().map(|filters| {
                let actions = filters.iter().flat_map(|f| &f.actions);
                actions.map(|a| recipients.delivery(alert, a)).collect()
            });
            let subject = Self {
                alert: Arc::clone(alert),
                actions,
                stream_alert: find_stream_alert(alert, &alerts),
            };
            (Arc::clone(id), subject)
        });
        Ok(Arc::new(Listing::new(
            items.collect(),
            alerts.scope.clone(),
            alerts.gaps.clone(),
        )))
    }
}

const MEMBERS: &str = "GET /organizations/{organization}/members/";
const TEAMS: &str = "GET /organizations/{organization}/teams/";
const INTEGRATIONS: &str = "GET /organizations/{organization}/integrations/";

/// Actions that go through an integration of the organization.
const THROUGH_INTEGRATION: [&str; 5] = ["slack", "msteams", "discord", "pagerduty", "opsgenie"];

/// Actions that create tickets. They go through an integration too, but not for a metric monitor:
/// Sentry stores the action and ignores it.
const TRACKERS: [&str; 5] = ["jira", "jira_server", "github", "github_enterprise", "vsts"];

/// Actions whose recipient the API does not report.
const UNVERIFIED: [&str; 3] = ["sentry_app", "plugin", "webhook"];

impl Recipients {
    fn delivery(&self, alert: &Alert, action: &Action) -> Delivery {
        let active = match &action.active {
            Known::Yes(active) => *active,
            Known::No(reason) => return Delivery::Unknown(reason.clone()),
        };
        let how = action.how.as_str();
        let nobody = |found: String| {
            Delivery::Nobody(BrokenLink {
                found,
                source: alert.model.source(),
            })
        };
        if !active {
            return nobody(format!("{how}, disabled"));
        }
        if how == "email" {
            return self.email_delivery(alert, action);
        }
        if UNVERIFIED.contains(&how) {
            return Delivery::Recipient(format!("{how}, recipient not verified"));
        }
        let tracker = TRACKERS.contains(&how);
        if tracker {
            match has_only_metrics(alert) {
                Known::Yes(true) => {
                    return nobody(format!("{how}, which Sentry ignores for a metric monitor"));
                }
                Known::Yes(false) => {}
                Known::No(reason) => return Delivery::Unknown(reason),
            }
        }
        if tracker || THROUGH_INTEGRATION.contains(&how) {
            return self.integration_delivery(alert, action);
        }
        let reason = format!("this program does not know actions of type {how}");
        Delivery::Unknown(Arc::new(Unknown::undetermined(reason)))
    }

    fn email_delivery(&self, alert: &Alert, action: &Action) -> Delivery {
        let place = alert.id().place;
        let nobody = |found: String, source| Delivery::Nobody(BrokenLink { found, source });
        match &action.target {
            Known::No(reason) => Delivery::Unknown(reason.clone()),
            Known::Yes(Target::User { id }) => {
                let active = self.members.get(&place, id).and_then(|found| match found {
                    Some(member) => member.active.as_ref().map(|a| Some(*a)),
                    None => Known::Yes(None),
                });
                match active {
                    Known::Yes(Some(true)) => Delivery::Recipient(format!("email to member {id}")),
                    Known::Yes(Some(false)) => nobody(
                        format!("email to member {id}, whose account is not active"),
                        MEMBERS,
                    ),
                    Known::Yes(None) => nobody(
                        format!("email to member {id}, who is not in the organization"),
                        MEMBERS,
                    ),
                    Known::No(reason) => Delivery::Unknown(reason),
                }
            }
            Known::Yes(Target::Team { id }) => {
                let members = self.teams.get(&place, id).and_then(|found| match found {
                    Some(team) => team.members.as_ref().map(|n| Some(*n)),
                    None => Known::Yes(None),
                });
                match members {
                    Known::Yes(Some(0)) => {
                        nobody(format!("email to team {id}, which has no members"), TEAMS)
                    }
                    Known::Yes(Some(n)) => {
                        Delivery::Recipient(format!("email to team {id} with {n} members"))
                    }
                    Known::Yes(None) => {
                        nobody(format!("email to team {id}, which does not exist"), TEAMS)
                    }
                    Known::No(reason) => Delivery::Unknown(reason),
                }
            }
            Known::Yes(Target::IssueOwners { fallthrough }) => owners_delivery(alert, fallthrough),
            Known::Yes(Target::Integration) => nobody(
                "email without a member or a team".to_owned(),
                alert.model.source(),
            ),
        }
    }

    fn integration_delivery(&self, alert: &Alert, action: &Action) -> Delivery {
        let how = &action.how;
        let nobody = |found: String, source| Delivery::Nobody(BrokenLink { found, source });
        let id = match &action.integration {
            Known::No(reason) => return Delivery::Unknown(reason.clone()),
            Known::Yes(None) => {
                return nobody(
                    format!("{how} without an integration"),
                    alert.model.source(),
                );
            }
            Known::Yes(Some(id)) => id,
        };
        let active = self
            .integrations
            .get(&alert.id().place, id)
            .and_then(|found| match found {
                Some(integration) => integration.active.as_ref().map(|a| Some(*a)),
                None => Known::Yes(None),
            });
        match active {
            Known::Yes(Some(true)) => {
                Delivery::Recipient(format!("{how} through integration {id}"))
            }
            Known::Yes(Some(false)) => {
                let found = format!("{how} through integration {id}, which is disabled");
                nobody(found, INTEGRATIONS)
            }
            Known::Yes(None) => nobody(
                format!("{how} through integration {id}, which does not exist"),
                INTEGRATIONS,
            ),
            Known::No(reason) => Delivery::Unknown(reason),
        }
    }
}

/// Whether an email to the owners of an issue notifies anybody. The owners are decided for each
/// issue as it occurs, so only the fallback can be judged in advance.
fn owners_delivery(alert: &Alert, fallthrough: &Known<Fallthrough>) -> Delivery {
    let unknown = |reason: &'static str| Delivery::Unknown(Arc::new(Unknown::undetermined(reason)));
    // for a metric issue Sentry ignores the fallback: it sends email to named members and teams
    // only
    match has_only_metrics(alert) {
        Known::Yes(true) => {
            return unknown(
                "the email goes to the issue's owners, and an issue of a metric monitor can have \
                 no owner: add a member or a team as recipient",
            );
        }
        Known::Yes(false) => {}
        Known::No(reason) => return Delivery::Unknown(reason),
    }
    match fallthrough {
        Known::Yes(Fallthrough::ActiveMembers) => Delivery::Recipient(
            "email to the issue's owners, else to recently active members".to_owned(),
        ),
        Known::Yes(Fallthrough::AllMembers) => Delivery::Recipient(
            "email to the issue's owners, else to all members of the project".to_owned(),
        ),
        Known::Yes(Fallthrough::NoOne) => unknown(
            "the email goes to the issue's owners, and to nobody where an issue has no owner \
             (fallthroughType is NoOne): set the fallback to recently active members, or check \
             that the project's ownership rules have an owner for all of its code",
        ),
        Known::No(reason) => Delivery::Unknown(reason.clone()),
    }
}

/// For a monitor without a connected alert, the alert on the issue stream that can receive its
/// issues.
fn find_stream_alert(of: &Alert, alerts: &Listing<Alert>) -> Option<Arc<Alert>> {
    if of.model != Model::Monitor {
        return None;
    }
    let monitors = of.monitors.ok()?;
    let covers = |stream: &Monitor| {
        stream.watches == Known::Yes(Watches::IssueStream)
            && stream.enabled != Known::Yes(false)
            && (stream.project.is_none() || monitors.iter().any(|m| m.project == stream.project))
    };
    let mut all = alerts.iter_shared().map(|(_, alert)| alert);
    all.find(|alert| {
        alert.organization == of.organization
            && alert.enabled != Known::Yes(false)
            && may_receive_metric_issues(alert)
            && alert.monitors.ok().into_iter().flatten().any(covers)
    })
    .cloned()
}

/// Whether all monitors of an alert are metric monitors.
fn has_only_metrics(alert: &Alert) -> Known<bool> {
    alert.monitors.as_ref().and_then(|monitors| {
        let metric = |w: &Watches| matches!(w, Watches::Metric(_));
        Known::all(monitors.iter().map(|m| m.watches.as_ref().map(metric)))
    })
}

impl AlertDelivery {
    /// The projects that the alert covers, each once and sorted.
    pub(crate) fn projects(&self) -> Vec<&str> {
        let monitors = self.alert.monitors.ok().into_iter().flatten();
        let slugs: BTreeSet<&str> = monitors.filter_map(|m| m.project.as_deref()).collect();
        slugs.into_iter().collect()
    }
}
