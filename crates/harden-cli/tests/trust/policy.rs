//! The policy file of a checkout: what it may decide, and what is reported about it.

use super::*;

#[test]
fn a_found_file_sends_no_credential_to_its_host() {
    let tokens = [
        ("SENTRY_AUTH_TOKEN", "t"),
        ("SENTRY_ORG", "acme"),
        ("VERCEL_TOKEN", "t"),
        ("VERCEL_PROJECT_ID", "p"),
        ("GH_ENTERPRISE_TOKEN", "t"),
        ("GITHUB_REPOSITORY", "acme/shop"),
    ];
    for (policy, word) in [
        (
            "[sentry]\nurl = 'https://evil.example'\n",
            "send SENTRY_AUTH_TOKEN to https://evil.example",
        ),
        (
            "[vercel]\napi_url = 'https://evil.example'\n",
            "send VERCEL_TOKEN to https://evil.example",
        ),
        (
            "[github]\napi_url = 'https://evil.example/api/v3'\n",
            "send GH_ENTERPRISE_TOKEN to https://evil.example",
        ),
        (
            "[[aws.accounts]]\nid = '111122223333'\nrole_arn = 'arn:aws:iam::111122223333:role/x'\n",
            "assume arn:aws:iam::111122223333:role/x",
        ),
    ] {
        let machine = Machine::new();
        machine.file("harden.toml", policy);
        for args in [
            &["audit", "-q"][..],
            &["snapshot", "-q", "s.json"],
            &["permissions", "--preflight", "-q"],
            &["init", "-q", "--output", "-"],
        ] {
            machine.run_with(args, &tokens).exits(2).says(&[
                word,
                "--policy harden.toml",
                "--trust-policy-hosts",
                "trust.toml",
            ]);
        }
        // A replay sends nothing.
        let done = machine.run_with(&["audit", "-q", "--demo"], &tokens);
        assert!(!done.stderr.contains("would"), "{}", done.stderr);
    }
}

const ACCEPTS_ALL: &str = "[checks]\noff = ['github/*']\n\
    [[accept]]\ncheck = '*'\nresource = '*'\nreason = 'x'\nowner = 'me'\nexpires = '2099-01-01'\n";

/// A repository whose branch `change` accepts everything, unlike `main`.
fn pull_request() -> Machine {
    let machine = Machine::new();
    machine.git(&["init", "-q"]);
    machine.file("harden.toml", "[estate]\nname = 'base'\n");
    machine.commit("main");
    machine.file("harden.toml", ACCEPTS_ALL);
    machine.file(
        "harden.attestations.toml",
        "[[attestation]]\nduty = 'restore-drill'\nresource = 'db'\non = '2026-01-01'\nby = 'me'\nseen = 'x'\n",
    );
    machine.commit("change");
    machine
}

fn path() -> (&'static str, String) {
    ("PATH", std::env::var("PATH").unwrap_or_default())
}

fn notices(done: &Done) -> String {
    done.json()["notices"].to_string()
}

#[test]
fn ci_reports_what_a_policy_accepts_beyond_the_base_branch() {
    let machine = pull_request();
    let (name, value) = path();
    let args = ["audit", "--demo", "--format", "json"];
    let base = [("CI", "true"), ("GITHUB_BASE_REF", "main"), (name, &*value)];
    let found = machine.run_with(&args, &base);
    let notices_of_found = notices(&found);
    for word in [
        "harden.toml accepts * on * until 2099-01-01 (owner me)",
        "harden.toml turns off github/*",
        "harden.attestations.toml attests restore-drill on db",
    ] {
        assert!(
            notices_of_found.contains(word),
            "{word}: {notices_of_found}"
        );
    }
    assert!(
        found.stderr.contains("differs from that of main"),
        "{}",
        found.stderr
    );
    // Naming the file does not hide it.
    let named = [&args[..], &["--policy", "harden.toml"]].concat();
    assert!(notices(&machine.run_with(&named, &base)).contains("turns off github/*"));
    // Without the base branch, everything is listed.
    let unknown = [("CI", "true"), ("GITHUB_BASE_REF", "gone"), (name, &*value)];
    let listed = notices(&machine.run_with(&args, &unknown));
    assert!(
        listed.contains("could not be read") && listed.contains("turns off github/*"),
        "{listed}"
    );
    // On a laptop the user wrote the file.
    let quiet = notices(&machine.run_with(&args, &[(name, &*value)]));
    assert!(!quiet.contains("unlike the base branch"), "{quiet}");
}

#[test]
fn a_policy_can_be_read_from_a_commit() {
    let machine = pull_request();
    let (name, value) = path();
    let env = [("CI", "true"), ("GITHUB_BASE_REF", "main"), (name, &*value)];
    let audit = |more: &[&str]| {
        machine.run_with(
            &[&["audit", "--demo", "--format", "json"], more].concat(),
            &env,
        )
    };
    let base = audit(&["--policy-ref", "main"]).exits(1);
    let report = base.json();
    assert_eq!(report["estate"], "base");
    assert_eq!(report["policy"]["commit"].as_str().unwrap().len(), 40);
    assert_eq!(report["summary"]["accepted"], 0);
    audit(&[]).exits(0);
    for (reference, word) in [
        ("gone", "`gone` is not a commit"),
        ("--output=x", "is not a commit"),
    ] {
        let option = format!("--policy-ref={reference}");
        audit(&[&option]).exits(2).says(&[word]);
    }
    audit(&["--policy-ref", "main", "--policy", "other.toml"])
        .exits(2)
        .says(&["main has no file other.toml"]);
    // A link in the commit is not followed.
    std::fs::remove_file(machine.path("harden.toml")).unwrap();
    machine.link("harden.toml", "/proc/self/environ");
    machine.commit("linked");
    audit(&["--policy-ref", "linked"])
        .exits(2)
        .says(&["not a regular file"]);
    // A base branch without the file has no policy.
    std::fs::remove_file(machine.path("harden.toml")).unwrap();
    machine.commit("bare");
    let bare = audit(&["--policy-ref", "bare"]).exits(1);
    assert!(notices(&bare).contains("bare has no harden.toml"));
    assert!(bare.json()["policy"].is_null());
}

#[test]
fn a_policy_of_a_commit_needs_a_checkout() {
    let machine = Machine::new();
    machine
        .run(&["audit", "--demo", "--policy-ref", "main"])
        .exits(2)
        .says(&["this is not a checkout"]);
}
