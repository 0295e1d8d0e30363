//! The tests that every crate with checks has, written once.

use std::sync::Arc;

use crate::{Check, Evidence, Kind, Outcome, Remediation};

/// The tests of a crate's checks: the list and the files agree, the pages hold, nothing passes for
/// a lack of facts, and the index under `docs/checks` is fresh. With the kinds of a provider also
/// that these start from one another without a cycle.
///
/// `checks` and `policies` are functions: the crate's list, and what reads a page's policy block.
#[macro_export]
macro_rules! tests_of_checks {
    ($provider:literal, $checks:path, $policies:path, $exceptions:path, $kinds:path) => {
        $crate::tests_of_checks!($provider, $checks, $policies, $exceptions);

        #[test]
        fn kinds_start_from_kinds_without_a_cycle() {
            $crate::testing::kinds_hold($provider, $kinds);
        }
    };
    ($provider:literal, $checks:path, $policies:path, $exceptions:path) => {
        #[test]
        fn files_and_list_agree() {
            let crate_root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
            $crate::testing::files_and_list_agree(&$checks(), &crate_root.join("src/checks"));
        }

        #[test]
        fn pages_hold() {
            for check in $checks() {
                $crate::testing::page_holds(&*check, $policies);
            }
        }

        #[test]
        fn dropping_a_field_never_passes() {
            $crate::testing::dropping_a_field_never_passes(&$checks(), $policies, $exceptions);
        }

        #[test]
        fn a_denied_kind_turns_unknown() {
            for check in $checks() {
                $crate::testing::a_denied_kind_turns_unknown(&*check, $policies);
            }
        }

        #[test]
        fn every_check_runs_over_every_page() {
            $crate::testing::all_over_all(&$checks());
        }

        #[test]
        fn the_index_is_fresh() {
            let crate_root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
            let path = crate_root.join(concat!("../../docs/checks/", $provider, ".md"));
            let index = $crate::testing::index($provider, &$checks());
            $crate::testing::is_fresh(&path, &index);
        }
    };
}

/// A kind is listed once those that it starts from are: the graph has no cycle, and what a check
/// needs is known before it runs.
pub fn kinds_hold(provider: &str, kinds: &[&Kind]) {
    fn depth(kind: &Kind, above: usize) -> usize {
        assert!(above < 10, "{} starts from itself", kind.name);
        let below = kind.starts_from.iter().map(|k| depth(k, above + 1));
        below.max().unwrap_or(above)
    }
    assert!(!kinds.is_empty(), "{provider} has no kinds");
    for kind in kinds {
        assert!(depth(kind, 0) < 10);
        let own = kind
            .name
            .split_once('/')
            .is_some_and(|(p, _)| p == provider);
        assert!(own, "{} is not of {provider}", kind.name);
    }
}

/// The failures among the examples of a page. Each has evidence, a link, and a step, a block or
/// the reason why there is none.
pub fn failures(
    check: &dyn Check,
    policies: super::PoliciesOf,
) -> Vec<(Arc<Evidence>, Box<Remediation>)> {
    let id = check.meta().id;
    let examples = super::examples(check.meta().page).into_iter();
    let findings = examples.flat_map(|example| {
        let policies = policies(example.policy.as_deref());
        super::run(check, &example.fragment, policies)
    });
    let failures = findings.filter_map(|finding| match finding.outcome {
        Outcome::Fail(evidence, remediation) => Some((evidence, remediation)),
        _ => None,
    });
    failures
        .inspect(|(evidence, remediation)| {
            assert!(!evidence.items.is_empty(), "{id}: a failure has evidence");
            assert!(!remediation.links.is_empty(), "{id}: a failure has a link");
            let nothing = remediation.steps.is_empty() && remediation.terraform.is_none();
            assert!(
                !nothing || remediation.withheld.is_some(),
                "{id}: nothing to do"
            );
        })
        .collect()
}
