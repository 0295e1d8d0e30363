//! A project with the alerts of its organization.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Resource, Subject};

use crate::resources::{Alert, Detector, Project};

/// A project, and the alerts that may be about it.
#[derive(Debug)]
pub(crate) struct ProjectAlerts {
    pub(crate) project: Project,
    pub(crate) alerts: Vec<Arc<Alert>>,
    /// Whether that is all of them.
    pub(crate) complete: Known<()>,
    /// The project's built-in monitor of errors, to which an alert on issues is connected; none on
    /// a server that knows only rules.
    pub(crate) error_monitor: Known<Option<String>>,
}

#[async_trait]
impl Subject for ProjectAlerts {
    const KINDS: &'static [&'static Kind] = &[Project::KIND, Alert::KIND, Detector::KIND];

    async fn gather(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let projects = cx.list::<Project>().await?;
        let alerts = cx.list::<Alert>().await?;
        let detectors = cx.list::<Detector>().await?;
        let items = projects.iter().map(|(id, project)| {
            let all = alerts.iter_shared();
            let subject = Self {
                project: project.clone(),
                alerts: all
                    .filter(|(alert, _)| alert.place == id.place)
                    .map(|(_, alert)| Arc::clone(alert))
                    .collect(),
                complete: alerts.readable(&id.place),
                error_monitor: error_monitor(project, &detectors),
            };
            (Arc::clone(id), subject)
        });
        Ok(Arc::new(Listing::new(
            items.collect(),
            projects.scope.clone(),
            projects.gaps.clone(),
        )))
    }
}

/// The monitor `error` of a project, else `issue_stream`.
fn error_monitor(project: &Project, detectors: &Listing<Detector>) -> Known<Option<String>> {
    let place = project.id().place;
    let of_kind = |kind: &str| {
        detectors
            .at(&place)
            .map(|(_, detector)| detector)
            .find(|d| {
                d.monitor.project == project.slug && d.kind.ok().map(String::as_str) == Some(kind)
            })
            .map(|d| d.monitor.id.clone())
    };
    match of_kind("error").or_else(|| of_kind("issue_stream")) {
        Some(id) => Known::Yes(Some(id)),
        None => detectors.readable(&place).map(|()| None),
    }
}
