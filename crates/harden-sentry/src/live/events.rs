//! GET /projects/{organization}/{project}/events/ and …/events/{event}/source-map-debug/.

use futures::future::join_all;
use harden_collect::{Collect, Collected, Operation};
use harden_core::{FactError, Facts, Known, Unknown};
use jiff::Timestamp;
use serde::Deserialize;

use super::SentryProvider;
use super::api::Api;
use super::artifacts::no_front_end;
use super::field::Field;
use super::releases::latest_version;
use crate::resources::{Debugged, ErrorEvent, ErrorEvents, Project, Releases, SourceMapDebug};

const EVENTS: Operation = Operation::new(
    "GET /projects/{organization}/{project}/events/",
    "project:read",
);
const DEBUG: Operation = Operation::new(
    "GET /projects/{organization}/{project}/events/{event}/source-map-debug/",
    "project:read",
);

/// How far back events are read.
const PERIOD: (&str, &str) = ("statsPeriod", "14d");

/// How many pages are searched for an event of production.
const MOST_PAGES: usize = 10;

#[derive(Deserialize)]
struct WireEvent {
    #[serde(default, rename = "eventID")]
    id: Field<String>,
    #[serde(default, rename = "dateCreated")]
    at: Field<Timestamp>,
    #[serde(default)]
    tags: Field<Vec<Tag>>,
}

#[derive(Deserialize)]
struct Tag {
    #[serde(default)]
    key: Field<String>,
    #[serde(default)]
    value: Field<String>,
}

impl Collect<SentryProvider> for ErrorEvents {
    async fn collect(sentry: &SentryProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let api = &sentry.api(facts);
        let projects = facts.list::<Project>().await?;
        let mut collected = api.empty();
        collected.add_gaps_of(&projects.gaps);
        let each = projects
            .iter()
            .map(|(_, project)| newest(api, &project.slug));
        collected.resources = join_all(each).await;
        Ok(collected)
    }
}

/// Reads page after page until one has an event that may be of production: the endpoint has no
/// parameter for the environment.
async fn newest(api: &Api<'_>, project: &str) -> ErrorEvents {
    let params = [api.organization(), project];
    let mut all: Vec<ErrorEvent> = Vec::new();
    let mut cursor: Option<String> = None;
    let mut pages = 0;
    let (newest, more) = loop {
        let page = api
            .get_page(EVENTS, &params, &[PERIOD], cursor.as_deref())
            .await;
        let (wires, next): (Vec<WireEvent>, _) = match page.map_err(Unknown::from) {
            Ok(page) => page,
            // the events of earlier pages stay
            Err(unknown) if pages > 0 => break (Known::Yes(all), unknown.into()),
            Err(unknown) => break (unknown.clone().into(), unknown.into()),
        };
        pages += 1;
        let page: Result<Vec<_>, Unknown> = wires.into_iter().map(event).collect();
        let page = match page {
            Ok(page) => page,
            Err(unknown) => break (unknown.clone().into(), unknown.into()),
        };
        let production = page.iter().any(|event| may_be_of(event, api));
        all.extend(page);
        cursor = next;
        if production || cursor.is_none() || pages >= MOST_PAGES {
            break (Known::Yes(all), Known::Yes(cursor.is_some()));
        }
    };
    ErrorEvents {
        organization: api.organization().to_owned(),
        project: project.to_owned(),
        newest,
        more,
    }
}

/// Whether an event may be of production: all events are, except those that name another environment.
fn may_be_of(event: &ErrorEvent, api: &Api<'_>) -> bool {
    match &event.environment {
        Known::Yes(Some(environment)) => *environment == api.policy().environment,
        Known::Yes(None) | Known::No(_) => true,
    }
}

fn event(wire: WireEvent) -> Result<ErrorEvent, Unknown> {
    let tags = wire.tags.required(EVENTS, "tags");
    Ok(ErrorEvent {
        id: wire
            .id
            .ok()
            .ok_or_else(|| EVENTS.missing_field("eventID"))?,
        at: wire.at.required(EVENTS, "dateCreated"),
        release: tag(&tags, "release"),
        environment: tag(&tags, "environment"),
    })
}

/// The value of a tag; none where the event does not have the tag.
fn tag(tags: &Known<Vec<Tag>>, name: &str) -> Known<Option<String>> {
    tags.as_ref().and_then(|tags| {
        for tag in tags {
            match (&tag.key, &tag.value) {
                (Field::Given(key), Field::Given(value)) if key == name => {
                    return Known::Yes(Some(value.clone()));
                }
                (Field::Given(key), _) if key == name => {
                    return EVENTS.missing_field("tags.value").into();
                }
                (Field::Given(_), _) => {}
                _ => return EVENTS.missing_field("tags.key").into(),
            }
        }
        Known::Yes(None)
    })
}

#[derive(Deserialize)]
struct WireDebug {
    #[serde(default)]
    release_has_some_artifact: Field<bool>,
    #[serde(default)]
    has_uploaded_some_artifact_with_a_debug_id: Field<bool>,
    #[serde(default)]
    exceptions: Field<Vec<WireException>>,
}

#[derive(Deserialize)]
struct WireException {
    #[serde(default)]
    frames: Field<Vec<WireFrame>>,
}

#[derive(Deserialize)]
struct WireFrame {
    #[serde(default)]
    debug_id_process: Field<DebugIds>,
    #[serde(default)]
    release_process: Field<ByRelease>,
}

#[derive(Deserialize)]
struct DebugIds {
    #[serde(default)]
    uploaded_source_map_with_correct_debug_id: Field<bool>,
}

#[derive(Deserialize)]
struct ByRelease {
    #[serde(default)]
    source_map_lookup_result: Field<String>,
}

impl Collect<SentryProvider> for SourceMapDebug {
    async fn collect(sentry: &SentryProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let api = &sentry.api(facts);
        let projects = facts.list::<Project>().await?;
        let releases = facts.list::<Releases>().await?;
        let events = facts.list::<ErrorEvents>().await?;
        let mut collected = api.empty();
        collected.add_gaps_of(&projects.gaps);
        let each = projects.iter().map(|(id, project)| {
            let of = |found: Option<&Releases>| match found {
                Some(releases) => latest_version(releases),
                None => Known::Yes(None),
            };
            let version = releases.get(&id.place, &project.slug).and_then(of);
            let events = events.get(&id.place, &project.slug);
            let newest = events.and_then(|found| match found {
                Some(events) => events.newest.clone(),
                None => Known::Yes(Vec::new()),
            });
            debug(api, project, version, newest)
        });
        collected.resources = join_all(each).await;
        Ok(collected)
    }
}

async fn debug(
    api: &Api<'_>,
    project: &Project,
    version: Known<Option<String>>,
    events: Known<Vec<ErrorEvent>>,
) -> SourceMapDebug {
    let event = match (api.policy().is_front_end(project), version, events) {
        (Known::Yes(false), ..) => no_front_end().into(),
        (_, Known::No(unknown), _) | (_, _, Known::No(unknown)) => Known::No(unknown),
        (_, Known::Yes(None), _) => Known::Yes(None),
        (_, Known::Yes(Some(version)), Known::Yes(events)) => {
            match events.iter().find(|e| is_of(e, &version)) {
                Some(event) => debugged(api, &project.slug, &event.id).await.map(Some),
                None => Known::Yes(None),
            }
        }
    };
    SourceMapDebug {
        organization: project.organization.clone(),
        project: project.slug.clone(),
        event,
    }
}

fn is_of(event: &ErrorEvent, version: &str) -> bool {
    matches!(&event.release, Known::Yes(Some(release)) if release == version)
}

async fn debugged(api: &Api<'_>, project: &str, event: &str) -> Known<Debugged> {
    let params = [api.organization(), project, event];
    let answer = match api.get::<WireDebug>(DEBUG, &params, &[]).await {
        Ok(answer) => answer.body,
        Err(error) => return Unknown::from(error).into(),
    };
    Known::Yes(Debugged {
        id: event.to_owned(),
        mapped: mapped(answer.exceptions),
        release_has_some_artifact: answer
            .release_has_some_artifact
            .required(DEBUG, "release_has_some_artifact"),
        has_uploaded_some_artifact_with_a_debug_id: answer
            .has_uploaded_some_artifact_with_a_debug_id
            .required(DEBUG, "has_uploaded_some_artifact_with_a_debug_id"),
    })
}

/// Whether the source map of some frame was found.
fn mapped(exceptions: Field<Vec<WireException>>) -> Known<bool> {
    let exceptions = exceptions.required(DEBUG, "exceptions");
    exceptions.and_then(|exceptions| {
        Known::any(exceptions.into_iter().map(|exception| {
            let frames = exception.frames.required(DEBUG, "frames");
            frames.and_then(|frames| Known::any(frames.into_iter().map(found)))
        }))
    })
}

fn found(frame: WireFrame) -> Known<bool> {
    let by_id = frame.debug_id_process.required(DEBUG, "debug_id_process");
    let by_id = by_id.and_then(|process| {
        process
            .uploaded_source_map_with_correct_debug_id
            .required(DEBUG, "uploaded_source_map_with_correct_debug_id")
    });
    let by_release = frame.release_process.nullable(DEBUG, "release_process");
    let by_release = by_release.and_then(|process| match process {
        None => Known::Yes(false),
        Some(process) => process
            .source_map_lookup_result
            .required(DEBUG, "source_map_lookup_result")
            .map(|result| result == "found"),
    });
    Known::any([by_id, by_release])
}
