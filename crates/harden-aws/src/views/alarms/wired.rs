//! Alarms with the composite alarms that they can raise.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
};

use super::composite;
use crate::arn::Arn;
use crate::resources::{Alarm, AlarmDefinition, CompositeAlarm};

/// Which composite alarms each alarm can raise, for all alarms of a listing.
pub(crate) struct Composites<'a> {
    alarms: &'a Listing<Alarm>,
    /// By place and name of the child: the composites that it raises directly.
    direct: HashMap<(Place, String), Vec<Arc<ResourceId>>>,
    places: HashMap<Place, Unread>,
}

#[derive(Default)]
struct Unread {
    /// Composites whose rule can't be read: their names and rules.
    rules: Vec<(Box<str>, String)>,
    /// An alarm of which it is not known whether it is a composite.
    definition: Option<Unknown>,
}

/// The composite alarms that an alarm can raise.
#[derive(Debug)]
pub(crate) struct Raised {
    /// Those that it raises directly, and those that these raise, in the order of their names.
    pub(crate) composites: Vec<Arc<ResourceId>>,
    /// Whether these are all.
    pub(crate) all: Known<()>,
}

impl<'a> Composites<'a> {
    pub(crate) fn of(alarms: &'a Listing<Alarm>) -> Self {
        let mut direct: HashMap<_, Vec<_>> = HashMap::new();
        let mut places: HashMap<Place, Unread> = HashMap::new();
        for (id, alarm) in alarms.iter() {
            let rule = match &alarm.definition {
                Known::Yes(AlarmDefinition::Composite(CompositeAlarm { rule, .. })) => rule,
                Known::Yes(AlarmDefinition::Metric(_)) => continue,
                Known::No(unknown) => {
                    let unread = places.entry(id.place.clone()).or_default();
                    unread.definition.get_or_insert_with(|| (**unknown).clone());
                    continue;
                }
            };
            let Ok(children) = composite::raisers(rule) else {
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

    /// The composites that an alarm can raise, through others too. Circles of composites end.
    pub(crate) fn raised_by(&self, alarm: &ResourceId) -> Raised {
        let mut found: BTreeSet<Arc<ResourceId>> = BTreeSet::new();
        let mut open = vec![(alarm.place.clone(), alarm.name.to_string())];
        let mut all = self.alarms.readable(&alarm.place);
        while let Some(child) = open.pop() {
            if let Some(unread) = self.places.get(&child.0) {
                all = all.and_then(|()| unread.may_raise(&child.1));
            }
            for id in self.direct.get(&child).into_iter().flatten() {
                if **id != *alarm && found.insert(Arc::clone(id)) {
                    open.push((id.place.clone(), id.name.to_string()));
                }
            }
        }
        Raised {
            composites: found.into_iter().collect(),
            all,
        }
    }
}

impl Unread {
    /// Whether what could not be read has no say in what a child raises.
    fn may_raise(&self, child: &str) -> Known<()> {
        let names_it = self.rules.iter().find(|(_, rule)| rule.contains(child));
        if let Some((composite, _)) = names_it {
            let message = format!("the rule of the composite alarm {composite} can't be read");
            return Unknown::undetermined(message).into();
        }
        match &self.definition {
            Some(unknown) => unknown.clone().into(),
            None => Known::Yes(()),
        }
    }
}

/// A child as a rule names it, by name or ARN.
fn place_and_name(child: &str, place: &Place) -> (Place, String) {
    let arn = Arn::parse(child).filter(|arn| arn.service == "cloudwatch");
    match arn.and_then(|arn| Some((arn.place(), arn.resource.strip_prefix("alarm:")?))) {
        Some((place, name)) => (place, name.to_owned()),
        None => (place.clone(), child.to_owned()),
    }
}

/// An alarm with the composite alarms that it can raise.
pub(crate) struct WiredAlarm {
    pub(crate) alarm: Arc<Alarm>,
    /// Each with whether it acts: its actions are enabled and there are ALARM actions.
    pub(crate) raises: Vec<(Box<str>, Known<bool>)>,
    /// Whether these are all that it can raise.
    pub(crate) raises_all: Known<()>,
}

/// Whether an alarm does anything by itself when it goes to ALARM.
pub(crate) fn acts(alarm: &Alarm) -> Known<bool> {
    let has_actions = alarm.alarm_actions.as_ref().map(|arns| !arns.is_empty());
    Known::all([alarm.actions_enabled.clone(), has_actions])
}

#[async_trait]
impl Subject for WiredAlarm {
    const KINDS: &'static [&'static Kind] = &[Alarm::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        Ok(Arc::new(wired(&*cx.list::<Alarm>().await?)))
    }
}

fn wired(alarms: &Listing<Alarm>) -> Listing<WiredAlarm> {
    let composites = Composites::of(alarms);
    let wire = |id: &Arc<ResourceId>, alarm: &Arc<Alarm>| {
        let raised = composites.raised_by(id);
        let raises = raised.composites.iter().map(|composite| {
            let found = alarms.get(&composite.place, &composite.name);
            let acts = found.and_then(|found| found.map_or(Known::Yes(false), acts));
            (composite.name.clone(), acts)
        });
        WiredAlarm {
            alarm: Arc::clone(alarm),
            raises: raises.collect(),
            raises_all: raised.all,
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

    fn raised(rules: &[(&str, &str)], child: &str) -> (String, bool) {
        let listing = listing(rules);
        let place = Place::new("392853978631", "us-east-2");
        let id = ResourceId::new(Alarm::KIND.name, place, child);
        let raised = Composites::of(&listing).raised_by(&id);
        let names: Vec<_> = raised.composites.iter().map(|id| &*id.name).collect();
        (names.join(" "), raised.all.is_known())
    }

    #[test]
    fn composites_are_found_through_others() {
        let arn = "ALARM(\"arn:aws:cloudwatch:us-east-2:392853978631:alarm:b\")";
        let rules = [("a", ""), ("b", "ALARM(a)"), ("c", arn), ("d", "OK(a)")];
        assert_eq!(raised(&rules, "a"), ("b c".to_owned(), true));
        assert_eq!(raised(&rules, "d"), (String::new(), true));
    }

    #[test]
    fn circles_end() {
        let rules = [("a", "ALARM(b)"), ("b", "ALARM(a)")];
        assert_eq!(raised(&rules, "a"), ("b".to_owned(), true));
    }

    #[test]
    fn a_rule_that_cannot_be_read_leaves_those_in_doubt_that_it_names() {
        let rules = [("a", ""), ("b", ""), ("c", "PERHAPS(a)")];
        assert_eq!(raised(&rules, "a"), (String::new(), false));
        assert_eq!(raised(&rules, "b"), (String::new(), true));
    }
}
