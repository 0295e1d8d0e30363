//! Finds what an action is allowed on: every resource, some resources, or depending on a condition.

use crate::arn::ArnParts;
use crate::caller::{Caller, look_up};
use crate::document::Selector;
use crate::evaluate::{Ruling, Source};

/// What an action is allowed on, by the effective permissions.
#[derive(Clone, Debug)]
pub(super) enum Reach {
    /// Nothing.
    None,
    /// Every resource, by these statements.
    All(Vec<Source>),
    /// Some resources: the patterns of the statements.
    Some(Vec<Source>, Vec<String>),
    /// Unknown: it depends on a condition with this key.
    Depends(Vec<Source>, String),
}

/// A name that no policy contains.
const FRESH: &str = "zq7xk-w0vjq";

pub(super) fn find_reach(caller: &Caller<'_>, action: &str, known: &[(&str, &str)]) -> Reach {
    let somewhere = caller.decide_caller_side(action, "*", known);
    if somewhere.is_denied() {
        return Reach::None;
    }
    let probes = probes(caller, action);
    let everywhere = |probes: &Vec<String>| {
        let mut by = Vec::new();
        for probe in probes {
            match caller.decide_caller_side(action, probe, known) {
                Ruling::Allowed { by: more } => by.extend(more),
                _ => return None,
            }
        }
        Some(by)
    };
    if let Some(by) = probes.iter().find_map(everywhere) {
        return Reach::All(by);
    }
    match somewhere {
        Ruling::Allowed { .. } => {
            let allowing: Vec<_> = caller.identity.allow_statements(action).collect();
            let resources = allowing
                .iter()
                .filter_map(|(_, _, one)| match one.resources() {
                    Some(Selector::Only(list)) => Some(list.clone()),
                    Some(Selector::Except(list)) => {
                        Some(vec![format!("all but {}", list.join(", "))])
                    }
                    None => None,
                });
            let resources = resources.flatten().collect();
            Reach::Some(
                allowing.iter().map(|one| one.0.clone()).collect(),
                resources,
            )
        }
        Ruling::Undetermined { by, key } => Reach::Depends(vec![by], key),
        Ruling::ExplicitlyDenied { .. } | Ruling::ImplicitlyDenied { .. } => Reach::None,
    }
}

/// Groups of resources with invented names. If an action is allowed on all resources of a group, it is
/// allowed on every resource: only wildcards can match an invented name. The groups are built for each
/// region that the statements name, because a permission for one region suffices.
fn probes(caller: &Caller<'_>, action: &str) -> Vec<Vec<String>> {
    let templates = look_up(action, |action| {
        let all = action.resources();
        let needed = all.iter().filter(|one| one.required);
        let needed: Vec<String> = needed.map(|one| one.arn.clone()).collect();
        if needed.is_empty() {
            all.iter().map(|one| vec![one.arn.clone()]).collect()
        } else {
            vec![needed]
        }
    });
    let groups: Vec<Vec<String>> = templates.unwrap_or_default();
    if groups.is_empty() {
        return vec![vec![format!(
            "arn:aws:{FRESH}:us-east-1:{}:{FRESH}",
            caller.account()
        )]];
    }
    let mut regions = vec!["us-east-1".to_owned()];
    for (_, _, statement) in caller.identity.allow_statements(action) {
        let Some(Selector::Only(list)) = statement.resources() else {
            continue;
        };
        let named = list
            .iter()
            .filter_map(|text| ArnParts::parse(text))
            .map(|arn| arn.region);
        let named = named.filter(|region| !region.is_empty() && !region.contains(['*', '?']));
        regions.extend(named.map(str::to_owned));
    }
    regions.sort();
    regions.dedup();
    let mut probes = Vec::new();
    for region in &regions {
        for group in &groups {
            let filled = group
                .iter()
                .map(|template| fill(template, region, caller.account()));
            probes.push(filled.collect());
        }
    }
    probes
}

fn fill(template: &str, region: &str, account: &str) -> String {
    let mut arn = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        arn.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        arn.push_str(match name {
            "Partition" => "aws",
            "Region" => region,
            "Account" => account,
            _ => FRESH,
        });
        rest = after;
    }
    arn.push_str(rest);
    // In an ARN format of the reference a `*` also matches any text.
    arn.replace('*', FRESH)
}
