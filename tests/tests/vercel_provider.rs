//! Vercel's projects, over HTTP, against a fake that is held to Vercel's own description.
#![cfg(feature = "web")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use harden_core::{
    CancellationToken, Cause, Cx, Facts, Known, Listing, Outcome, Policies, Replay, Resource,
    Snapshot, StopHandle, Unknown,
};
use harden_tests::fakes::vercel::{Estate, OPERATIONS, Shape, TOKEN, Vercel, variable};
use harden_vercel::live::{Connect, VercelProvider};
use harden_vercel::resources::{ProductionDeployment, Project, ProjectVariables, SharedVariables};
use harden_vercel::{VercelPolicy, checks};
use serde_json::{Value, json};

const NOW: &str = "2026-01-15T12:00:00Z";

/// A run's findings, by check and resource.
type Findings = BTreeMap<(&'static str, String), Outcome>;

struct Run {
    facts: Facts,
    findings: Findings,
}

impl Run {
    fn verdicts(&self) -> BTreeMap<(&str, &str), &str> {
        let all = self.findings.iter();
        all.map(|((check, key), outcome)| ((*check, key.as_str()), outcome.as_str()))
            .collect()
    }

    fn with(&self, verdict: &str) -> Vec<String> {
        let all = self.findings.iter();
        all.filter(|(_, outcome)| outcome.as_str() == verdict)
            .map(|((check, key), _)| format!("{check} {key}"))
            .collect()
    }

    async fn list<R: Resource>(&self) -> Arc<Listing<R>> {
        self.facts.list().await.unwrap()
    }
}

fn provider_of(vercel: &Vercel, set: &[(&str, &str)]) -> VercelProvider {
    let variables = [
        ("VERCEL_TOKEN", TOKEN),
        ("VERCEL_ORG_ID", "team_4Kq9"),
        ("VERCEL_API_URL", vercel.served.url.as_str()),
    ];
    let get = |name: &str| {
        let mut all = set.iter().chain(&variables);
        all.find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
    };
    let mut policy = VercelPolicy::default();
    policy.projects = vec!["shop".to_owned(), "prj_blog".to_owned()];
    let mut connect = Connect::from_env(&get, &policy).unwrap();
    connect.first_wait = Duration::from_millis(1);
    VercelProvider::connect(connect).unwrap()
}

async fn judged(facts: Facts) -> Run {
    let cx = Cx::new(facts.clone(), Policies::default(), NOW.parse().unwrap());
    let mut findings = Findings::new();
    for check in checks() {
        for finding in check.run(&cx).await.unwrap() {
            let key = (finding.check, finding.resource.key());
            let before = findings.insert(key.clone(), finding.outcome);
            assert!(before.is_none(), "two findings of {key:?}");
        }
    }
    Run { facts, findings }
}

async fn audit_with(vercel: &Vercel, set: &[(&str, &str)], stop: CancellationToken) -> Run {
    let provider = Arc::new(provider_of(vercel, set));
    judged(
        Facts::builder()
            .provider(provider)
            .cancellation(stop)
            .record(true)
            .build(),
    )
    .await
}

async fn audit(vercel: &Vercel) -> Run {
    audit_with(vercel, &[], CancellationToken::never()).await
}

async fn audit_of(estate: Estate) -> Run {
    audit(&Vercel::start(estate).await).await
}

#[tokio::test]
async fn a_good_estate_passes_and_every_call_is_as_described() {
    let vercel = Vercel::start(Estate::good()).await;
    let run = audit(&vercel).await;
    run.list::<ProductionDeployment>().await;
    assert_eq!(run.with("fail"), [""; 0]);
    assert_eq!(run.with("unknown"), [""; 0]);
    assert_eq!(run.with("pass").len(), 6, "{:?}", run.verdicts());
    vercel.served.violations.assert_none();
    // each call once, each a GET, for the team, by one who says who it is, and nothing decrypted
    let lines = vercel.served.lines();
    let mut once = lines.clone();
    once.dedup();
    assert_eq!(lines, once);
    assert_eq!(lines.len(), 7, "{lines:?}");
    for asked in vercel.served.asked() {
        assert!(asked.line.starts_with("GET /"), "{}", asked.line);
        assert!(asked.line.contains("teamId=team_4Kq9"), "{}", asked.line);
        assert!(!asked.line.contains("decrypt"), "{}", asked.line);
        assert!(
            asked.headers["user-agent"]
                .to_str()
                .unwrap()
                .starts_with("harden/")
        );
    }
    let counted = run.facts.calls();
    assert_eq!(counted.values().sum::<u64>(), 7, "{counted:?}");
    assert!(
        counted
            .keys()
            .all(|operation| OPERATIONS.contains(&&**operation))
    );
}

#[tokio::test]
async fn a_bad_estate_fails_where_it_is_bad() {
    let vercel = Vercel::start(Estate::bad()).await;
    let run = audit(&vercel).await;
    vercel.served.violations.assert_none();
    assert_eq!(
        run.with("fail"),
        [
            "vercel/env-missing vercel/project:team_4Kq9::prj_blog",
            "vercel/env-missing vercel/project:team_4Kq9::prj_shop",
            "vercel/secret-exposed-to-browser vercel/variable:team_4Kq9::prj_shop/NEXT_PUBLIC_STRIPE_SECRET_KEY/development,preview,production",
            "vercel/secret-plaintext vercel/variable:team_4Kq9::prj_shop/DATABASE_URL/development,preview,production",
            "vercel/secret-plaintext vercel/variable:team_4Kq9::prj_shop/SENTRY_AUTH_TOKEN/preview",
            "vercel/secret-plaintext vercel/variable:team_4Kq9::prj_shop/STRIPE_SECRET_KEY/preview@next",
            "vercel/secret-plaintext vercel/variable:team_4Kq9::shared/JWT_SECRET/env_9",
        ]
    );
    assert_eq!(run.with("unknown"), [""; 0]);
}

#[tokio::test]
async fn all_shapes_and_sizes_of_the_answer_are_one() {
    let mut estate = Estate::good();
    estate.variables.get_mut("prj_shop").unwrap().truncate(1);
    let wanted = audit_of(estate.clone()).await;
    assert_eq!(wanted.with("fail"), [""; 0]);
    for shape in [Shape::Bare, Shape::One] {
        estate.shape = shape;
        let vercel = Vercel::start(estate.clone()).await;
        let run = audit(&vercel).await;
        vercel.served.violations.assert_none();
        assert_eq!(run.verdicts(), wanted.verdicts(), "{shape:?}");
    }
    let mut paged = Estate::bad();
    let wanted = audit_of(paged.clone()).await;
    paged.page = 1;
    let vercel = Vercel::start(paged).await;
    let run = audit(&vercel).await;
    vercel.served.violations.assert_none();
    assert_eq!(run.verdicts(), wanted.verdicts());
    assert_eq!(
        run.facts.calls()[OPERATIONS[1]],
        5,
        "four pages, and an empty one"
    );
}

#[tokio::test]
async fn what_is_refused_is_unknown_and_names_the_operation() {
    for estate in [Estate::good(), Estate::bad()] {
        let before = audit_of(estate.clone()).await;
        for operation in OPERATIONS {
            for (status, cause) in [(403, Cause::Denied), (401, Cause::Credentials)] {
                let mut less = estate.clone();
                less.refuse = vec![(operation, status)];
                let vercel = Vercel::start(less).await;
                let after = audit(&vercel).await;
                vercel.served.violations.assert_none();
                let mut changed = 0;
                for (key, outcome) in &after.findings {
                    let was = before.findings.get(key);
                    if let Outcome::Unknown(unknown) = outcome {
                        assert_eq!(unknown.action.as_deref(), Some(operation), "{key:?}");
                        assert_eq!(unknown.cause, cause, "{key:?}");
                        changed += 1;
                    } else {
                        let was = was.map(Outcome::as_str);
                        assert_eq!(was, Some(outcome.as_str()), "{key:?} without {operation}");
                    }
                }
                // nothing here judges deployments
                assert_eq!(changed == 0, operation == OPERATIONS[3], "{operation}");
            }
        }
    }
}

#[tokio::test]
async fn a_replay_of_the_snapshot_says_the_same() {
    for estate in [Estate::good(), Estate::bad()] {
        let live = audit_of(estate).await;
        let taken = live.facts.snapshot("test", NOW.parse().unwrap());
        let text = serde_json::to_string(&taken).unwrap();
        let replay = Arc::new(Replay::from(Snapshot::parse(&text).unwrap()));
        let replayed = judged(Facts::new(vec![replay])).await;
        assert_eq!(
            format!("{:?}", live.findings),
            format!("{:?}", replayed.findings)
        );
    }
}

#[tokio::test]
async fn no_secret_leaves_the_listing() {
    let mut estate = Estate::bad();
    estate.refuse = vec![(OPERATIONS[3], 403)];
    let vercel = Vercel::start(estate).await;
    let run = audit(&vercel).await;
    run.list::<ProductionDeployment>().await;
    let snapshot = run.facts.snapshot("test", NOW.parse().unwrap());
    let shown = format!(
        "{} {:?} {:?} {:?} {:?}",
        serde_json::to_string(&snapshot).unwrap(),
        run.findings,
        run.facts.gaps(),
        run.facts.calls(),
        provider_of(&vercel, &[]),
    );
    assert!(!shown.contains("CANARYOFSECRET"), "{shown}");
    assert!(shown.contains("NEXT_PUBLIC_STRIPE_SECRET_KEY"));
}

/// Every field of an answer, as a JSON pointer.
fn fields(value: &Value, at: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, inner) in object {
                let path = format!("{at}/{key}");
                fields(inner, &path, into);
                into.push(path);
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                fields(item, &format!("{at}/{i}"), into);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn an_answer_that_lacks_a_field_never_makes_a_finding_better() {
    let estate = Estate::bad();
    let before = audit_of(estate.clone()).await;
    let envs = json!({"envs": estate.variables["prj_shop"], "pagination": {"next": null}});
    let shared = json!({"data": estate.shared, "pagination": {"next": null}});
    let answers = [&estate.projects[0], &envs, &shared];
    for (operation, answer) in OPERATIONS.into_iter().zip(answers) {
        let mut paths = Vec::new();
        fields(answer, "", &mut paths);
        assert!(paths.len() > 5);
        for path in paths {
            let mut less = estate.clone();
            less.drop = Some((operation, path.clone()));
            let after = audit_of(less).await;
            for (key, outcome) in &after.findings {
                let was = before.findings.get(key).map(Outcome::as_str);
                let better = outcome.as_str() == "pass" && was != Some("pass");
                assert!(!better, "{key:?} passes without {path} of {operation}");
            }
        }
    }
}

#[tokio::test]
async fn a_project_that_is_not_there_is_a_gap_and_the_other_is_read() {
    let mut estate = Estate::good();
    estate.projects.remove(0);
    let vercel = Vercel::start(estate).await;
    let run = audit(&vercel).await;
    vercel.served.violations.assert_none();
    let projects = run.list::<Project>().await;
    assert_eq!((projects.len(), projects.gaps.len()), (1, 1));
    let gap = &projects.gaps[0];
    assert_eq!(gap.place.to_string(), "team_4Kq9 in shop");
    let gap = &gap.unknown;
    assert!(gap.message.contains("404: Project not found"), "{gap}");
    assert_eq!(
        run.with("pass"),
        [
            "vercel/env-missing vercel/project:team_4Kq9::prj_blog",
            "vercel/secret-plaintext vercel/variable:team_4Kq9::shared/SENTRY_AUTH_TOKEN/env_9",
        ]
    );
    assert_eq!(run.with("unknown").len(), 3, "{:?}", run.verdicts());
}

#[tokio::test]
async fn a_wrong_token_or_team_leaves_all_unknown() {
    let vercel = Vercel::start(Estate::good()).await;
    for wrong in [("VERCEL_TOKEN", "another"), ("VERCEL_ORG_ID", "team_other")] {
        let run = audit_with(&vercel, &[wrong], CancellationToken::never()).await;
        assert_eq!(
            run.with("unknown").len(),
            run.findings.len(),
            "{:?}",
            run.verdicts()
        );
        assert!(run.findings.len() >= 3);
    }
}

#[tokio::test]
async fn a_personal_account_names_no_team_and_shares_nothing() {
    let mut estate = Estate::good();
    estate.team = None;
    for project in &mut estate.projects {
        project["accountId"] = json!("Xn7User");
    }
    let vercel = Vercel::start(estate).await;
    let run = audit_with(
        &vercel,
        &[("VERCEL_ORG_ID", "Xn7User")],
        CancellationToken::never(),
    )
    .await;
    vercel.served.violations.assert_none();
    let lines = vercel.served.lines();
    assert!(lines.iter().all(|line| !line.contains("team")), "{lines:?}");
    assert!(!run.facts.calls().contains_key(OPERATIONS[2]));
    let shared = run.list::<SharedVariables>().await;
    let (id, shared) = shared.iter().next().unwrap();
    assert_eq!(
        (&*id.place.account, &shared.variables),
        ("Xn7User", &Known::Yes(Vec::new()))
    );
    assert_eq!(
        run.with("fail"),
        ["vercel/env-missing vercel/project:Xn7User::prj_blog"]
    );
}

#[tokio::test]
async fn a_project_of_a_team_that_is_not_named_may_share_more() {
    let mut estate = Estate::good();
    estate.team = None;
    let vercel = Vercel::start(estate).await;
    let run = audit_with(
        &vercel,
        &[("VERCEL_ORG_ID", "Xn7User")],
        CancellationToken::never(),
    )
    .await;
    assert!(!run.facts.calls().contains_key(OPERATIONS[2]));
    assert_eq!(run.with("fail"), [""; 0], "what the team shares may be it");
    let unknown = run.with("unknown");
    let wanted = "vercel/env-missing vercel/project:Xn7User::prj_blog";
    assert!(unknown.contains(&wanted.to_owned()), "{unknown:?}");
}

#[tokio::test]
async fn a_call_that_is_throttled_once_makes_no_difference() {
    let wanted = audit_of(Estate::bad()).await;
    let mut estate = Estate::bad();
    estate.fail_first = OPERATIONS.into_iter().collect();
    let vercel = Vercel::start(estate).await;
    let run = audit(&vercel).await;
    assert_eq!(run.verdicts(), wanted.verdicts());
    assert_eq!(run.facts.calls(), wanted.facts.calls());
    assert!(vercel.served.asked().len() > wanted.facts.calls().values().sum::<u64>() as usize);
}

#[tokio::test]
async fn a_run_that_ended_asks_for_nothing() {
    let vercel = Vercel::start(Estate::good()).await;
    let (stopper, stop) = StopHandle::new();
    stopper.stop(Unknown::new(Cause::Interrupted, "interrupted"));
    let run = audit_with(&vercel, &[], stop).await;
    assert_eq!(vercel.served.lines(), [""; 0]);
    for (key, outcome) in &run.findings {
        let Outcome::Unknown(unknown) = outcome else {
            panic!("{key:?}: {outcome:?}");
        };
        assert_eq!(unknown.cause, Cause::Interrupted);
    }
    assert!(!run.findings.is_empty());
}

#[tokio::test]
async fn what_is_deployed_is_the_latest_that_gets_traffic() {
    let latest = |estate: Estate| async {
        let vercel = Vercel::start(estate).await;
        let run = audit(&vercel).await;
        let all = run.list::<ProductionDeployment>().await;
        vercel.served.violations.assert_none();
        let shop = all
            .iter()
            .find(|(_, d)| d.name == "shop")
            .unwrap()
            .1
            .clone();
        assert_eq!(shop.repository, Known::Yes(Some("acme/shop".to_owned())));
        shop.latest
    };
    let commit = |estate: Estate| async move {
        let found = latest(estate).await.ok().cloned().flatten().unwrap();
        (found.id, found.commit)
    };
    let sha = "5d41402abc4b2a76b9719d911017c592aaaaaaaa".to_owned();
    let good = Estate::good();
    let known = Known::Yes(Some(sha));
    assert_eq!(commit(good.clone()).await, ("dpl_1".to_owned(), known));
    // of changes that were not committed, no commit says what is deployed
    let mut dirty = good.clone();
    dirty.deployments[0]["meta"]["gitDirty"] = json!("1");
    assert_eq!(commit(dirty).await.1, Known::Yes(None));
    // without anything of Git's
    let mut bare = good.clone();
    bare.deployments[0]["meta"] = json!({});
    assert_eq!(commit(bare).await.1, Known::Yes(None));
    let mut none = good.clone();
    none.deployments.clear();
    assert_eq!(latest(none).await, Known::Yes(None));
    let mut staged = good.clone();
    staged
        .deployments
        .retain(|d| d["readySubstate"] == "STAGED");
    let unknown = latest(staged).await;
    assert_eq!(unknown.get().unwrap_err().cause, Cause::Undetermined);
    let mut refused = good;
    refused.refuse = vec![(OPERATIONS[3], 403)];
    assert_eq!(
        latest(refused).await.get().unwrap_err().cause,
        Cause::Denied
    );
}

#[tokio::test]
async fn variables_of_custom_environments_and_odd_names_are_read() {
    let mut estate = Estate::good();
    let mut custom = variable("env_7", "A TOKEN\n\u{1b}[31m", "plain", json!(null));
    custom.as_object_mut().unwrap().remove("target");
    custom["customEnvironmentIds"] = json!(["env_stg"]);
    estate.variables.get_mut("prj_shop").unwrap().push(custom);
    let vercel = Vercel::start(estate).await;
    let run = audit(&vercel).await;
    vercel.served.violations.assert_none();
    let all = run.list::<ProjectVariables>().await;
    let shop = all.iter().find(|(_, v)| v.name == "shop").unwrap().1;
    let last = shop.variables.get().unwrap().last().unwrap();
    assert_eq!(last.targets, Known::Yes(vec!["env_stg".to_owned()]));
    let failed = run.findings.values().find_map(|outcome| match outcome {
        Outcome::Fail(_, remediation) => Some(remediation),
        _ => None,
    });
    let steps = &failed.expect("a plain token fails").steps;
    let commands: Vec<String> = steps
        .iter()
        .filter_map(harden_core::Step::to_shell)
        .collect();
    assert_eq!(
        commands,
        [
            "env VERCEL_ORG_ID=team_4Kq9 VERCEL_PROJECT_ID=prj_shop vercel env update \
          \"$(printf 'A TOKEN\\n\\033[31m')\" env_stg --sensitive"
        ]
    );
}
