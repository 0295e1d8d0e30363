//! Tests of `iam trust`.

use super::{Folder, trust_of};
use serde_json::{Value, json};

fn judge(policy: &str, more: &[&str], code: i32) -> Value {
    let folder = Folder::with(&[
        ("trust.json", policy),
        (
            "main.json",
            r#"{"sub": "repo:acme/shop:ref:refs/heads/main", "aud": "sts.amazonaws.com"}"#,
        ),
        (
            "fork.json",
            r#"{"sub": "repo:other/shop:ref:refs/heads/main", "aud": "sts.amazonaws.com"}"#,
        ),
    ]);
    let args = [&["trust", "trust.json", "--format", "json"], more].concat();
    folder.run(&args).exits(code).json("iam-trust-1")
}

#[test]
fn policies_have_their_grades() {
    for (subject, grade, code, rule) in [
        ("repo:acme/shop:environment:production", "exact", 0, None),
        ("repo:acme/shop:ref:refs/heads/main", "exact", 0, None),
        (
            "repo:acme/shop:pull_request",
            "pull-requests",
            1,
            Some("subject-pull-requests"),
        ),
        ("repo:acme/shop:*", "repository", 1, Some("subject-any-ref")),
        (
            "repo:acme/*",
            "organization",
            1,
            Some("subject-organization"),
        ),
        (
            "repo:acme*",
            "other-organizations",
            1,
            Some("subject-unrestricted"),
        ),
        ("*", "anybody", 1, Some("subject-unrestricted")),
    ] {
        let document = judge(&trust_of(subject), &[], code);
        assert_eq!(document["grade"], grade, "{subject}");
        assert_eq!(document["statement"], 0);
        assert_eq!(document["value"], subject);
        assert_eq!(
            (&document["line"], &document["column"]),
            (&json!(12), &json!(54))
        );
        let rules: Vec<&Value> = document["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["rule"])
            .collect();
        let wanted: Vec<Value> = rule.into_iter().map(Value::from).collect();
        assert_eq!(rules, wanted.iter().collect::<Vec<_>>(), "{subject}");
        assert_eq!(document.get("admits"), None);
    }
}

#[test]
fn nobody_workflow_and_unknown_are_graded() {
    let literal = trust_of("repo:acme/shop:*").replace("StringLike", "StringEqualsIgnoreCase");
    let document = judge(&literal, &[], 1);
    assert_eq!(document["grade"], "nobody");
    assert_eq!(document["findings"][0]["rule"], "trust-never-matches");

    let workflow = trust_of("acme/.github/.github/workflows/deploy.yml@refs/heads/main")
        .replace(":sub", ":job_workflow_ref");
    assert_eq!(judge(&workflow, &[], 0)["grade"], "workflow");

    let strange = trust_of("repo:acme/shop:*").replace("StringLike", "StringResembles");
    let document = judge(&strange, &[], 3);
    assert_eq!(document["grade"], "unknown");
    assert_eq!(document["findings"][0]["rule"], "trust-not-judged");
    // it is not less for a policy that is only looked at for errors
    judge(&strange, &["--fail-on", "error"], 3);
}

#[test]
fn the_widest_value_decides() {
    let two = trust_of("repo:acme/shop:environment:production").replace(
        "\"repo:acme/shop:environment:production\"",
        "[\"repo:acme/shop:environment:production\",\n \"*\"]",
    );
    let document = judge(&two, &[], 1);
    assert_eq!(
        (&document["grade"], &document["value"]),
        (&json!("anybody"), &json!("*"))
    );
    assert_eq!(
        (&document["line"], &document["column"]),
        (&json!(13), &json!(2))
    );
}

#[test]
fn tokens_are_accepted_or_not() {
    let exact = trust_of("repo:acme/shop:ref:refs/heads/main");
    let document = judge(&exact, &["--claims", "main.json"], 0);
    assert_eq!(document["admits"], true);
    assert!(
        document["why"]
            .as_str()
            .unwrap()
            .contains("statement 0 (GitHub)")
    );

    let document = judge(&exact, &["--claims", "fork.json"], 1);
    assert_eq!(document["admits"], false);
    let why = document["why"].as_str().unwrap();
    assert!(why.contains("repo:other/shop:ref:refs/heads/main"), "{why}");

    let rests = exact.replace(
        "\"StringLike\"",
        "\"IpAddress\": {\"aws:SourceIp\": \"203.0.113.0/24\"}, \"StringLike\"",
    );
    let document = judge(&rests, &["--claims", "main.json"], 3);
    assert_eq!(document["admits"], Value::Null);
    assert!(document["why"].as_str().unwrap().contains("aws:SourceIp"));
}

#[test]
fn of_several_roles_the_widest_decides() {
    let folder = Folder::with(&[
        ("a.json", &trust_of("repo:acme/shop:ref:refs/heads/main")),
        ("b.json", &trust_of("repo:acme/*")),
        ("c.json", &trust_of("repo:acme/shop:*")),
        (
            "claims.json",
            r#"{"sub": "repo:acme/site:ref:refs/heads/main", "aud": "sts.amazonaws.com"}"#,
        ),
    ]);
    let args = [
        "trust",
        "a.json",
        "b.json",
        "c.json",
        "--format=json",
        "--claims=claims.json",
    ];
    let document = folder.run(&args).exits(1).json("iam-trust-1");
    assert_eq!(document["grade"], "organization");
    assert_eq!(document["file"], "b.json");
    assert_eq!(document["admits"], true);
    let each: Vec<&Value> = document["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["grade"])
        .collect();
    assert_eq!(each, ["exact", "organization", "repository"]);
    let files: Vec<&Value> = document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["file"])
        .collect();
    assert_eq!(files, ["b.json", "c.json"]);
}

#[test]
fn the_text_names_the_grade_and_the_statement() {
    let folder = Folder::with(&[("trust.json", &trust_of("repo:acme/*"))]);
    let run = folder.run_with_stdin(
        &["trust", "trust.json", "--claims", "-"],
        r#"{"sub": "repo:acme/site:pull_request", "aud": "sts.amazonaws.com"}"#,
    );
    let text = run.exits(1).stdout();
    for part in [
        "error[subject-organization]",
        " --> trust.json:12:54\n",
        "trust.json: organization: repositories of one owner\n",
        "  by statement 0, line 12, column 54: `repo:acme/*`\n",
        "  the token is accepted: statement 0 (GitHub) accepts it\n",
    ] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}
