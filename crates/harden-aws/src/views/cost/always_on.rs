//! Services and databases with the schedules that stop them or scale them down.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, Subject};
use jiff::Timestamp;

use crate::AwsPolicy;
use crate::arn::Arn;
use crate::resources::{
    DbCluster, DbInstance, EcsService, ScalingSchedule, StopSchedule, Stops, Tags,
};
use crate::views::backups::{Database, DatabaseKind};

/// A service or a database that can be stopped at night.
pub(crate) struct SchedulableResource {
    pub(crate) resource_type: ResourceType,
    /// The AWS partition: `aws`.
    pub(crate) partition: Box<str>,
    pub(crate) name: Box<str>,
    pub(crate) place: Place,
    pub(crate) tags: Known<Tags>,
    /// Why it is not running, or `None` where it is.
    pub(crate) stopped_reason: Known<Option<String>>,
    /// Why AWS cannot stop it, or `None` where it can.
    pub(crate) cannot_stop_reason: Known<Option<String>>,
    /// The schedule that scales it down, as text.
    pub(crate) schedule: Known<Option<String>>,
}

/// The type of a schedulable resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ResourceType {
    Service {
        cluster: Box<str>,
        desired: Known<i64>,
    },
    Database(DatabaseKind),
}

#[async_trait]
impl Subject for SchedulableResource {
    const KINDS: &'static [&'static Kind] = &[
        DbCluster::KIND,
        DbInstance::KIND,
        EcsService::KIND,
        ScalingSchedule::KIND,
        StopSchedule::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<AwsPolicy>();
        let services = cx.list::<EcsService>().await?;
        let databases = cx.subjects::<Database>().await?;
        let scaling = cx.list::<ScalingSchedule>().await?;
        let stops = cx.list::<StopSchedule>().await?;
        let schedules = Schedules {
            scaling: &scaling,
            stops: &stops,
            tag: &policy.nonproduction.schedule_tag,
            now: cx.now(),
        };
        let of_services = services
            .iter()
            .map(|(id, service)| (Arc::clone(id), schedules.of_service(&id.place, service)));
        let of_databases = databases
            .iter()
            .map(|(id, database)| (Arc::clone(id), schedules.of_database(database)));
        let items = of_services.chain(of_databases).collect();
        let gaps = [&*services.gaps, &*databases.gaps].concat();
        Ok(Arc::new(Listing::new(items, services.scope.clone(), gaps)))
    }
}

/// Everything that can scale a resource down.
struct Schedules<'a> {
    scaling: &'a Listing<ScalingSchedule>,
    stops: &'a Listing<StopSchedule>,
    tag: &'a str,
    now: Timestamp,
}

impl Schedules<'_> {
    fn of_service(&self, place: &Place, service: &EcsService) -> SchedulableResource {
        let (cluster, name) = (service.cluster(), service.service());
        let stopped_reason = match (service.desired_count.ok(), service.status.ok()) {
            (Some(0), _) => Known::Yes(Some("its desired count is 0".to_owned())),
            (_, Some(status)) if status != "ACTIVE" => {
                Known::Yes(Some(format!("its status is {status}")))
            }
            _ => {
                let status = service.status.as_ref();
                status.and_then(|_| service.desired_count.as_ref().map(|_| None))
            }
        };
        let resource = format!("service/{cluster}/{name}");
        let schedule = first([
            self.by_tag(&service.tags),
            self.by_scaling(place, &resource, service.desired_count.ok().copied()),
            self.by_stop(place, |stops| match stops {
                Stops::Service {
                    cluster: of,
                    service,
                    desired_count,
                } => of == cluster && service == name && *desired_count == Some(0),
                _ => false,
            }),
        ]);
        SchedulableResource {
            resource_type: ResourceType::Service {
                cluster: cluster.into(),
                desired: service.desired_count.clone(),
            },
            partition: Arn::parse(&service.arn)
                .map_or("aws", |arn| arn.partition)
                .into(),
            name: name.into(),
            place: place.clone(),
            tags: service.tags.clone(),
            stopped_reason,
            cannot_stop_reason: Known::Yes(None),
            schedule,
        }
    }

    fn of_database(&self, database: &Database) -> SchedulableResource {
        let stopped_reason = database.status.as_ref().map(|status| {
            matches!(&**status, "stopped" | "stopping" | "deleting")
                .then(|| format!("its status is {status}"))
        });
        let name = &*database.name;
        let schedule = first([
            self.by_tag(&database.tags),
            self.by_stop(&database.place, |stops| match (stops, database.kind) {
                (Stops::Instance(of), DatabaseKind::Instance)
                | (Stops::Cluster(of), DatabaseKind::Cluster) => of == name,
                _ => false,
            }),
        ]);
        SchedulableResource {
            resource_type: ResourceType::Database(database.kind),
            partition: database.partition.clone(),
            name: database.name.clone(),
            place: database.place.clone(),
            tags: database.tags.clone(),
            stopped_reason,
            cannot_stop_reason: cannot_stop_reason(database),
            schedule,
        }
    }

    /// The tag of Instance Scheduler on AWS.
    fn by_tag(&self, tags: &Known<Tags>) -> Known<Option<String>> {
        tags.as_ref().map(|tags| {
            let (key, value) = (self.tag, tags.get(self.tag)?);
            let inactive = ["", "none", "never", "false", "no", "off", "disabled"];
            let scheduled = !inactive.contains(&&*value.trim().to_ascii_lowercase());
            scheduled.then(|| format!("tag {key}={value}"))
        })
    }

    /// A scheduled action of Application Auto Scaling.
    fn by_scaling(
        &self,
        place: &Place,
        resource: &str,
        desired: Option<i64>,
    ) -> Known<Option<String>> {
        let of = |(_, action): &(_, &ScalingSchedule)| action.resource == resource;
        let actions = self.scaling.at(place).filter(of);
        let actions: Vec<_> = actions
            .map(|(_, action)| (action, self.is_recurring(&action.schedule, &action.ends_at)))
            .collect();
        // a maximum of 0, or below the current desired count, or below the minimum that another
        // scheduled action sets later: otherwise the action changes nothing
        let is_below = |max: i64| {
            let scaled_up = actions.iter().map(|(action, is_recurring)| {
                let min = action.min_capacity.as_ref();
                let above = min.map(|min| min.is_some_and(|min| max < min));
                Known::all([above, is_recurring.clone()])
            });
            let runs = desired.is_some_and(|desired| max < desired);
            Known::any(scaled_up.chain([Known::Yes(max == 0 || runs)]))
        };
        let found = actions.iter().map(|(action, is_recurring)| {
            let max = action.max_capacity.as_ref();
            let lowers = max.and_then(|max| max.map_or(Known::Yes(false), is_below));
            let counts = Known::all([lowers, is_recurring.clone()]);
            counts.map(|counts| counts.then(|| format!("scheduled action {}", action.name)))
        });
        first(found.chain([self.scaling.readable(place).map(|()| None)]))
    }

    /// A schedule of EventBridge Scheduler.
    fn by_stop(&self, place: &Place, is_of: impl Fn(&Stops) -> bool) -> Known<Option<String>> {
        let found = self.stops.at(place).map(|(id, schedule)| {
            let counts = Known::all([
                schedule.does.as_ref().map(&is_of),
                schedule.state.as_ref().map(|state| state == "ENABLED"),
                self.is_recurring(&schedule.schedule, &schedule.ends_at),
            ]);
            counts.map(|counts| counts.then(|| format!("schedule {}", id.name)))
        });
        first(found.chain([self.stops.readable(place).map(|()| None)]))
    }

    /// Whether a schedule recurs and has not ended. An `at(…)` schedule runs once.
    fn is_recurring(
        &self,
        expression: &Known<String>,
        ends_at: &Known<Option<Timestamp>>,
    ) -> Known<bool> {
        Known::all([
            expression.as_ref().map(|text| !text.starts_with("at(")),
            ends_at
                .as_ref()
                .map(|end| end.is_none_or(|end| end > self.now)),
        ])
    }
}

/// Why RDS cannot stop a database. It stops neither a DB instance that is or has a read replica, nor
/// a Multi-AZ instance of SQL Server ("Stopping an Amazon RDS DB instance temporarily", Limitations,
/// RDS user guide).
fn cannot_stop_reason(database: &Database) -> Known<Option<String>> {
    if database.kind != DatabaseKind::Instance {
        return Known::Yes(None);
    }
    let of = database.replica_of.as_ref().map(|source| {
        let source = source.as_ref()?;
        Some(format!(
            "it cannot be stopped: it is a read replica of {source}"
        ))
    });
    let has = database.read_replicas.as_ref().map(|replicas| {
        let replica = replicas.first()?;
        Some(format!(
            "it cannot be stopped: {replica} is a read replica of it"
        ))
    });
    let mirrored = database.engine.as_ref().and_then(|engine| {
        if !engine.starts_with("sqlserver") {
            return Known::Yes(None);
        }
        let why = "it cannot be stopped: SQL Server with Multi-AZ";
        let mirrored = database.multi_az.as_ref();
        mirrored.map(|multi_az| multi_az.then(|| why.to_owned()))
    });
    first([of, has, mirrored])
}

/// The first value that is known to exist. `None` is known only where every part is known.
fn first(parts: impl IntoIterator<Item = Known<Option<String>>>) -> Known<Option<String>> {
    let mut unknown = None;
    for part in parts {
        match part {
            Known::Yes(Some(found)) => return Known::Yes(Some(found)),
            Known::Yes(None) => {}
            Known::No(why) => {
                unknown.get_or_insert(why);
            }
        }
    }
    unknown.map_or(Known::Yes(None), Known::No)
}
