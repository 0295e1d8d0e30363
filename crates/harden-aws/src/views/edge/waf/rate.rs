//! Rules that limit how often an address may ask.

use harden_core::Known;

use super::claim::Claim;
use super::rule_order::RuleOrder;
use super::share::{MatchedShare, matched_share};
use crate::resources::RateBased;

/// A rate-based rule.
#[derive(Debug)]
pub(crate) struct Rate {
    /// The rule's name.
    pub(crate) rule: String,
    /// `2000 requests per 300 s by IP`.
    pub(crate) shown: String,
    /// Whether it is the limit that is wanted.
    pub(crate) holds: Claim,
}

/// AWS's default, in seconds.
const WINDOW: i64 = 300;

/// The rate-based rules, each measured against a limit of requests within a time in seconds.
pub(crate) fn rates(stages: &RuleOrder<'_>, limit: u32, seconds: u32) -> Vec<Rate> {
    let all = stages.all.iter().enumerate();
    all.filter_map(|(at, stage)| {
        let rate = stage.rule.statement.rate_based_statement.as_deref()?;
        let window = rate.evaluation_window_sec.unwrap_or(WINDOW);
        let keys = keys(rate);
        let is_low = rate.limit.saturating_mul(i64::from(seconds))
            <= i64::from(limit).saturating_mul(window);
        let action = stage.action();
        let holds = if !stage.does("Block") {
            Claim::No(format!("its action is {action}"))
        } else if !matches!(&*keys, "IP" | "FORWARDED_IP") {
            Claim::No(format!("it counts by {keys}, not by IP address alone"))
        } else if !is_low {
            Claim::No("its limit is higher".to_owned())
        } else {
            let narrowed = rate
                .scope_down_statement
                .as_ref()
                .map(|s| matched_share(s, stages.before(at)));
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
fn counted(narrowed: Option<MatchedShare>) -> Claim {
    match narrowed {
        None | Some(MatchedShare::Most) => Claim::Yes,
        Some(MatchedShare::Few) => Claim::No("most requests are scoped out of it".to_owned()),
        Some(MatchedShare::Countries) => Claim::unclear(
            "it counts the requests of some countries only: how many escape, can't be told"
                .to_owned(),
        ),
        Some(MatchedShare::Unclear) => Claim::unclear(
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
pub(crate) fn limited(rates: &[Rate], stages: &RuleOrder<'_>) -> Known<bool> {
    let one_per_account = rates.iter().map(|rate| match &rate.holds {
        Claim::Yes => Known::Yes(true),
        Claim::No(_) => Known::Yes(false),
        Claim::Unclear(unknown) => unknown.clone().into(),
    });
    let unread = stages.unclear().map(|unknown| unknown.clone().into());
    Known::any(one_per_account.chain(unread))
}
