//! The share of all addresses that an IP set contains.

use std::collections::BTreeMap;

use harden_core::Known;

use super::share::MatchedShare;
use crate::resources::Statement;

/// The addresses of IP sets, by ARN.
pub(crate) type IpSets = BTreeMap<String, Known<Vec<String>>>;

/// Above this share of all addresses an IP set is not a short list any more: a /8 of IPv4.
const FEW: f64 = 1.0 / 256.0;

/// From this share on an IP set contains nearly every address.
const MOST: f64 = 0.5;

/// The share of requests whose address is in the IP set of a statement.
pub(super) fn share_of(statement: &Statement, sets: &IpSets) -> MatchedShare {
    // an address from a header is what the client says
    let members = statement.ip_set_reference_statement.as_ref();
    if members.is_some_and(|members| members.contains_key("IPSetForwardedIPConfig")) {
        return MatchedShare::Unclear;
    }
    let addresses = statement.ip_set().and_then(|arn| sets.get(arn));
    let Some(Known::Yes(addresses)) = addresses else {
        return MatchedShare::UnreadAddresses;
    };
    let of_version = |v6: bool| -> Option<f64> {
        let ranges = addresses.iter().filter(|range| range.contains(':') == v6);
        ranges
            .map(|range| {
                let (_, length) = range.rsplit_once('/')?;
                Some(0.5_f64.powi(length.parse().ok()?))
            })
            .sum()
    };
    match (of_version(false), of_version(true)) {
        (Some(v4), Some(v6)) if v4.max(v6) >= MOST => MatchedShare::Most,
        (Some(v4), Some(v6)) if v4.max(v6) <= FEW => MatchedShare::Few,
        _ => MatchedShare::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_halves_contains_nearly_every_address() {
        let of = |addresses: &[&str]| {
            let statement = serde_json::json!({"IPSetReferenceStatement": {"ARN": "arn:x"}});
            let statement: Statement = serde_json::from_value(statement).unwrap();
            let addresses = addresses.iter().map(|a| (*a).to_owned()).collect();
            share_of(
                &statement,
                &[("arn:x".to_owned(), Known::Yes(addresses))].into(),
            )
        };
        assert_eq!(of(&[]), MatchedShare::Few);
        assert_eq!(of(&["192.0.2.0/24", "2001:db8::/32"]), MatchedShare::Few);
        assert_eq!(of(&["0.0.0.0/1", "128.0.0.0/1"]), MatchedShare::Most);
        assert_eq!(of(&["::/1"]), MatchedShare::Most);
        assert_eq!(of(&["16.0.0.0/4"]), MatchedShare::Unclear);
        assert_eq!(of(&["not-a-range"]), MatchedShare::Unclear);
        let unread: Statement =
            serde_json::from_value(serde_json::json!({"IPSetReferenceStatement": {"ARN": "y"}}))
                .unwrap();
        assert_eq!(
            share_of(&unread, &IpSets::new()),
            MatchedShare::UnreadAddresses
        );
    }
}
