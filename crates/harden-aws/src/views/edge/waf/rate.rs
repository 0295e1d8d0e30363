//! Rules that limit how often an address may ask.

use harden_core::Known;

use super::holds::Holds;
use super::reach::{Reach, reach};
use super::stages::Stages;
use crate::resources::RateBased;

/// A rate-based rule.
#[derive(Debug)]
pub(crate) struct Rate {
    /// The rule's name.
    pub(crate) rule: String,
    /// `2000 requests per 300 s by IP`.
    pub(crate) shown: String,
    /// Whether it is the limit that is wanted.
    pub(crate) holds: Holds,
}

/// AWS's default, in seconds.
const WINDOW: i64 = 300;

/// The rate-based rules, each measured against a limit of requests within a time in seconds.
pub(crate) fn rates(stages: &Stages<'_>, limit: u32, seconds: u32) -> Vec<Rate> {
    let all = stages.all.iter().enumerate();
    all.filter_map(|(at, stage)| {
        let rate = stage.rule.statement.rate_based_statement.as_deref()?;
        let window = rate.evaluation_window_sec.unwrap_or(WINDOW);
        let keys = keys(rate);
        let is_low = rate.limit.saturating_mul(i64::from(seconds))
            <= i64::from(limit).saturating_mul(window);
        let action = stage.action();
        let holds = if !stage.does("Block") {
            Holds::No(format!("its action is {action}"))
        } else if !matches!(&*keys, "IP" | "FORWARDED_IP") {
            Holds::No(format!("it counts by {keys}, not by IP address alone"))
        } else if !is_low {
            Holds::No("its limit is higher".to_owned())
        } else {
            let narrowed = rate
                .scope_down_statement
                .as_ref()
                .map(|s| reach(s, stages.before(at)));
            counted(narrowed).and(|| stages.reached(at))
        };
        Some(Rate {
            rule: stage.shown.clone(),
            shown: format!("{} requests per {window} s by {keys}", rate.limit),
            holds,
        })
    })
    .collect()
}

/// Whether nearly every request is counted.
fn counted(narrowed: Option<Reach>) -> Holds {
    match narrowed {
        None | Some(Reach::Most) => Holds::Yes,
        Some(Reach::Few) => Holds::No("most requests are scoped out of it".to_owned()),
        Some(Reach::Countries) => Holds::unclear(
            "it counts the requests of some countries only: how many escape, can't be told"
                .to_owned(),
        ),
        Some(Reach::Unclear) => Holds::unclear(
            "it counts requests by what is in them: how many escape, can't be told".to_owned(),
        ),
    }
}

/// What a rule counts by: custom keys that are one address are that address.
fn keys(rate: &RateBased) -> String {
    if rate.aggregate_key_type != "CUSTOM_KEYS" {
        return rate.aggregate_key_type.clone();
    }
    let names = rate.custom_keys.iter().filter_map(|key| key.keys().next());
    let names: Vec<&str> = names.map(String::as_str).collect();
    match names.as_slice() {
        ["IP"] => "IP".to_owned(),
        ["ForwardedIP"] => "FORWARDED_IP".to_owned(),
        names => names.join(" and "),
    }
}

/// Whether any of the rules is the limit that is wanted; what could not be read may hold one.
pub(crate) fn limited(rates: &[Rate], stages: &Stages<'_>) -> Known<bool> {
    let of_each = rates.iter().map(|rate| match &rate.holds {
        Holds::Yes => Known::Yes(true),
        Holds::No(_) => Known::Yes(false),
        Holds::Unclear(unknown) => unknown.clone().into(),
    });
    let unread = stages.unclear().map(|unknown| unknown.clone().into());
    Known::any(of_each.chain(unread))
}
