//! ECS services with the alarms of their place.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, Subject};

use crate::resources::{Alarm, EcsService};
use crate::views::alarms::{AlarmIndex, CandidateAlarms};

/// An ECS service with the alarms on its metrics.
pub(crate) struct ServiceWithAlarms {
    pub(crate) cluster: Box<str>,
    pub(crate) service: Box<str>,
    pub(crate) place: Place,
    /// Why it needs no alarm: see [`EcsService::idle_reason`].
    pub(crate) idle: Known<Option<&'static str>>,
    pub(crate) candidates: CandidateAlarms,
    /// The start of the names of new alarms: the name of the service. Where another cluster has a
    /// service of the same name, the name of the cluster comes first.
    pub(crate) stem: String,
}

#[async_trait]
impl Subject for ServiceWithAlarms {
    const KINDS: &'static [&'static Kind] = &[EcsService::KIND, Alarm::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let services = cx.list::<EcsService>().await?;
        let alarms = cx.list::<Alarm>().await?;
        Ok(Arc::new(with_alarms(&services, &alarms)))
    }
}

fn with_alarms(
    services: &Listing<EcsService>,
    alarms: &Listing<Alarm>,
) -> Listing<ServiceWithAlarms> {
    let index = AlarmIndex::of(alarms);
    let mut same_names: HashMap<(&Place, &str), u32> = HashMap::new();
    for (id, service) in services.iter() {
        let count = same_names.entry((&id.place, service.service()));
        *count.or_default() += 1;
    }
    let items = services
        .iter()
        .map(|(id, service)| {
            let (cluster, name) = (service.cluster(), service.service());
            let is_unique = same_names.get(&(&id.place, name)) == Some(&1);
            let view = ServiceWithAlarms {
                cluster: cluster.into(),
                service: name.into(),
                place: id.place.clone(),
                idle: service.idle_reason(),
                candidates: index.candidates(&id.place, "ServiceName", name),
                stem: if is_unique {
                    name.to_owned()
                } else {
                    format!("{cluster}-{name}")
                },
            };
            (Arc::clone(id), view)
        })
        .collect();
    Listing::new(items, services.scope.clone(), services.gaps.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use harden_core::Scope;

    #[test]
    fn new_alarms_of_services_of_the_same_name_do_not_collide() {
        let service = |cluster: &str, name: &str| -> (Arc<harden_core::ResourceId>, EcsService) {
            let arn = |kind: &str| format!("arn:aws:ecs:us-east-2:392853978631:{kind}");
            let service: EcsService = serde_json::from_value(serde_json::json!({
                "arn": arn(&format!("service/{cluster}/{name}")),
                "cluster_arn": arn(&format!("cluster/{cluster}"))
            }))
            .unwrap();
            (Arc::new(service.id()), service)
        };
        let services = vec![
            service("a", "api"),
            service("b", "api"),
            service("b", "web"),
        ];
        let services = Listing::new(services, Scope::Everything, Vec::new());
        let alarms = Listing::new(Vec::new(), Scope::Everything, Vec::new());
        let listing = with_alarms(&services, &alarms);
        let stems: Vec<&str> = listing.iter().map(|(_, view)| &*view.stem).collect();
        assert_eq!(stems, ["a-api", "b-api", "web"]);
    }
}
