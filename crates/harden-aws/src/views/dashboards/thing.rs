//! Resources whose metrics a dashboard can show.

use harden_core::Place;

use super::search::{Candidate, finds};
use crate::resources::{Dimensions, EcsService, LoadBalancer};
use crate::views::backups::{Database, DatabaseKind};

/// A resource whose metrics a dashboard can show.
#[derive(Debug, Clone)]
pub(crate) struct DashboardResource {
    pub(crate) name: Box<str>,
    pub(crate) place: Place,
    /// The namespace of its metrics.
    pub(crate) namespace: &'static str,
    /// The dimensions that identify it. The first is enough by itself.
    pub(crate) dimensions: Vec<(&'static str, Box<str>)>,
    /// Dimensions of its parts, whose metrics count too: the members of a cluster.
    parts: Vec<(&'static str, Box<str>)>,
}

impl DashboardResource {
    /// An ECS service.
    pub(super) fn of_service(service: &EcsService, place: &Place) -> Self {
        let names = [
            ("ServiceName", service.service()),
            ("ClusterName", service.cluster()),
        ];
        Self::new(service.service(), place, "AWS/ECS", &names)
    }

    /// A load balancer.
    pub(super) fn of_balancer(balancer: &LoadBalancer, place: &Place) -> Self {
        let dimension = balancer.dimension();
        let mut parts = dimension.split('/');
        let namespace = match parts.next() {
            Some("net") => "AWS/NetworkELB",
            Some("gwy") => "AWS/GatewayELB",
            _ => "AWS/ApplicationELB",
        };
        let name = parts.next().unwrap_or_default();
        Self::new(name, place, namespace, &[("LoadBalancer", dimension)])
    }

    /// A database.
    pub(super) fn of_database(database: &Database) -> Self {
        let namespace = match database.engine.ok().map(String::as_str) {
            Some("neptune") => "AWS/Neptune",
            Some("docdb") => "AWS/DocDB",
            _ => "AWS/RDS",
        };
        let dimension = match database.kind {
            DatabaseKind::Instance => "DBInstanceIdentifier",
            DatabaseKind::Cluster => "DBClusterIdentifier",
        };
        let mut resource = Self::new(
            &database.name,
            &database.place,
            namespace,
            &[(dimension, &*database.name)],
        );
        let members = database
            .member_zones
            .ok()
            .into_iter()
            .flat_map(|zones| zones.keys());
        resource.parts = members
            .map(|m| ("DBInstanceIdentifier", Box::from(m.as_str())))
            .collect();
        resource
    }

    fn new(
        name: &str,
        place: &Place,
        namespace: &'static str,
        dimensions: &[(&'static str, &str)],
    ) -> Self {
        let dimensions = dimensions.iter().map(|(n, v)| (*n, Box::from(*v)));
        Self {
            name: name.into(),
            place: place.clone(),
            namespace,
            dimensions: dimensions.collect(),
            parts: Vec::new(),
        }
    }

    /// Whether a metric with these dimensions belongs to it.
    pub(super) fn has(&self, namespace: &str, dimensions: &Dimensions) -> bool {
        if !self.is_of(namespace) {
            return false;
        }
        let is = |name: &str, value: &str| {
            dimensions
                .get(name)
                .is_some_and(|found| found == "*" || found == value)
        };
        // the other dimensions can be left out, but must not have the value of another resource
        let whole = self
            .dimensions
            .iter()
            .enumerate()
            .all(|(i, (name, value))| is(name, value) || (i > 0 && dimensions.get(name).is_none()));
        whole || self.parts.iter().any(|(name, value)| is(name, value))
    }

    fn is_of(&self, namespace: &str) -> bool {
        namespace == self.namespace
            || (self.namespace == "AWS/ECS" && namespace == "ECS/ContainerInsights")
    }

    /// Whether a search expression finds metrics of it.
    pub(super) fn is_found_by(&self, expression: &str) -> bool {
        let found = |dimensions: &[(&str, &str)]| {
            let candidate = Candidate {
                namespace: self.namespace,
                dimensions,
            };
            finds(expression, &candidate)
        };
        let whole: Vec<(&str, &str)> = self.dimensions.iter().map(|(n, v)| (*n, &**v)).collect();
        found(&whole)
            || self
                .parts
                .iter()
                .any(|(name, value)| found(&[(*name, &**value)]))
    }

    /// Whether an explorer widget for a resource type can show it.
    pub(super) fn may_be_explored_by(&self, kind: &str) -> bool {
        let service = match self.namespace {
            "AWS/ECS" => "AWS::ECS::",
            "AWS/RDS" | "AWS/Neptune" | "AWS/DocDB" => "AWS::RDS::",
            _ => "AWS::ElasticLoadBalancingV2::",
        };
        kind.starts_with(service)
    }
}
