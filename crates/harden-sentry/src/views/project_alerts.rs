//! A project with the alerts of its organization.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Resource, Subject};

use crate::resources::{Alert, Detector, Monitor, Project, Watches};

/// A project, and all alerts of its organization: an alert names its projects in its monitors.
#[derive(Debug)]
pub(crate) struct ProjectAlerts {
    pub(crate) project: Project,
    pub(crate) alerts: Vec<Arc<Alert>>,
    /// Unknown where some alerts of the organization could not be read.
    pub(crate) complete: Known<()>,
    /// The id of the project's built-in error monitor, to which an alert on issues is connected;
    /// `None` on a server that has only alert rules.
    pub(crate) error_monitor: Known<Option<String>>,
    /// The project's metric monitors, whose issues an alert on its issue stream can receive.
    pub(crate) metric_monitors: Known<Vec<Monitor>>,
}

#[async_trait]
impl Subject for ProjectAlerts {
    const KINDS: &'static [&'static Kind] = &[Project::KIND, Alert::KIND, Detector::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
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
                error_monitor: find_error_monitor(project, &detectors),
                metric_monitors: find_metric_monitors(project, &detectors),
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

/// The id of the project's monitor of type `error`, else of type `issue_stream`.
fn find_error_monitor(project: &Project, detectors: &Listing<Detector>) -> Known<Option<String>> {
    let place = project.id().place;
    let of_kind = |kind: &str| {
        detectors
            .at(&place)
            .map(|(_, detector)| detector)
            .find(|d| {
                d.monitor.project.as_ref() == Some(&project.slug)
                    && d.kind.ok().map(String::as_str) == Some(kind)
            })
            .map(|d| d.monitor.id.clone())
    };
    match of_kind("error").or_else(|| of_kind("issue_stream")) {
        Some(id) => Known::Yes(Some(id)),
        None => detectors.readable(&place).map(|()| None),
    }
}

/// The monitors of a project that are metric monitors, or can be: one whose type could not be read
/// is among them, so that the comparison becomes unknown.
fn find_metric_monitors(project: &Project, detectors: &Listing<Detector>) -> Known<Vec<Monitor>> {
    let place = project.id().place;
    let all = detectors.at(&place).map(|(_, detector)| &detector.monitor);
    let of_metrics = all.filter(|monitor| {
        let watches = monitor.watches.ok();
        monitor.project.as_ref() == Some(&project.slug)
            && watches.is_none_or(|watches| matches!(watches, Watches::Metric(_)))
    });
    let of_metrics = of_metrics.cloned().collect();
    detectors.readable(&place).map(|()| of_metrics)
}
