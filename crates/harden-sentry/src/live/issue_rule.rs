//! GET /projects/{organization}/{project}/rules/: issue alert rules, of self-hosted servers.

use harden_collect::Operation;
use harden_core::{Known, Unknown};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::api::Api;
use super::condition::{age, interval, matching};
use super::fallthrough::fallthrough;
use super::field::{Field, Id};

use crate::resources::{
    Action, Alert, Condition, Filter, Group, Logic, Model, Monitor, Target, Watches,
};

pub(super) const RULES: Operation = Operation::new(
    "GET /projects/{organization}/{project}/rules/",
    "alerts:read",
);

/// A condition, a filter or an action: an `id`, and what belongs to it.
type Part = Map<String, Value>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wire {
    #[serde(default)]
    id: Field<Id>,
    #[serde(default)]
    name: Field<String>,
    #[serde(default)]
    status: Field<String>,
    #[serde(default)]
    snooze: Field<bool>,
    #[serde(default)]
    snooze_for_everyone: Field<bool>,
    #[serde(default)]
    environment: Field<String>,
    #[serde(default)]
    frequency: Field<u64>,
    #[serde(default)]
    action_match: Field<String>,
    #[serde(default)]
    filter_match: Field<String>,
    #[serde(default)]
    conditions: Field<Vec<Part>>,
    #[serde(default)]
    filters: Field<Vec<Part>>,
    #[serde(default)]
    actions: Field<Vec<Part>>,
}

pub(super) fn alert(api: &Api<'_>, project: &str, wire: Wire) -> Result<Alert, Unknown> {
    let number = wire.id.ok().and_then(Id::text);
    let number = number.ok_or_else(|| RULES.missing_field("id"))?;
    let enabled = wire.status.required(RULES, "status");
    let muted = match wire.snooze.required(RULES, "snooze") {
        // muted for the owner of the token, or for everyone
        Known::Yes(true) => wire
            .snooze_for_everyone
            .required(RULES, "snoozeForEveryone"),
        other => other,
    };
    let filters = group(wire.filters, wire.filter_match, "filters");
    let actions = wire.actions.required(RULES, "actions");
    Ok(Alert {
        organization: api.organization().to_owned(),
        model: Model::IssueRule,
        name: wire.name.required(RULES, "name"),
        enabled: enabled.map(|status| status == "active"),
        muted,
        environment: wire.environment.nullable(RULES, "environment"),
        frequency_minutes: wire.frequency.required(RULES, "frequency").map(Some),
        monitors: Known::Yes(vec![Monitor {
            id: number.clone(),
            project: Some(project.to_owned()),
            enabled: Known::Yes(true),
            watches: Known::Yes(Watches::Errors),
        }]),
        triggers: group(wire.conditions, wire.action_match, "conditions"),
        filters: filters.and_then(|Group { logic, conditions }| {
            actions.and_then(|actions| {
                let actions: Result<Vec<_>, Unknown> = actions.iter().map(action).collect();
                Known::from(actions.map(|actions| {
                    vec![Filter {
                        logic,
                        conditions,
                        actions,
                    }]
                }))
            })
        }),
        number,
    })
}

fn group(parts: Field<Vec<Part>>, joined: Field<String>, name: &'static str) -> Known<Group> {
    let logic = joined.required(RULES, "actionMatch or filterMatch");
    let logic = logic.and_then(|logic| match logic.as_str() {
        "any" => Known::Yes(Logic::Any),
        "all" => Known::Yes(Logic::All),
        "none" => Known::Yes(Logic::None),
        other => Unknown::undetermined(format!("conditions that are joined by `{other}`")).into(),
    });
    logic.and_then(|logic| {
        parts.required(RULES, name).and_then(|parts| {
            let conditions: Result<Vec<_>, Unknown> = parts.iter().map(condition).collect();
            Known::from(conditions.map(|conditions| Group { logic, conditions }))
        })
    })
}

/// The last word of a part's id: `EventFrequencyCondition`.
fn class(part: &Part) -> Result<&str, Unknown> {
    let id = part.get("id").and_then(Value::as_str);
    let id = id.ok_or_else(|| RULES.missing_field("id of a condition or an action"))?;
    Ok(id.rsplit('.').next().unwrap_or(id))
}

fn condition(part: &Part) -> Result<Condition, Unknown> {
    let class = class(part)?;
    Ok(
        typed(class, part).unwrap_or_else(|| Condition::Unrecognized {
            name: class.to_owned(),
        }),
    )
}

/// The other conditions of rules. Each of them narrows a rule.
const NARROWER: [&str; 11] = [
    "AssignedToFilter",
    "EventAttributeCondition",
    "EventAttributeFilter",
    "EventFrequencyPercentCondition",
    "EventUniqueUserFrequencyCondition",
    "EventUniqueUserFrequencyConditionWithConditions",
    "ExistingHighPriorityIssueCondition",
    "LatestAdoptedReleaseFilter",
    "NewHighPriorityIssueCondition",
    "TaggedEventCondition",
    "TaggedEventFilter",
];

fn typed(class: &str, part: &Part) -> Option<Condition> {
    let number = |name: &str| float(part.get(name)?);
    let whole = |name: &str| whole(part.get(name)?);
    let word = |name: &str| part.get(name)?.as_str();
    let narrower = || {
        Some(Condition::Narrower {
            name: class.to_owned(),
        })
    };
    match class {
        "EveryEventCondition" => Some(Condition::EveryEvent),
        "FirstSeenEventCondition" => Some(Condition::FirstSeen),
        "RegressionEventCondition" => Some(Condition::Regression),
        "ReappearedEventCondition" => Some(Condition::Reappeared),
        "LatestReleaseFilter" => Some(Condition::LatestRelease),
        "EventFrequencyCondition" => match word("comparisonType").unwrap_or("count") {
            "count" => Some(Condition::EventCount {
                over: number("value")?,
                seconds: interval(word("interval")?)?,
            }),
            "percent" => narrower(),
            _ => None,
        },
        "IssueOccurrencesFilter" => Some(Condition::Occurrences {
            at_least: number("value")?,
        }),
        "IssueCategoryFilter" => Some(Condition::Category {
            category: whole("value")?,
        }),
        "LevelFilter" | "LevelCondition" => Some(Condition::Level {
            matching: matching(word("match")?)?,
            level: whole("level")?,
        }),
        "AgeComparisonFilter" => age(word("comparison_type")?, whole("value")?, word("time")?),
        _ if NARROWER.contains(&class) => narrower(),
        _ => None,
    }
}

/// Rules keep numbers as the page sent them: as numbers or as texts.
fn float(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// How an action notifies, and the name of the field with its integration.
fn channel(class: &str) -> Option<(&'static str, Option<&'static str>)> {
    Some(match class {
        "NotifyEmailAction" => ("email", None),
        "SlackNotifyServiceAction" => ("slack", Some("workspace")),
        "MsTeamsNotifyServiceAction" => ("msteams", Some("team")),
        "DiscordNotifyServiceAction" => ("discord", Some("server")),
        "PagerDutyNotifyServiceAction" => ("pagerduty", Some("account")),
        "OpsgenieNotifyTeamAction" => ("opsgenie", Some("account")),
        "JiraCreateTicketAction" => ("jira", Some("integration")),
        "JiraServerCreateTicketAction" => ("jira_server", Some("integration")),
        "GitHubCreateTicketAction" => ("github", Some("integration")),
        "GitHubEnterpriseCreateTicketAction" => ("github_enterprise", Some("integration")),
        "AzureDevopsCreateTicketAction" => ("vsts", Some("integration")),
        "NotifyEventSentryAppAction" => ("sentry_app", None),
        "NotifyEventServiceAction" => ("webhook", None),
        "NotifyEventAction" => ("plugin", None),
        _ => return None,
    })
}

fn action(part: &Part) -> Result<Action, Unknown> {
    let class = class(part)?;
    let (how, field) = channel(class).unwrap_or((class, None));
    let text = |name: &str| {
        let value = part.get(name)?;
        let text = value.as_str().map(str::to_owned);
        text.or_else(|| Some(value.as_u64()?.to_string()))
            .filter(|text| !text.is_empty())
    };
    let target = match (how, text("targetType").as_deref()) {
        ("email", None) => RULES.missing_field("targetType of an action").into(),
        ("email", Some(kind @ ("Member" | "Team"))) => match text("targetIdentifier") {
            None => RULES.missing_field("targetIdentifier of an action").into(),
            Some(id) if kind == "Member" => Known::Yes(Target::User { id }),
            Some(id) => Known::Yes(Target::Team { id }),
        },
        ("email", Some(_)) => Known::Yes(Target::IssueOwners {
            fallthrough: fallthrough(&text("fallthroughType").map_or(Field::Absent, Field::Given)),
        }),
        _ => Known::Yes(Target::Integration),
    };
    let integration = match field {
        None => Known::Yes(None),
        Some(field) => match text(field) {
            Some(id) => Known::Yes(Some(id)),
            None => RULES.missing_field("integration of an action").into(),
        },
    };
    Ok(Action {
        how: how.to_owned(),
        integration,
        target,
        // an action of a rule cannot be switched off alone
        active: Known::Yes(true),
    })
}
