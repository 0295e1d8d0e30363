//! GET /projects/{organization}/{project}/events/ and …/events/{event}/source-map-debug/.

use futures::future::join_all;
use harden_collect::Gathered;
use harden_core::{FactError, Known, Unknown};
use jiff::Timestamp;
use serde::Deserialize;

use super::api::{PER_PAGE, next, refused};
use super::artifacts::no_front_end;
use super::field::{Call, Field};
use super::project::copied;
use super::releases::latest_version;
use super::{Live, Run};
use crate::resources::{Debugged, ErrorEvent, ErrorEvents, Project, Releases, SourceMapDebug};

const EVENTS: Call = Call::new(
    "GET /projects/{organization}/{project}/events/",
    "project:read",
);
const DEBUG: Call = Call::new(
    "GET /projects/{organization}/{project}/events/{event}/source-map-debug/",
    "project:read",
);

/// How far back events are looked at.
const PERIOD: (&str, &str) = ("statsPeriod", "14d");

/// How many pages are looked through for an event of production.
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

impl Live for ErrorEvents {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let projects = run.facts.list::<Project>().await?;
        let mut gathered = run.over();
        gathered.gaps.extend(copied(&projects));
        let each = projects
            .iter()
            .map(|(_, project)| newest(run, &project.slug));
        gathered.resources = join_all(each).await;
        Ok(gathered)
    }
}

/// Page after page, until one has an event that may be of production: the endpoint can't be asked
/// for an environment.
async fn newest(run: &Run<'_>, project: &str) -> ErrorEvents {
    let params = [run.organization(), project];
    let mut all: Vec<ErrorEvent> = Vec::new();
    let mut cursor: Option<String> = None;
    let mut pages = 0;
    let (newest, more) = loop {
        let mut query = vec![PERIOD, PER_PAGE];
        if let Some(cursor) = &cursor {
            query.push(("cursor", cursor));
        }
        let answer = match run.get::<Vec<WireEvent>>(EVENTS, &params, &query).await {
            Ok(answer) => answer,
            // what the pages before had stays
            Err(unknown) if pages > 0 => break (Known::Yes(all), unknown.into()),
            Err(unknown) => break (unknown.clone().into(), unknown.into()),
        };
        pages += 1;
        let following = next(EVENTS, &answer);
        let page: Result<Vec<_>, Unknown> = answer.body.into_iter().map(event).collect();
        let page = match page {
            Ok(page) => page,
            Err(unknown) => break (unknown.clone().into(), unknown.into()),
        };
        let production = page.iter().any(|event| may_be_of(event, run));
        all.extend(page);
        cursor = match following {
            Ok(cursor) => cursor,
            Err(error) => break (Known::Yes(all), refused(&error, EVENTS).into()),
        };
        if production || cursor.is_none() || pages >= MOST_PAGES {
            break (Known::Yes(all), Known::Yes(cursor.is_some()));
        }
    };
    ErrorEvents {
        organization: run.organization().to_owned(),
        project: project.to_owned(),
        newest,
        more,
    }
}

/// Whether an event may be one of production: all but those that name another environment.
fn may_be_of(event: &ErrorEvent, run: &Run<'_>) -> bool {
    match &event.environment {
        Known::Yes(Some(environment)) => *environment == run.policy().environment,
        Known::Yes(None) | Known::No(_) => true,
    }
}

fn event(wire: WireEvent) -> Result<ErrorEvent, Unknown> {
    let tags = wire.tags.required(EVENTS, "tags");
    Ok(ErrorEvent {
        id: wire.id.ok().ok_or_else(|| EVENTS.missing("eventID"))?,
        at: wire.at.required(EVENTS, "dateCreated"),
        release: tag(&tags, "release"),
        environment: tag(&tags, "environment"),
    })
}

/// A tag's value; none where there is no such tag.
fn tag(tags: &Known<Vec<Tag>>, name: &str) -> Known<Option<String>> {
    tags.as_ref().and_then(|tags| {
        for tag in tags {
            match (&tag.key, &tag.value) {
                (Field::Given(key), Field::Given(value)) if key == name => {
                    return Known::Yes(Some(value.clone()));
                }
                (Field::Given(key), _) if key == name => {
                    return EVENTS.missing("tags.value").into();
                }
                (Field::Given(_), _) => {}
                _ => return EVENTS.missing("tags.key").into(),
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

impl Live for SourceMapDebug {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let projects = run.facts.list::<Project>().await?;
        let releases = run.facts.list::<Releases>().await?;
        let events = run.facts.list::<ErrorEvents>().await?;
        let mut gathered = run.over();
        gathered.gaps.extend(copied(&projects));
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
            debug(run, project, version, newest)
        });
        gathered.resources = join_all(each).await;
        Ok(gathered)
    }
}

async fn debug(
    run: &Run<'_>,
    project: &Project,
    version: Known<Option<String>>,
    events: Known<Vec<ErrorEvent>>,
) -> SourceMapDebug {
    let event = match (run.policy().is_front_end(project), version, events) {
        (Known::Yes(false), ..) => no_front_end().into(),
        (_, Known::No(unknown), _) | (_, _, Known::No(unknown)) => Known::No(unknown),
        (_, Known::Yes(None), _) => Known::Yes(None),
        (_, Known::Yes(Some(version)), Known::Yes(events)) => {
            match events.iter().find(|e| is_of(e, &version)) {
                Some(event) => debugged(run, &project.slug, &event.id).await.map(Some),
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

async fn debugged(run: &Run<'_>, project: &str, event: &str) -> Known<Debugged> {
    let params = [run.organization(), project, event];
    let answer = match run.get::<WireDebug>(DEBUG, &params, &[]).await {
        Ok(answer) => answer.body,
        Err(unknown) => return unknown.into(),
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
