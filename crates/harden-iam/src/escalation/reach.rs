//! Finds what an action is allowed on: every resource, some resources, or depending on a condition.

use crate::arn::ArnParts;
use crate::caller::{Caller, look_up};
use crate::document::Selector;
use crate::evaluate::{Ruling, Source};
use crate::pattern::{Token, of_real_arns, overlaps};

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

/// Actions that are decisive on certain resource types only, which the reference does not mark as
/// required: a command needs a document and a computer to run on.
const TARGETS: &[(&str, &[&str])] = &[
    ("ssm:SendCommand", &["instance", "managed-instance"]),
    (
        "ssm:StartSession",
        &["instance", "managed-instance", "task"],
    ),
];

fn targets(action: &str) -> Option<&'static [&'static str]> {
    let mut all = TARGETS.iter();
    all.find(|(name, _)| *name == action)
        .map(|(_, kinds)| *kinds)
}

pub(super) fn find_reach(caller: &Caller<'_>, action: &str, known: &[(&str, &str)]) -> Reach {
    let kinds: Vec<String> = target_arns(action);
    let targets: Vec<Vec<Token>> = kinds.iter().map(|arn| of_real_arns(arn)).collect();
    let is_target = |text: &String| {
        let written = of_real_arns(text);
        targets.is_empty() || targets.iter().any(|kind| overlaps(kind, &written))
    };
    if !targets.is_empty() && !names_target(caller, action, &is_target) {
        return Reach::None;
    }
    let somewhere = if kinds.is_empty() {
        caller.decide_by_choice(action, "*", known)
    } else {
        let each = kinds
            .iter()
            .map(|arn| caller.decide_by_choice(action, arn, known));
        let best = each.min_by_key(|one| match one {
            Ruling::Allowed { .. } => 0,
            Ruling::Undetermined { .. } => 1,
            Ruling::ExplicitlyDenied { .. } | Ruling::ImplicitlyDenied { .. } => 2,
        });
        match best {
            Some(best) => best,
            None => return Reach::None,
        }
    };
    if somewhere.is_denied() {
        return Reach::None;
    }
    let probes = probes(caller, action);
    let everywhere = |probes: &Vec<String>| {
        let mut by = Vec::new();
        for probe in probes {
            match caller.decide_by_choice(action, probe, known) {
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
            let resources: Vec<String> = resources
                .flatten()
                .filter(|text| !belongs_to_aws(action, text))
                .filter(|text| text.starts_with("all but ") || is_target(text))
                .collect();
            if resources.is_empty() {
                return Reach::None;
            }
            Reach::Some(
                allowing.iter().map(|one| one.0.clone()).collect(),
                resources,
            )
        }
        Ruling::Undetermined { by, key } => Reach::Depends(vec![by], key),
        Ruling::ExplicitlyDenied { .. } | Ruling::ImplicitlyDenied { .. } => Reach::None,
    }
}

/// Whether a statement allows the action on a resource that it is decisive on, or on all but some.
fn names_target(caller: &Caller<'_>, action: &str, is_target: &dyn Fn(&String) -> bool) -> bool {
    let mut allowing = caller.identity.allow_statements(action);
    let by_resource = caller.identity.resource.is_some();
    by_resource
        || allowing.any(|(_, _, one)| match one.resources() {
            Some(Selector::Only(list)) => list.iter().any(is_target),
            _ => true,
        })
}

/// The resource types on which an action is decisive, as patterns; empty if it is on each.
fn target_arns(action: &str) -> Vec<String> {
    let Some(kinds) = targets(action) else {
        return Vec::new();
    };
    let arns = look_up(action, |action| {
        let all = action.resources().into_iter();
        let own = all.filter(|one| kinds.contains(&one.kind.as_str()));
        own.map(|one| wildcards(&one.arn)).collect()
    });
    arns.unwrap_or_default()
}

/// The format of an ARN as a pattern of a policy.
fn wildcards(template: &str) -> String {
    let mut arn = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        arn.push_str(before);
        arn.push('*');
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    arn.push_str(rest);
    arn
}

/// Whether nobody but AWS can change a resource of IAM: its account is `aws`.
fn belongs_to_aws(action: &str, resource: &str) -> bool {
    action.starts_with("iam:") && ArnParts::parse(resource).is_some_and(|arn| arn.account == "aws")
}

/// Groups of resources with invented names. If an action is allowed on all resources of a group, it is
/// allowed on every resource: only wildcards can match an invented name. The groups are built for each
/// region that the statements name, because a permission for one region suffices.
fn probes(caller: &Caller<'_>, action: &str) -> Vec<Vec<String>> {
    let templates = look_up(action, |action| {
        let all = action.resources();
        let needed = all.iter().filter(|one| one.required);
        let needed: Vec<String> = needed.map(|one| one.arn.clone()).collect();
        if let Some(kinds) = targets(&action.full_name()) {
            let own = all.iter().filter(|one| kinds.contains(&one.kind.as_str()));
            own.map(|one| [needed.as_slice(), std::slice::from_ref(&one.arn)].concat())
                .collect()
        } else if needed.is_empty() {
            all.iter().map(|one| vec![one.arn.clone()]).collect()
        } else {
            vec![needed]
        }
    });
    let groups: Vec<Vec<String>> = templates.unwrap_or_default();
    if groups.is_empty() {
        return vec![vec![format!(
            "arn:{}:{FRESH}::{}:{FRESH}",
            caller.partition(),
            caller.account()
        )]];
    }
    let mut regions = vec![FRESH.to_owned()];
    let chosen = caller.scenarios().iter().flatten();
    let chosen = chosen.filter(|(key, _)| key == "aws:requestedregion");
    regions.extend(chosen.map(|(_, region)| region.clone()));
    for (_, _, statement) in caller.identity.allow_statements(action) {
        let Some(Selector::Only(list)) = statement.resources() else {
            continue;
        };
        let named = list
            .iter()
            .filter_map(|text| ArnParts::parse(text))
            .map(|arn| arn.region);
        let named = named.filter(|region| !region.is_empty());
        regions.extend(named.map(|region| region.replace(['*', '?'], "x")));
    }
    regions.sort();
    regions.dedup();
    let mut probes = Vec::new();
    for region in &regions {
        for group in &groups {
            let filled = group.iter().map(|template| fill(template, region, caller));
            probes.push(filled.collect());
        }
    }
    probes
}

fn fill(template: &str, region: &str, caller: &Caller<'_>) -> String {
    let mut arn = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        arn.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        arn.push_str(match name {
            "Partition" => caller.partition(),
            "Region" => region,
            "Account" => caller.account(),
            _ => FRESH,
        });
        rest = after;
    }
    arn.push_str(rest);
    // In an ARN format of the reference a `*` also matches any text.
    arn.replace('*', FRESH)
}
