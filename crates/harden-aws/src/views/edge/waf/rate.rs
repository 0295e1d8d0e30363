//! Rate-based rules: the limit of requests of one IP address.

use harden_core::{Known, Unknown};
use serde_json::Map;

use super::claim::Claim;
use super::rule_order::RuleOrder;
use super::share::{MatchedShare, matched_share};
use crate::resources::RateBased;

/// A rate-based rule.
#[derive(Debug)]
pub(crate) struct Rate {
    /// The name of the rule.
    pub(crate) rule: String,
    /// The limit as text: `2000 requests per 300 s by IP`.
    pub(crate) label: String,
    /// Whether it is at least as strict as the required limit.
    pub(crate) is_enough: Claim,
}

/// The default of EvaluationWindowSec, in seconds (API_RateBasedStatement).
const WINDOW: i64 = 300;

/// The rate-based rules, each compared with a limit of requests in a number of seconds.
pub(crate) fn rates(order: &RuleOrder<'_>, limit: u32, seconds: u32) -> Vec<Rate> {
    let all = order.all.iter().enumerate();
    all.filter_map(|(at, stage)| {
        let rate = stage.rule.statement.rate_based_statement.as_deref()?;
        let window = rate.evaluation_window_sec.unwrap_or(WINDOW);
        let keys = keys(rate);
        let is_low = rate.limit.saturating_mul(i64::from(seconds))
            <= i64::from(limit).saturating_mul(window);
        let action = stage.action();
        let is_enough = if !stage.does("Block") {
            Claim::No(format!("its action is {action}"))
        } else if rate.custom_keys.iter().any(Map::is_empty) {
            // each custom key is an object of one member; without it, the key is unknown
            Claim::Unclear(Unknown::missing("wafv2:GetWebACL", "CustomKeys"))
        } else if !matches!(&*keys, "IP" | "FORWARDED_IP") {
            Claim::No(format!(
                "it aggregates by {keys} instead of the IP address alone"
            ))
        } else if !is_low {
            Claim::No("its limit is higher".to_owned())
        } else {
            let narrowed = rate
                .scope_down_statement
                .as_ref()
                .map(|s| matched_share(s, order.before(at)));
            counts_requests(narrowed)
                .and(|| order.is_reached(at))
                .and(|| counts_direct_clients(&keys, rate))
        };
        Some(Rate {
            rule: stage.label.clone(),
            label: format!("{} requests per {window} s by {keys}", rate.limit),
            is_enough,
        })
    })
    .collect()
}

/// Whether a client that reaches the load balancer directly is counted. By a forwarded address it is not:
/// "If the specified header isn't present in the request, AWS WAF doesn't apply the rule to the web
/// request at all" (API_ForwardedIPConfig), and the client chooses the first address in the header.
/// Whether a security group lets only a proxy in is not read.
fn counts_direct_clients(keys: &str, rate: &RateBased) -> Claim {
    if keys != "FORWARDED_IP" {
        return Claim::Yes;
    }
    let config = rate.other.get("ForwardedIPConfig");
    let header = config.and_then(|config| config.get("HeaderName"));
    let header = header.and_then(|header| header.as_str());
    Claim::unclear(format!(
        "it counts by the address in the header {}: AWS WAF does not apply the rule to a request without \
         the header, and a client can set it. Whether clients can reach the load balancer directly was \
         not read",
        harden_core::one_line(header.unwrap_or("that it names"), 60)
    ))
}

/// Whether nearly every request is counted.
fn counts_requests(narrowed: Option<MatchedShare>) -> Claim {
    match narrowed {
        None | Some(MatchedShare::Most) => Claim::Yes,
        Some(MatchedShare::Few) => {
            Claim::No("its scope-down statement leaves out most requests".to_owned())
        }
        Some(MatchedShare::Countries) => Claim::unclear(
            "it counts only the requests of some countries; how many it leaves out is not known"
                .to_owned(),
        ),
        Some(MatchedShare::UnreadAddresses) => Claim::unclear(
            "its scope-down statement refers to an IP set that was not read".to_owned(),
        ),
        Some(MatchedShare::Unclear) => Claim::unclear(
            "it selects requests by their content; how many it leaves out is not known".to_owned(),
        ),
    }
}

/// The aggregation key of a rule. Custom keys that consist of one IP address mean that address.
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

/// Whether one of the rules is strict enough. A rule group that could not be read can contain one.
pub(crate) fn has_rate_limit(rates: &[Rate], order: &RuleOrder<'_>) -> Known<bool> {
    let one_per_account = rates.iter().map(|rate| match &rate.is_enough {
        Claim::Yes => Known::Yes(true),
        Claim::No(_) => Known::Yes(false),
        Claim::Unclear(unknown) => unknown.clone().into(),
    });
    let unread = order.unread_rule().map(|unknown| unknown.clone().into());
    Known::any(one_per_account.chain(unread))
}
