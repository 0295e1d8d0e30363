use harden_core::Policy;

use super::*;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct House {
    doors: u32,
    garden: Garden,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Garden {
    trees: u32,
}

impl Policy for House {
    const TABLE: &'static str = "house";
}

fn parse(text: &str) -> Result<(PolicyFile, Policies), ConfigErrors> {
    let catalog = ["house/door-open", "house/door-unlocked"]
        .into_iter()
        .collect();
    PolicyFile::parse(
        text,
        "harden.toml",
        &Tables::new().with::<House>(),
        &catalog,
    )
}

fn rendered(text: &str) -> String {
    let errors = parse(text).unwrap_err();
    let all = errors.0.iter().map(|e| e.render(text, "harden.toml"));
    all.collect::<Vec<_>>().join("\n")
}

#[test]
fn tables_become_the_policies_of_their_providers() {
    let (file, policies) = parse(
        "[estate]\nname = 'production'\n[house]\ndoors = 3\n[house.garden]\ntrees = 2\n\
         [checks]\noff = ['house/door-*']\n[checks.severity]\n'house/door-open' = 'low'\n\
         [sentry]\nx = 1\n",
    )
    .unwrap();
    let house = policies.get::<House>();
    assert_eq!((house.doors, house.garden.trees), (3, 2));
    assert_eq!(file.estate_name(), "production");
    assert!(file.is_off("house/door-unlocked"));
    assert_eq!(file.severity_of("house/door-open"), Some(Severity::Low));
    assert_eq!(file.table_anchors("harden.toml")["house"].line, 3);
    assert!(file.notices[0].message.contains("[sentry]"));
}

#[test]
fn errors_point_at_the_line_and_suggest() {
    for (text, line, word) in [
        (
            "[house]\ndors = 3\n",
            "harden.toml:2:1",
            "did you mean `doors`",
        ),
        (
            "[house]\n\n[house.garden]\ntrees = 'two'\n",
            "harden.toml:4:9",
            "invalid type",
        ),
        ("x = 1\n[huose]\n", "harden.toml:1:1", "unknown table `x`"),
        (
            "[checks]\noff = ['house/dor-open']\n",
            "harden.toml:2:8",
            "did you mean `house/door-open`",
        ),
        (
            "[checks.severity]\n'house/door-open' = 'hihg'\n",
            "harden.toml:2:",
            "did you mean `high`",
        ),
        (
            "[[accept]]\ncheck = 'house/nothing'\nresource='*'\nreason='x'\nowner='y'\nexpires='2026-01-01'\n",
            "harden.toml:2:9",
            "is not a known check",
        ),
        (
            "[[accept]]\ncheck = 'house/door-open'\n",
            "harden.toml:1:",
            "needs check, resource, reason, owner and expires",
        ),
        ("[house\n", "harden.toml:1:", "error"),
    ] {
        let shown = rendered(text);
        assert!(shown.contains(line), "{line}\n{shown}");
        assert!(shown.contains(word), "{word}\n{shown}");
    }
}

#[test]
fn all_errors_are_reported_together() {
    let errors = parse("[house]\ndors = 1\n[checks]\noff = ['nothing/x']\n").unwrap_err();
    assert_eq!(errors.0.len(), 2);
}

#[test]
fn the_most_specific_pattern_sets_the_severity() {
    let (file, _) = parse(
        "[checks.severity]\n'*' = 'info'\n'house/door-*' = 'critical'\n'house/*' = 'low'\n\
         'house/door-open' = 'medium'\n",
    )
    .unwrap();
    assert_eq!(
        file.severity_of("house/door-unlocked"),
        Some(Severity::Critical)
    );
    assert_eq!(file.severity_of("house/door-open"), Some(Severity::Medium));
    assert_eq!(file.severity_of("house/window"), Some(Severity::Low));
    assert_eq!(file.severity_of("barn/gate"), Some(Severity::Info));
}

#[test]
fn accepted_risks_need_a_reason_and_a_date() {
    let accept = |reason: &str, expires: &str| {
        format!(
            "[[accept]]\ncheck = 'house/door-open'\nresource = 'x'\nreason = '{reason}'\n\
             owner = 'ops'\nexpires = {expires}\n"
        )
    };
    for (expires, expected) in [
        ("'31.3.2027'", "is not a date: write it as \"2027-03-31\""),
        ("7", "is not a date: write it as \"2027-03-31\""),
        ("''", "is not a date: write it as \"2027-03-31\""),
    ] {
        let error = rendered(&accept("why", expires));
        assert!(error.contains(expected), "{expires}: {error}");
    }
    assert!(rendered(&accept(" ", "'2027-03-31'")).contains("the value is empty"));
    for expires in ["'2027-03-31'", "2027-03-31"] {
        let (file, _) = parse(&accept("why", expires)).unwrap();
        assert_eq!(file.accept[0].expires.to_string(), "2027-03-31");
    }
    let one = accept("why", "'2027-03-31'").replace("[[accept]]", "[accept]");
    assert!(rendered(&one).contains("[[accept]]"), "{}", rendered(&one));
}
