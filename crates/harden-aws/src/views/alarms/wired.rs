//! Alarms with their parents: the composite alarms that they can put into ALARM.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
};

use super::composite;
use super::suppressor::Suppressors;
use crate::arn::Arn;
use crate::resources::{Alarm, AlarmDefinition, CompositeAlarm};

/// The parents of each alarm of a listing. A parent is a composite alarm that goes into ALARM when
/// the alarm does.
pub(crate) struct CompositeIndex<'a> {
    alarms: &'a Listing<Alarm>,
    /// The composite alarms whose rule names a child, by the place and name of the child.
    direct: HashMap<(Place, String), Vec<Arc<ResourceId>>>,
    places: HashMap<Place, Unread>,
}

#[derive(Default)]
struct Unread {
    /// Names and rules of the composite alarms whose rule could not be parsed.
    rules: Vec<(Box<str>, String)>,
    /// Why it is unknown whether some alarm is a composite alarm.
    definition: Option<Unknown>,
}

/// The composite alarms that an alarm can put into ALARM.
#[derive(Debug)]
pub(crate) struct Parents {
    /// Direct parents and their parents, in the order of their names.
    pub(crate) composites: Vec<Arc<ResourceId>>,
    /// Whether the list is complete.
    pub(crate) all: Known<()>,
}

impl<'a> CompositeIndex<'a> {
    pub(crate) fn of(alarms: &'a Listing<Alarm>) -> Self {
        let mut direct: HashMap<_, Vec<_>> = HashMap::new();
        let mut places: HashMap<Place, Unread> = HashMap::new();
        for (id, alarm) in alarms.iter() {
            let rule = match &alarm.definition {
                Known::Yes(AlarmDefinition::Composite(CompositeAlarm { rule, .. })) => rule,
                Known::Yes(AlarmDefinition::Metric(_) | AlarmDefinition::Log(_)) => continue,
                Known::No(unknown) => {
                    let unread = places.entry(id.place.clone()).or_default();
                    unread.definition.get_or_insert_with(|| (**unknown).clone());
                    continue;
                }
            };
            let Ok(children) = composite::triggering_children(rule) else {
                let unread = places.entry(id.place.clone()).or_default();
                unread.rules.push((id.name.clone(), rule.clone()));
                continue;
            };
            for child in children {
                let key = place_and_name(&child, &id.place);
                direct.entry(key).or_default().push(Arc::clone(id));
            }
        }
        Self {
            alarms,
            direct,
            places,
        }
    }

    /// The composite alarms that an alarm can put into ALARM, directly or through other composite
    /// alarms. Composite alarms can name each other in a cycle, so each is visited once.
    pub(crate) fn parents_of(&self, alarm: &ResourceId) -> Parents {
        let mut found: BTreeSet<Arc<ResourceId>> = BTreeSet::new();
        let mut open = vec![(alarm.place.clone(), alarm.name.to_string())];
        let mut all = self.alarms.readable(&alarm.place);
        while let Some(child) = open.pop() {
            if let Some(unread) = self.places.get(&child.0) {
                all = all.and_then(|()| unread.excludes(&child.1));
            }
            for id in self.direct.get(&child).into_iter().flatten() {
                if **id != *alarm && found.insert(Arc::clone(id)) {
                    open.push((id.place.clone(), id.name.to_string()));
                }
            }
        }
        Parents {
            composites: found.into_iter().collect(),
            all,
        }
    }
}

impl Unread {
    /// Known where no unreadable rule can be about a child. A rule that does not contain the name of
    /// the child cannot depend on it, even where the rest of the rule is not understood.
    fn excludes(&self, child: &str) -> Known<()> {
        let names_it = self.rules.iter().find(|(_, rule)| rule.contains(child));
        if let Some((composite, _)) = names_it {
            let message =
                format!("the rule of the composite alarm {composite} could not be parsed");
            return Unknown::undetermined(message).into();
        }
        match &self.definition {
            Some(unknown) => unknown.clone().into(),
            None => Known::Yes(()),
        }
    }
}

/// The place and name of a child. A rule names it by name or by ARN.
pub(super) fn place_and_name(child: &str, place: &Place) -> (Place, String) {
    let arn = Arn::parse(child).filter(|arn| arn.service == "cloudwatch");
    match arn.and_then(|arn| Some((arn.place(), arn.resource.strip_prefix("alarm:")?))) {
        Some((place, name)) => (place, name.to_owned()),
        None => (place.clone(), child.to_owned()),
    }
}

/// An alarm with the composite alarms that it can put into ALARM.
pub(crate) struct AlarmWithParents {
    pub(crate) alarm: Arc<Alarm>,
    /// The parents by name, each with whether its actions run: they are enabled, and there is at
    /// least one ALARM action.
    pub(crate) parents: Vec<(Box<str>, Known<bool>)>,
    /// Whether the list of parents is complete.
    pub(crate) all_parents_read: Known<()>,
    /// The composite alarm whose actions it suppresses.
    pub(crate) suppresses: Option<Box<str>>,
}

/// Why an alarm without actions that suppresses those of a composite alarm is not judged.
pub(crate) fn is_suppressor_of(composite: &str) -> String {
    format!(
        "the alarm has no actions: it suppresses the actions of the composite alarm {composite}"
    )
}

/// Whether an alarm itself runs an action when it goes into ALARM.
pub(crate) fn acts(alarm: &Alarm) -> Known<bool> {
    let has_actions = alarm.alarm_actions.as_ref().map(|arns| !arns.is_empty());
    Known::all([alarm.actions_enabled.clone(), has_actions])
}

#[async_trait]
impl Subject for AlarmWithParents {
    const KINDS: &'static [&'static Kind] = &[Alarm::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        Ok(Arc::new(wired(&*cx.list::<Alarm>().await?)))
    }
}

fn wired(alarms: &Listing<Alarm>) -> Listing<AlarmWithParents> {
    let composites = CompositeIndex::of(alarms);
    let suppressors = Suppressors::of(alarms);
    let wire = |id: &Arc<ResourceId>, alarm: &Arc<Alarm>| {
        let found = composites.parents_of(id);
        let parents = found.composites.iter().map(|composite| {
            let found = alarms.get(&composite.place, &composite.name);
            let acts = found.and_then(|found| found.map_or(Known::Yes(false), acts));
            (composite.name.clone(), acts)
        });
        AlarmWithParents {
            alarm: Arc::clone(alarm),
            parents: parents.collect(),
            all_parents_read: found.all,
            suppresses: suppressors.composite(id).map(Box::from),
        }
    };
    let items = alarms
        .iter_shared()
        .map(|(id, alarm)| (Arc::clone(id), wire(id, alarm)))
        .collect();
    Listing::new(items, alarms.scope.clone(), alarms.gaps.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use harden_core::Scope;

    fn listing(rules: &[(&str, &str)]) -> Listing<Alarm> {
        let alarm = |name: &str, definition: serde_json::Value| -> Alarm {
            serde_json::from_value(serde_json::json!({
                "arn": format!("arn:aws:cloudwatch:us-east-2:392853978631:alarm:{name}"),
                "definition": definition
            }))
            .unwrap()
        };
        let items = rules.iter().map(|(name, rule)| {
            let alarm = match *rule {
                "" => alarm(name, serde_json::json!({"metric": {}})),
                rule => alarm(name, serde_json::json!({"composite": {"rule": rule}})),
            };
            (Arc::new(alarm.id()), alarm)
        });
        Listing::new(items.collect(), Scope::Everything, Vec::new())
    }

    fn parents(rules: &[(&str, &str)], child: &str) -> (String, bool) {
        let listing = listing(rules);
        let place = Place::new("392853978631", "us-east-2");
        let id = ResourceId::new(Alarm::KIND.name, place, child);
        let found = CompositeIndex::of(&listing).parents_of(&id);
        let names: Vec<_> = found.composites.iter().map(|id| &*id.name).collect();
        (names.join(" "), found.all.is_known())
    }

    #[test]
    fn indirect_parents_are_found() {
        let arn = "ALARM(\"arn:aws:cloudwatch:us-east-2:392853978631:alarm:b\")";
        let rules = [("a", ""), ("b", "ALARM(a)"), ("c", arn), ("d", "OK(a)")];
        assert_eq!(parents(&rules, "a"), ("b c".to_owned(), true));
        assert_eq!(parents(&rules, "d"), (String::new(), true));
    }

    #[test]
    fn a_cycle_of_composite_alarms_ends() {
        let rules = [("a", "ALARM(b)"), ("b", "ALARM(a)")];
        assert_eq!(parents(&rules, "a"), ("b".to_owned(), true));
    }

    #[test]
    fn an_unreadable_rule_makes_the_parents_of_the_alarms_that_it_names_unknown() {
        let rules = [("a", ""), ("b", ""), ("c", "PERHAPS(a)")];
        assert_eq!(parents(&rules, "a"), (String::new(), false));
        assert_eq!(parents(&rules, "b"), (String::new(), true));
    }
}
