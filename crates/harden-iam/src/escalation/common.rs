//! Compares the resources that the actions of a path are limited to.

use super::reach::Reach;
use crate::arn::ArnParts;
use crate::caller::look_up;
use crate::pattern::{Token, of_real_arns, overlaps, template};

/// Whether two actions on the same resource type are limited to different resources. To create one
/// function and invoke another gains nothing.
pub(super) fn have_no_common_resource(reached: &[(&str, Reach)]) -> bool {
    let limited: Vec<(&str, Vec<Vec<Token>>)> = reached
        .iter()
        .filter_map(|(action, reach)| match reach {
            Reach::Some(_, resources) => Some((*action, as_patterns(resources)?)),
            _ => None,
        })
        .collect();
    let of_kinds = |resources: &[Vec<Token>], kinds: &[Vec<Token>]| -> Vec<Vec<Token>> {
        let of_one = |one: &&Vec<Token>| kinds.iter().any(|kind| overlaps(one, kind));
        resources.iter().filter(of_one).cloned().collect()
    };
    limited.iter().enumerate().any(|(at, (one, resources))| {
        limited.iter().skip(at + 1).any(|(other, of_other)| {
            let kinds = shared_resource_types(one, other);
            let (ours, theirs) = (of_kinds(resources, &kinds), of_kinds(of_other, &kinds));
            let meets = |one: &Vec<Token>| theirs.iter().any(|other| overlaps(one, other));
            !ours.is_empty() && !theirs.is_empty() && !ours.iter().any(meets)
        })
    })
}

/// Resources as patterns; `None` if one of them can be anything: with `NotResource`, and with variables.
fn as_patterns(resources: &[String]) -> Option<Vec<Vec<Token>>> {
    let is_resource = |text: &String| text == "*" || ArnParts::parse(text).is_some();
    let all = resources.iter();
    all.map(|text| (is_resource(text) && !text.contains("${")).then(|| of_real_arns(text)))
        .collect()
}

/// The resource types that both actions are authorized on, as patterns.
fn shared_resource_types(one: &str, other: &str) -> Vec<Vec<Token>> {
    let kinds = |action: &str| -> Vec<String> {
        let arns = look_up(action, |action| {
            let resources = action.resources();
            resources.into_iter().map(|one| one.arn).collect()
        });
        arns.unwrap_or_default()
    };
    let of_other = kinds(other);
    let shared = kinds(one).into_iter().filter(|arn| of_other.contains(arn));
    shared.map(|arn| template(&arn)).collect()
}
