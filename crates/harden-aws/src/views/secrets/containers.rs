//! The containers of the task definitions that ECS services use.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
};

use crate::resources::{Container, EcsService, TaskDefinition};

/// A container of a family of task definitions, in every revision that a service uses.
pub(crate) struct FamilyContainer {
    pub(crate) place: Place,
    pub(crate) family: Box<str>,
    /// The revisions in use (`family:7`), each with the container, or why it is unknown.
    pub(crate) revisions: Vec<(Box<str>, Known<Container>)>,
    /// Whether every revision in use is known. A service with an unknown task definition can use any
    /// revision.
    pub(crate) all_read: Known<()>,
}

const KIND: &str = "aws/ecs-container";

#[async_trait]
impl Subject for FamilyContainer {
    const KINDS: &'static [&'static Kind] = &[EcsService::KIND, TaskDefinition::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let services = cx.list::<EcsService>().await?;
        let definitions = cx.list::<TaskDefinition>().await?;
        Ok(Arc::new(containers(&services, &definitions)))
    }
}

/// The task definition with an ARN, or why it is unknown.
pub(crate) fn task_definition<'a>(
    definitions: &'a Listing<TaskDefinition>,
    place: &Place,
    arn: &str,
) -> Known<&'a TaskDefinition> {
    let revision = TaskDefinition::revision_of(arn);
    definitions
        .get(place, revision)
        .and_then(|found| match found {
            Some(definition) => Known::Yes(definition),
            None => Unknown::new(
                Cause::NotRecorded,
                format!("the snapshot does not contain the task definition {revision}"),
            )
            .during("ecs:DescribeTaskDefinition")
            .into(),
        })
}

fn containers(
    services: &Listing<EcsService>,
    definitions: &Listing<TaskDefinition>,
) -> Listing<FamilyContainer> {
    let mut found: BTreeMap<(Place, String), FamilyContainer> = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    // why a revision in use may be unknown, by place, or by place and family
    let mut unread: BTreeMap<(&Place, Option<&str>), Arc<Unknown>> = BTreeMap::new();
    for (id, service) in services.iter() {
        // a service with an unknown task definition gets one unknown container
        let arn = match &service.task_definition {
            Known::Yes(arn) => arn.as_str(),
            Known::No(unknown) => {
                unread
                    .entry((&id.place, None))
                    .or_insert_with(|| Arc::clone(unknown));
                let why = Known::No(unknown.clone());
                let name = format!("{} in {}", service.service(), service.cluster());
                add(&mut found, &id.place, &name, "*", "", why);
                continue;
            }
        };
        if !seen.insert((&id.place, arn)) {
            continue;
        }
        let (family, revision) = (
            TaskDefinition::family_of(arn),
            TaskDefinition::revision_of(arn),
        );
        let of = task_definition(definitions, &id.place, arn);
        let of = of.and_then(|definition| definition.containers.as_ref());
        match of {
            Known::Yes(containers) => {
                for container in containers {
                    let here = Known::Yes(container.clone());
                    add(
                        &mut found,
                        &id.place,
                        family,
                        &container.name,
                        revision,
                        here,
                    );
                }
            }
            Known::No(unknown) => {
                unread
                    .entry((&id.place, Some(family)))
                    .or_insert_with(|| Arc::clone(&unknown));
                add(
                    &mut found,
                    &id.place,
                    family,
                    "*",
                    revision,
                    Known::No(unknown),
                );
            }
        }
    }
    let items = found
        .into_iter()
        .map(|((place, name), mut container)| {
            let of_place = unread.get(&(&place, None));
            let why = of_place.or_else(|| unread.get(&(&place, Some(&*container.family))));
            if let Some(unknown) = why {
                container.all_read = Known::No(Arc::clone(unknown));
            }
            let shown = format!("{name} in {place}");
            let mut id = ResourceId::new(KIND, place, &name).shown_as(&shown);
            // the unknown containers of a task definition that could not be read
            if name.ends_with("/*") {
                id = id.collective();
            }
            (Arc::new(id), container)
        })
        .collect();
    Listing::new(items, services.scope.clone(), services.gaps.clone())
}

fn add(
    found: &mut BTreeMap<(Place, String), FamilyContainer>,
    place: &Place,
    family: &str,
    container: &str,
    revision: &str,
    what: Known<Container>,
) {
    let key = (place.clone(), format!("{family}/{container}"));
    let entry = found.entry(key).or_insert_with(|| FamilyContainer {
        place: place.clone(),
        family: family.into(),
        revisions: Vec::new(),
        all_read: Known::Yes(()),
    });
    entry.revisions.push((revision.into(), what));
}
