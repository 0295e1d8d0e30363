//! The guide's four alerts pass, each loosened in one respect fails with that respect in the
//! evidence, each tightened passes: as workflows and monitors, and as rules.

mod metrics;
mod rules;
mod workflows;

use harden_core::Outcome;
use harden_tests::fakes::sentry::{Estate, Sentry};
use serde_json::Value;

use super::harness::*;

const BACK: &str = "organization = 'acme'\nprojects = ['shop-backend']";

/// What a change makes of an alert.
#[derive(Clone, Copy)]
enum Is {
    /// At least as tight.
    Tight,
    /// Looser, in the respect that the evidence names so.
    Looser(&'static str),
}
use Is::{Looser, Tight};

/// A change: where in the body, and to what; null takes it away.
type Change = (&'static str, Value);

fn changed(mut body: Value, changes: &[Change]) -> Value {
    for (place, value) in changes {
        let (above, last) = place.rsplit_once('/').unwrap();
        let here = body.pointer_mut(above).unwrap_or_else(|| panic!("{place}"));
        match here {
            Value::Array(items) => {
                let i: usize = last.parse().unwrap();
                if value.is_null() {
                    items.remove(i);
                } else {
                    items[i] = value.clone();
                }
            }
            other => other[last] = value.clone(),
        }
    }
    body
}

async fn judged(estate: Estate, check: &str, name: &str, is: Is) {
    let sentry = Sentry::serve(estate).await;
    let audited = audit_one(&sentry, BACK, check).await;
    match (audited.one(check, "shop-backend"), is) {
        (Outcome::Pass(_), Tight) => {}
        (Outcome::Fail(evidence, _), Looser(respect)) => {
            let found = evidence.to_string();
            assert!(found.contains(respect), "{name}: no `{respect}` in {found}");
            // that one respect, after the alert that comes nearest
            assert_eq!(evidence.items.len(), 2, "{name}: {found}");
        }
        (other, _) => panic!("{name}: {other:?}"),
    }
    sentry.served.violations.assert_none();
}
