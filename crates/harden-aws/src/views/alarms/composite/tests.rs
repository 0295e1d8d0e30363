use super::*;

fn who(rule: &str) -> String {
    match triggering_children(rule) {
        Ok(names) => names.into_iter().collect::<Vec<_>>().join(" "),
        Err(Unreadable) => "unreadable".to_owned(),
    }
}

#[test]
fn children_that_trigger_it() {
    for (rule, names) in [
        ("ALARM(a)", "a"),
        ("ALARM(\"a b\") OR alarm('c')", "a b c"),
        (r#"ALARM("say \"a\"")"#, "say \"a\""),
        ("ALARM(a) AND ALARM(b)", "a b"),
        ("(ALARM(a) OR ALARM(b)) AND OK(c)", "a b"),
        ("ALARM(a) AND NOT ALARM(deploying)", "a"),
        ("NOT (NOT ALARM(a) OR ALARM(b))", "a"),
        ("NOT OK(a)", "a"),
        ("NOT INSUFFICIENT_DATA(a)", "a"),
        ("OK(a) OR INSUFFICIENT_DATA(b)", ""),
        ("NOT NOT ALARM(a)", "a"),
        ("TRUE OR ALARM(a)", ""),
        ("FALSE AND ALARM(a)", ""),
        ("(TRUE AND ALARM(a)) OR (NOT TRUE AND ALARM(b))", "a"),
        ("TRUE", ""),
        ("AT_LEAST(2, ALARM, (a, \"b\", c))", "a b c"),
        ("AT_LEAST(60%, NOT OK, (a, b))", "a b"),
        ("AT_LEAST(1, OK, (a, b))", ""),
        ("AT_LEAST(1, NOT ALARM, (a)) OR ALARM(x)", "x"),
        (
            "ALARM(arn:aws:cloudwatch:us-east-2:392853978631:alarm:x)",
            "arn:aws:cloudwatch:us-east-2:392853978631:alarm:x",
        ),
    ] {
        assert_eq!(who(rule), names, "{rule}");
    }
}

#[test]
fn what_is_no_rule_is_unreadable() {
    let deep = "(".repeat(100_000);
    let nots = "NOT ".repeat(100_000);
    for rule in [
        "",
        "ALARM",
        "ALARM(",
        "ALARM(a",
        "ALARM(a b)",
        "ALARM(a) ALARM(b)",
        "ALARM(a) XOR ALARM(b)",
        "ALARM(\"a)",
        "(ALARM(a)",
        "NOT",
        "AT_LEAST(2, ALARM)",
        "AT_LEAST(x, ALARM, (a))",
        "AT_LEAST(1, ALARM, (a)",
        "SOMETIMES(a)",
        &*deep,
        &*nots,
    ] {
        let short: String = rule.chars().take(40).collect();
        assert_eq!(who(rule), "unreadable", "{short}");
    }
}
