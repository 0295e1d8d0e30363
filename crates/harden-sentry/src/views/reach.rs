//! An alert with whom it tells.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Resource, Subject, Unknown};

use crate::resources::{
    Action, Alert, Fallthrough, Integration, Member, Model, Monitor, Target, Team, Watches,
};
use crate::tightness::hears_of_metrics;

/// An alert, and what became of each of its actions.
#[derive(Debug)]
pub(crate) struct ReachingAlert {
    pub(crate) alert: Arc<Alert>,
    /// For each action, where it leads.
    pub(crate) actions: Known<Vec<Reach>>,
    /// Of a monitor that no alert is connected to: an alert on the issue stream, which may hear of
    /// its issues.
    pub(crate) by_stream: Option<Arc<Alert>>,
}

/// Where an action leads.
#[derive(Debug, Clone)]
pub(crate) enum Reach {
    /// To somebody, or to something that is known to be there.
    Somebody(String),
    /// To nobody.
    Nobody(End),
    /// Not known.
    Unknown(Arc<Unknown>),
}

/// Why an action tells nobody.
#[derive(Debug, Clone)]
pub(crate) struct End {
    pub(crate) found: String,
    /// The operation that told.
    pub(crate) source: &'static str,
}

/// The listings that tell whether a target is still there.
struct Targets {
    members: Arc<Listing<Member>>,
    teams: Arc<Listing<Team>>,
    integrations: Arc<Listing<Integration>>,
}

#[async_trait]
impl Subject for ReachingAlert {
    const KINDS: &'static [&'static Kind] =
        &[Alert::KIND, Member::KIND, Team::KIND, Integration::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let alerts = cx.list::<Alert>().await?;
        let targets = Targets {
            members: cx.list().await?,
            teams: cx.list().await?,
            integrations: cx.list().await?,
        };
        let items = alerts.iter_shared().map(|(id, alert)| {
            let actions = alert.filters.as_ref().map(|filters| {
                let actions = filters.iter().flat_map(|f| &f.actions);
                actions.map(|a| targets.reach(alert, a)).collect()
            });
            let subject = Self {
                alert: Arc::clone(alert),
                actions,
                by_stream: by_stream(alert, &alerts),
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

/// What goes through an integration of the organization.
const THROUGH_INTEGRATION: [&str; 5] = ["slack", "msteams", "discord", "pagerduty", "opsgenie"];

/// Trackers, which go through one as well, and which a metric monitor can't reach: Sentry keeps
/// the action and does nothing.
const TRACKERS: [&str; 5] = ["jira", "jira_server", "github", "github_enterprise", "vsts"];

/// What is not looked into.
const UNVERIFIED: [&str; 3] = ["sentry_app", "plugin", "webhook"];

impl Targets {
    fn reach(&self, alert: &Alert, action: &Action) -> Reach {
        let active = match &action.active {
            Known::Yes(active) => *active,
            Known::No(reason) => return Reach::Unknown(reason.clone()),
        };
        let how = action.how.as_str();
        let end = |found: String| {
            Reach::Nobody(End {
                found,
                source: alert.model.source(),
            })
        };
        if !active {
            return end(format!("{how}, switched off"));
        }
        if how == "email" {
            return self.email(alert, action);
        }
        if UNVERIFIED.contains(&how) {
            return Reach::Somebody(format!("{how}, not looked into"));
        }
        let tracker = TRACKERS.contains(&how);
        if tracker {
            match only_metrics(alert) {
                Known::Yes(true) => {
                    return end(format!("{how}, which does nothing for a metric monitor"));
                }
                Known::Yes(false) => {}
                Known::No(reason) => return Reach::Unknown(reason),
            }
        }
        if tracker || THROUGH_INTEGRATION.contains(&how) {
            return self.integration(alert, action);
        }
        let reason = format!("an action of a kind that is not known: {how}");
        Reach::Unknown(Arc::new(Unknown::undetermined(reason)))
    }

    fn email(&self, alert: &Alert, action: &Action) -> Reach {
        let place = alert.id().place;
        let nobody = |found: String, source| Reach::Nobody(End { found, source });
        match &action.target {
            Known::No(reason) => Reach::Unknown(reason.clone()),
            Known::Yes(Target::User { id }) => {
                let active = self.members.get(&place, id).and_then(|found| match found {
                    Some(member) => member.active.as_ref().map(|a| Some(*a)),
                    None => Known::Yes(None),
                });
                match active {
                    Known::Yes(Some(true)) => Reach::Somebody(format!("email to member {id}")),
                    Known::Yes(Some(false)) => nobody(
                        format!("email to member {id}, whose account is off"),
                        MEMBERS,
                    ),
                    Known::Yes(None) => {
                        nobody(format!("email to member {id}, who has left"), MEMBERS)
                    }
                    Known::No(reason) => Reach::Unknown(reason),
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
                        Reach::Somebody(format!("email to team {id}, members: {n}"))
                    }
                    Known::Yes(None) => nobody(format!("email to team {id}, which is gone"), TEAMS),
                    Known::No(reason) => Reach::Unknown(reason),
                }
            }
            Known::Yes(Target::IssueOwners { fallthrough }) => owners(alert, fallthrough),
            Known::Yes(Target::Integration) => nobody(
                "email to no member and no team".to_owned(),
                alert.model.source(),
            ),
        }
    }

    fn integration(&self, alert: &Alert, action: &Action) -> Reach {
        let how = &action.how;
        let nobody = |found: String, source| Reach::Nobody(End { found, source });
        let id = match &action.integration {
            Known::No(reason) => return Reach::Unknown(reason.clone()),
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
            Known::Yes(Some(true)) => Reach::Somebody(format!("{how} by integration {id}")),
            Known::Yes(Some(false)) => {
                let found = format!("{how} by integration {id}, which is switched off");
                nobody(found, INTEGRATIONS)
            }
            Known::Yes(None) => nobody(
                format!("{how} by integration {id}, which is gone"),
                INTEGRATIONS,
            ),
            Known::No(reason) => Reach::Unknown(reason),
        }
    }
}

/// Whom an email to the owners of an issue reaches. Who owns an issue is only known when there is
/// one: what is sure is the fallback.
fn owners(alert: &Alert, fallthrough: &Known<Fallthrough>) -> Reach {
    let unsure = |reason: &'static str| Reach::Unknown(Arc::new(Unknown::undetermined(reason)));
    // Sentry mails of a metric issue to members and teams only
    match only_metrics(alert) {
        Known::Yes(true) => {
            return unsure(
                "an email to the issue's owners, and the issue of a metric monitor may have none: \
                 tell a member or a team",
            );
        }
        Known::Yes(false) => {}
        Known::No(reason) => return Reach::Unknown(reason),
    }
    match fallthrough {
        Known::Yes(Fallthrough::ActiveMembers) => Reach::Somebody(
            "email to the issue's owners, or else to recently active members".to_owned(),
        ),
        Known::Yes(Fallthrough::AllMembers) => Reach::Somebody(
            "email to the issue's owners, or else to all members of the project".to_owned(),
        ),
        Known::Yes(Fallthrough::NoOne) => unsure(
            "an email to the issue's owners, and to nobody where it has none (fallthroughType is \
             NoOne): let it fall back to recently active members, or see that the project's \
             ownership rules name somebody for all of its code",
        ),
        Known::No(reason) => Reach::Unknown(reason.clone()),
    }
}

/// The alert on the issue stream that may hear of a monitor that none is connected to.
fn by_stream(of: &Alert, alerts: &Listing<Alert>) -> Option<Arc<Alert>> {
    if of.model != Model::Monitor {
        return None;
    }
    let own = of.monitors.ok()?;
    let hears_all = |stream: &Monitor| {
        stream.watches == Known::Yes(Watches::IssueStream)
            && stream.enabled != Known::Yes(false)
            && (stream.project.is_none() || own.iter().any(|m| m.project == stream.project))
    };
    let mut all = alerts.iter_shared().map(|(_, alert)| alert);
    all.find(|alert| {
        alert.organization == of.organization
            && alert.enabled != Known::Yes(false)
            && hears_of_metrics(alert)
            && alert.monitors.ok().into_iter().flatten().any(hears_all)
    })
    .cloned()
}

/// Whether all that an alert watches is metrics.
fn only_metrics(alert: &Alert) -> Known<bool> {
    alert.monitors.as_ref().and_then(|monitors| {
        let metric = |w: &Watches| matches!(w, Watches::Metric(_));
        Known::all(monitors.iter().map(|m| m.watches.as_ref().map(metric)))
    })
}

impl ReachingAlert {
    /// The projects that it watches, each once.
    pub(crate) fn projects(&self) -> Vec<&str> {
        let monitors = self.alert.monitors.ok().into_iter().flatten();
        let by_slug: BTreeMap<&str, ()> = monitors
            .filter_map(|m| Some((m.project.as_deref()?, ())))
            .collect();
        by_slug.into_keys().collect()
    }
}
