//! Twenty deployment policies of other projects. Ten of them are the least-privilege policies of their
//! stacks.
//!
//! The expected errors of each, and whether it certainly allows privilege escalation, were worked out by
//! hand.
#![allow(clippy::unwrap_used, reason = "tests")]

mod corpora;

use harden_iam::deployment::{TrustPolicy, review};
use harden_iam::escalation::{AccountContext, find_paths, known_paths};
use harden_iam::lint::Level;
use harden_iam::{Attached, Identity, Policy};

/// Statements that make and arm roles without any condition: CreateRole with AttachRolePolicy and
/// PutRolePolicy on one pattern of names. In the others these are under aws:CalledVia only.
const MAKE_ROLES: [usize; 8] = [1, 2, 3, 4, 6, 7, 9, 10];

/// Errors by file: an action on resources that it is not authorized on, or a star under
/// StringEquals.
const ERRORS: [(usize, &str, &[&str]); 20] = [
    (1, "deploy", &["-"]),
    (2, "deploy", &[]),
    (3, "deploy", &[]),
    (4, "deploy", &[]),
    (5, "deploy", &[]),
    (6, "deploy", &[]),
    (7, "deploy", &[]),
    (
        8,
        "deploy",
        &[
            "servicecatalog:ListTagsForResource",
            "servicecatalog:TagResource",
            "servicecatalog:UntagResource",
        ],
    ),
    (9, "deploy", &[]),
    (10, "deploy", &[]),
    (1, "minimal", &[]),
    (2, "minimal", &[]),
    // kms:ViaService under StringEquals `s3.*.amazonaws.com`, and its like.
    (3, "minimal", &["-"]),
    (4, "minimal", &[]),
    (5, "minimal", &["-", "-", "-"]),
    (6, "minimal", &["-", "-"]),
    (7, "minimal", &[]),
    (8, "minimal", &[]),
    (9, "minimal", &["-", "-"]),
    (10, "minimal", &[]),
];

fn read(run: usize, kind: &str) -> Option<Policy> {
    let text = corpora::read(&format!(
        "iam/deploy_policies/run_{run:03}_{kind}_policy.json"
    ))?;
    Some(Policy::parse(&text).unwrap())
}

#[test]
fn deployment_policies_have_no_false_errors() {
    for (run, kind, wanted) in ERRORS {
        let Some(policy) = read(run, kind) else {
            return;
        };
        let review = review(&policy, TrustPolicy::NotChecked, None, None);
        // They deploy stacks, and are none of the deployments that are known call by call.
        assert_eq!(review.deployments, [], "{run} {kind}");
        let found = review.findings.iter();
        let found = found.filter(|one| {
            one.level() == Level::Error && !["escalation", "policy-size"].contains(&one.rule.id())
        });
        let mut found: Vec<&str> = found
            .map(|one| one.action.as_deref().unwrap_or("-"))
            .collect();
        let mut wanted = wanted.to_vec();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{run} {kind}");
    }
}

#[test]
fn deployment_policies_have_their_escalation_paths() {
    for (run, kind, _) in ERRORS {
        let Some(policy) = read(run, kind) else {
            return;
        };
        let identity = Identity::new([Attached::new("policy", policy)]);
        let found = find_paths(&identity, &AccountContext::default());
        let certain = found.iter().filter(|one| one.is_certain());
        let certain: Vec<String> = certain.map(|one| one.path.actions.join("+")).collect();
        if kind == "minimal" {
            assert!(found.is_empty(), "{run}: {found:?}");
        } else if MAKE_ROLES.contains(&run) {
            let both = [
                "iam:AttachRolePolicy+iam:CreateRole",
                "iam:CreateRole+iam:PutRolePolicy",
            ];
            assert_eq!(certain, both, "{run}");
        } else {
            assert_eq!(certain, [""; 0], "{run}");
            // CreateStack with PassRole on cdk-* roles leads as far as these do.
            assert!(!found.is_empty(), "{run}");
        }
    }
}

#[test]
fn the_catalogue_equals_its_sources() {
    let count = |file: &str| {
        let text = corpora::read(&format!("iam/{file}"))?;
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        Some(
            json.as_array()
                .map_or_else(|| json.as_object().unwrap().len(), Vec::len),
        )
    };
    for (file, catalogue) in [
        ("pathfinding_cloud_65.json", "pathfinding.cloud"),
        ("prowler_5_46_combinations.json", "prowler"),
        ("cloudsplaining_0_9_1_methods.json", "cloudsplaining"),
    ] {
        let Some(count) = count(file) else {
            return;
        };
        let names = known_paths()
            .iter()
            .filter_map(|path| path.names.get(catalogue))
            .flatten();
        // These came to the catalogue after the file was taken.
        let later = ["amplify-001", "iam-024", "iam-026"];
        let names = names.filter(|name| !later.contains(&name.as_str()));
        assert_eq!(names.count(), count, "{catalogue}");
    }
}
