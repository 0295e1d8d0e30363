//! No secret leaves: the path of a Slack webhook, which is one, and the values of the variables of
//! containers are in nothing that the program writes.
#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use harden_tests::{Estate, Harden};

/// The parts of the webhook's path in `tests/aws/variants.py`, and of the value that
/// `tests/aws/estate_costs.py` gives to variables.
const SECRETS: [&str; 5] = [
    "CANARYOFSECRET",
    "B00000000",
    "T00000000",
    "PLANTED",
    "Tr0ub4dor",
];

fn clean(what: &str, text: &str, estate: &Estate) {
    let keys = &estate.credentials;
    let own = [&*keys.secret_access_key, &*keys.session_token];
    for secret in SECRETS.into_iter().chain(own) {
        let at = text.find(secret);
        let around = at.map(|at| {
            let from = text.floor_char_boundary(at.saturating_sub(300));
            &text[from..at]
        });
        assert_eq!(around, None, "{what} has {secret}");
    }
}

#[test]
fn a_webhook_stays_where_it_is() {
    let estate = Estate::build("bad");
    let args = [
        "audit",
        "--as-of",
        &estate.now,
        "--record",
        "s.json.zst",
        "--output",
        "text=report.text",
        "--output",
        "json=report.json",
        "--output",
        "sarif=report.sarif",
        "--output",
        "markdown=report.markdown",
    ];
    let done = Harden::live(&estate, args)
        .env("HARDEN_LOG", "trace")
        .env("RUST_LOG", "trace")
        .run()
        .exits(1);
    for name in [
        "report.text",
        "report.json",
        "report.sarif",
        "report.markdown",
    ] {
        let report = done.text(name);
        // the subscription is in the report, and its host may be
        assert!(report.contains("saaspe-production-alerts"), "{name}");
        clean(name, &report, &estate);
    }
    clean("stdout", &done.stdout, &estate);
    let snapshot = zstd::decode_all(&*done.file("s.json.zst")).unwrap();
    let snapshot = String::from_utf8(snapshot).unwrap();
    assert!(snapshot.contains("hooks.slack.com"), "the host is a fact");
    assert!(snapshot.contains("DB_PASSWORD"), "the name is a fact");
    clean("the snapshot", &snapshot, &estate);
    clean("the log at trace", &done.stderr, &estate);

    let preflight = ["permissions", "--preflight", "--format", "json"];
    let preflight = Harden::live(&estate, preflight).run();
    clean("the preflight", &preflight.stdout, &estate);
    let init = Harden::live(&estate, ["init", "--output", "-"])
        .run()
        .exits(0);
    clean("init", &init.stdout, &estate);
    clean("init's stderr", &init.stderr, &estate);
}
