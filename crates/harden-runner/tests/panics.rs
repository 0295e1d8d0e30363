//! A panic is the unknown of the one listing, resource or check that it ended. Everything else is
//! judged.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::executor::block_on;
use harden_core::prelude::*;
use harden_core::{
    Cause, Check, Cx, FactError, Facts, Finding, Outcome, Policies, Provider, RawListing, Replay,
    Scope, Snapshot, StopHandle, async_trait,
};
use harden_runner::{Audit, Report};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

macro_rules! kind {
    ($type:ident, $name:literal) => {
        #[derive(Serialize, Deserialize)]
        struct $type {
            name: String,
        }

        impl Resource for $type {
            const KIND: &'static Kind = &Kind::new($name);

            fn id(&self) -> ResourceId {
                assert_ne!(self.name, "unreadable", "hunter2");
                ResourceId::new($name, Place::global("home"), &self.name)
            }
        }
    };
}

kind!(Door, "house/door");
kind!(Window, "house/window");
kind!(Roof, "house/roof");

/// A provider whose listing of windows has a bug.
struct House(Replay);

#[async_trait]
impl Provider for House {
    fn provides(&self, kind: &str) -> bool {
        kind.starts_with("house/")
    }

    async fn list(&self, kind: &'static Kind, facts: &Facts) -> Result<RawListing, FactError> {
        assert_ne!(kind.name, "house/window", "hunter2");
        self.0.list(kind, facts).await
    }
}

fn judge<R: Resource>(_: &R, j: &Judging<()>) -> Judgement {
    assert_ne!(&*j.id.name, "broken", "hunter2");
    Ok(Verdict::NotApplicable {
        reason: "it is a test".into(),
    })
}

static DOORS: Rule<Door, ()> = Rule::new(meta("house/doors"), judge::<Door>);
static WINDOWS: Rule<Window, ()> = Rule::new(meta("house/windows"), judge::<Window>);
static ROOFS: Rule<Roof, ()> = Rule::new(meta("house/roofs"), judge::<Roof>);

struct Broken(Meta);

#[async_trait]
impl Check for Broken {
    fn meta(&self) -> &Meta {
        &self.0
    }

    fn kinds(&self) -> &'static [&'static Kind] {
        &[Door::KIND]
    }

    async fn run(&self, _: &Cx) -> Result<Vec<Finding>, FactError> {
        panic!("hunter2")
    }
}

const fn meta(id: &'static str) -> Meta {
    Meta::new(id, "A test", Severity::Low)
}

const FACTS: &str = r#"{
    "house/door": [{"name": "front"}, {"name": "broken"}, {"name": "rear"}],
    "house/roof": [{"name": "unreadable"}]
}"#;

fn report(facts: &Facts) -> Report {
    let checks: Vec<Arc<dyn Check>> = vec![
        Arc::new(&DOORS),
        Arc::new(&WINDOWS),
        Arc::new(&ROOFS),
        Arc::new(Broken(meta("house/broken"))),
    ];
    let now = Timestamp::UNIX_EPOCH;
    block_on(
        Audit::new(checks, now)
            .policy(Default::default(), Policies::default())
            .run(facts),
    )
}

fn house() -> House {
    let snapshot = Snapshot::from_fragment(FACTS, Timestamp::UNIX_EPOCH).unwrap();
    House(Replay::from(snapshot))
}

#[test]
fn what_panics_is_unknown_and_the_rest_is_judged() {
    let facts = Facts::builder()
        .provider(Arc::new(house()))
        .record(true)
        .build();
    let report = report(&facts);
    let of_check: BTreeMap<_, Vec<_>> =
        report
            .findings
            .iter()
            .fold(BTreeMap::new(), |mut all, one| {
                let of = all.entry(one.finding.check).or_insert_with(Vec::new);
                of.push((&*one.finding.resource.name, &one.finding.outcome));
                all
            });
    let is_bug = |outcome: &Outcome| matches!(outcome, Outcome::Unknown(unknown) if unknown.is_internal_error());
    let doors: Vec<_> = of_check["house/doors"]
        .iter()
        .map(|(name, outcome)| (*name, is_bug(outcome)))
        .collect();
    assert_eq!(doors, [("broken", true), ("front", false), ("rear", false)]);
    for check in ["house/windows", "house/roofs", "house/broken"] {
        let findings = &of_check[check];
        assert_eq!(findings.len(), 1, "{check}");
        assert!(is_bug(findings[0].1), "{check}: {:?}", findings[0].1);
    }
    // the message of a panic can quote what was read
    assert!(!format!("{:?}", report.findings).contains("hunter2"));
    // a replay knows that the windows were not read
    let windows = facts.snapshot("test", Timestamp::UNIX_EPOCH);
    let windows = windows.listing("house/window").unwrap();
    assert_eq!(windows.scope, Scope::Everything);
    assert!(windows.gaps[0].unknown.is_internal_error());
}

#[test]
fn after_the_end_of_judging_everything_is_unknown() {
    let (handle, token) = StopHandle::new();
    let reason = Unknown::new(Cause::Deadline, "the deadline passed");
    handle.stop(reason);
    let facts = || {
        let facts = Facts::builder().provider(Arc::new(house()));
        facts.cancellation(token.clone()).build()
    };
    // what was read before the deadline is judged
    let na = |report: &Report| {
        let of = |one: &&harden_runner::Reported| one.finding.outcome.as_str() == "not-applicable";
        report.findings.iter().filter(of).count()
    };
    assert_eq!(na(&report(&facts())), 2);
    handle.end_judging();
    let late = report(&facts());
    for one in &late.findings {
        let Outcome::Unknown(unknown) = &one.finding.outcome else {
            panic!("{:?}", one.finding);
        };
        assert_eq!(unknown.cause, Cause::Deadline);
    }
    assert_eq!(late.findings.len(), 4);
}
