//! ECS services with the alarms of their place.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, Subject};

use crate::resources::{Alarm, EcsService};
use crate::views::alarms::{AlarmIndex, Watchers};

/// An ECS service with the alarms that name it.
pub(crate) struct WatchedService {
    pub(crate) cluster: Box<str>,
    pub(crate) service: Box<str>,
    pub(crate) place: Place,
    /// Why it needs no alarm: see [`EcsService::idle_reason`].
    pub(crate) idle: Known<Option<&'static str>>,
    pub(crate) watchers: Watchers,
    /// What names of new alarms begin with: the service's name, with the cluster's where another
    /// cluster has a service of that name.
    pub(crate) stem: String,
}

#[async_trait]
impl Subject for WatchedService {
    const KINDS: &'static [&'static Kind] = &[EcsService::KIND, Alarm::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let services = cx.list::<EcsService>().await?;
        let alarms = cx.list::<Alarm>().await?;
        Ok(Arc::new(watched(&services, &alarms)))
    }
}

fn watched(services: &Listing<EcsService>, alarms: &Listing<Alarm>) -> Listing<WatchedService> {
    let index = AlarmIndex::of(alarms);
    let mut namesakes: HashMap<(&Place, &str), u32> = HashMap::new();
    for (id, service) in services.iter() {
        let count = namesakes.entry((&id.place, service.service()));
        *count.or_default() += 1;
    }
    let items = services
        .iter()
        .map(|(id, service)| {
            let (cluster, name) = (service.cluster(), service.service());
            let alone = namesakes.get(&(&id.place, name)) == Some(&1);
            let view = WatchedService {
                cluster: cluster.into(),
                service: name.into(),
                place: id.place.clone(),
                idle: service.idle_reason(),
                watchers: index.watchers(&id.place, "ServiceName", name),
                stem: if alone {
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
    fn new_alarms_of_namesakes_do_not_collide() {
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
        let watched = watched(&services, &alarms);
        let stems: Vec<&str> = watched.iter().map(|(_, view)| &*view.stem).collect();
        assert_eq!(stems, ["a-api", "b-api", "web"]);
    }
}
