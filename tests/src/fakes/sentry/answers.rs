//! What is read.

use serde_json::{Value, json};

use super::state::{Estate, Retired};
use super::{Sent, Told, refusal};

/// Who may ask for what: any of these scopes will do.
fn allowed(estate: &Estate, scopes: &[&str]) -> Option<Told> {
    let has = scopes
        .iter()
        .any(|scope| estate.scopes.iter().any(|own| own == scope));
    (!has).then(|| refusal(403, "You do not have permission to perform this action."))
}

const ALERTS: &[&str] = &["alerts:read", "org:read", "org:write", "org:admin"];
const ORG: &[&str] = &["org:read", "org:write", "org:admin"];
const INTEGRATIONS: &[&str] = &["org:read", "org:write", "org:admin", "org:integrations"];
const MEMBERS: &[&str] = &["member:read", "member:write", "member:admin"];
const PROJECT: &[&str] = &["project:read", "project:write", "project:admin"];
const RELEASES: &[&str] = &[
    "project:read",
    "project:write",
    "project:admin",
    "project:releases",
    "org:ci",
];
const RULES: &[&str] = &[
    "alerts:read",
    "alerts:write",
    "project:read",
    "project:write",
    "project:admin",
];

pub(super) fn read(estate: &mut Estate, sent: &Sent) -> Told {
    let path: Vec<&str> = sent.path.iter().map(String::as_str).collect();
    // `a/b/` ends with an empty part
    let Some(("", path)) = path.split_last().map(|(last, path)| (*last, path)) else {
        return refusal(404, "The requested resource does not exist");
    };
    match path {
        [] => {
            let auth = json!({"scopes": estate.scopes});
            Told::One(200, json!({"version": "0", "auth": auth, "user": null}))
        }
        ["organizations", org, rest @ ..] if estate.is(org) => of_organization(estate, sent, rest),
        ["projects", org, project, rest @ ..] if estate.is(org) => {
            of_project(estate, sent, project, rest)
        }
        _ => refusal(404, "The requested resource does not exist"),
    }
}

fn of_organization(estate: &mut Estate, sent: &Sent, rest: &[&str]) -> Told {
    let list = |scopes, items: &[Value]| {
        allowed(estate, scopes).unwrap_or_else(|| Told::List(items.to_vec()))
    };
    match rest {
        [] => allowed(estate, ORG).unwrap_or_else(|| {
            let region = estate.region_url.clone().unwrap_or(sent.base.clone());
            Told::One(
                200,
                json!({"slug": estate.slug, "id": estate.number, "name": "Acme",
                    "links": {"organizationUrl": sent.base, "regionUrl": region}}),
            )
        }),
        ["projects"] => list(ORG, &estate.projects),
        ["members"] => list(MEMBERS, &estate.members),
        ["teams"] => list(ORG, &estate.teams),
        ["integrations"] => list(INTEGRATIONS, &estate.integrations),
        ["workflows" | "detectors"] if !estate.has_workflows => {
            refusal(404, "The requested resource does not exist")
        }
        ["detectors"] => {
            let ours = estate.numbers(sent);
            let all = estate.detectors.iter().filter(|d| {
                // one of all projects is of each
                d["projectId"].is_null()
                    || ours
                        .as_ref()
                        .is_none_or(|ours| ours.iter().any(|id| d["projectId"] == json!(id)))
            });
            list(ALERTS, &all.cloned().collect::<Vec<_>>())
        }
        // the answer has alerts that are connected to nothing as well, whatever the project
        ["workflows"] => list(ALERTS, &estate.workflows),
        ["alert-rules"] => {
            let told = list(ALERTS, &estate.metric_rules);
            estate.retired("alert-rules").unwrap_or(told)
        }
        ["releases", version, "deploys"] => {
            let deploys = estate.deploys.get(*version);
            list(RELEASES, deploys.map_or(&[], Vec::as_slice))
        }
        ["releases", version, "files"] => {
            let files = estate.files.get(*version);
            list(RELEASES, files.map_or(&[], Vec::as_slice))
        }
        _ => refusal(404, "The requested resource does not exist"),
    }
}

fn of_project(estate: &mut Estate, sent: &Sent, slug: &str, rest: &[&str]) -> Told {
    let Some(project) = estate.projects.iter().find(|p| p["slug"] == slug) else {
        return refusal(404, "The requested resource does not exist");
    };
    let scopes = match rest {
        ["releases" | "files" | "artifact-bundles", ..] => RELEASES,
        ["rules"] => RULES,
        _ => PROJECT,
    };
    if let Some(refused) = allowed(estate, scopes) {
        return refused;
    }
    let of = |all: &std::collections::BTreeMap<String, Vec<Value>>, key: &str| {
        Told::List(all.get(key).cloned().unwrap_or_default())
    };
    match rest {
        [] => Told::One(200, project.clone()),
        ["releases"] => of(&estate.releases, slug),
        ["events"] => of(&estate.events, slug),
        ["rules"] => {
            let told = of(&estate.issue_rules, slug);
            estate.retired(slug).unwrap_or(told)
        }
        ["files", "artifact-bundles"] => {
            let asked = sent.get("query").unwrap_or_default();
            let all = estate.bundles.get(slug).into_iter().flatten();
            let found = all.filter(|b| b.to_string().contains(asked));
            Told::List(found.cloned().collect())
        }
        ["artifact-bundles", bundle, "files"] => match estate.bundle_files.get(*bundle) {
            Some(files) => Told::ListIn("files", json!({"bundleId": bundle, "files": files})),
            None => refusal(404, "The requested resource does not exist"),
        },
        ["events", event, "source-map-debug"] => match estate.debug.get(*event) {
            Some(answer) => Told::One(200, answer.clone()),
            None => refusal(404, "Event not found"),
        },
        _ => refusal(404, "The requested resource does not exist"),
    }
}

impl Estate {
    /// Whether a word of a path means this organization.
    pub(super) fn is(&self, word: &str) -> bool {
        word == self.slug || word == self.number
    }

    /// The numbers of the projects that a request asks for; none where it asks for all.
    fn numbers(&self, sent: &Sent) -> Option<Vec<String>> {
        let asked: Vec<&str> = sent.all("project").collect();
        if asked.is_empty() {
            return None;
        }
        let all = self.projects.iter().filter(|p| {
            let named = |key: &str| p[key].as_str().is_some_and(|own| asked.contains(&own));
            named("slug") || named("id")
        });
        Some(
            all.filter_map(|p| p["id"].as_str())
                .map(str::to_owned)
                .collect(),
        )
    }

    /// What an endpoint of rules answers instead of its list.
    pub(super) fn retired(&mut self, which: &str) -> Option<Told> {
        let gone = || Told::One(410, json!({"message": "This API no longer exists."}));
        match self.retired {
            Retired::No => None,
            // the same in the words of another part of Sentry
            Retired::Gone => Some(refusal(410, "This API no longer exists.")),
            Retired::Removed => Some(refusal(404, "The requested resource does not exist")),
            Retired::BrownOut(times) => {
                let asked = self.asked.entry(which.to_owned()).or_default();
                *asked += 1;
                (*asked <= times).then(gone)
            }
        }
    }
}
