use super::*;

const SERVICE: Candidate<'static> = Candidate {
    namespace: "AWS/ECS",
    dimensions: &[("ServiceName", "saaspe-api"), ("ClusterName", "production")],
};

fn search(text: &str) -> bool {
    finds(&format!("SEARCH('{text}', 'Average', 300)"), &SERVICE)
}

#[test]
fn searches_by_schema_and_terms() {
    let schema = "{AWS/ECS,ClusterName,ServiceName}";
    for (terms, expected) in [
        ("", true),
        ("CPUUtilization", true),
        ("MetricName=\"CPUUtilization\"", true),
        ("ServiceName=\"saaspe-api\"", true),
        ("ServiceName=\"saaspe\"", false),
        ("ServiceName=saaspe CPUUtilization", true),
        ("ServiceName=(\"other\" OR \"saaspe-api\")", true),
        ("ServiceName=(\"other\" OR \"third\")", false),
        ("ClusterName=staging", false),
        ("NOT ClusterName=staging", true),
        ("NOT (ServiceName=saaspe-api OR ServiceName=web)", false),
        ("production AND CPUUtilization", true),
        ("staging", false),
        ("staging OR production", true),
        ("TargetGroup=x", false),
        // other metrics of it than one are metrics of it
        ("NOT MetricName=\"CPUUtilization\"", true),
        ("NOT MemoryUtilization", true),
        ("NOT (MetricName=\"X\" OR ServiceName=web)", true),
        ("NOT (MetricName=\"X\" OR ServiceName=saaspe-api)", false),
        ("MetricName=\"X\" ServiceName=web", false),
    ] {
        assert_eq!(search(&format!("{schema} {terms}")), expected, "{terms}");
    }
    assert!(!search("{AWS/ECS,ClusterName} CPUUtilization"));
    assert!(!search("{AWS/RDS,DBInstanceIdentifier}"));
    assert!(search("Namespace=\"AWS/ECS\" ServiceName=\"saaspe-api\""));
    assert!(!search("Namespace=\"AWS/RDS\""));
}

#[test]
fn expressions_around_searches() {
    let quoted = r#"SUM(SEARCH("{AWS/ECS,ClusterName,ServiceName} MetricName=\"X\"", "Sum"))"#;
    assert!(finds(quoted, &SERVICE));
    let second = "SEARCH('{AWS/RDS,X}', 'Sum') + SEARCH('{AWS/ECS,ServiceName}', 'Sum')";
    assert!(finds(second, &SERVICE));
    for broken in [
        "m1 + m2",
        "SEARCH(",
        "SEARCH('",
        "SEARCH(x)",
        "",
        "SEARCH('{')",
    ] {
        assert!(!finds(broken, &SERVICE), "{broken}");
    }
    let deep = format!("SEARCH('{}', 'Sum')", "(".repeat(10_000));
    let _ = finds(&deep, &SERVICE);
}

#[test]
fn metrics_insights() {
    let select = r#"SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/ECS", ClusterName, ServiceName)"#;
    assert!(finds(&format!("{select} GROUP BY ServiceName"), &SERVICE));
    assert!(finds(
        &format!("{select} WHERE ServiceName = 'saaspe-api'"),
        &SERVICE
    ));
    assert!(!finds(
        &format!("{select} WHERE ServiceName = 'web'"),
        &SERVICE
    ));
    for (filter, expected) in [
        ("ServiceName != 'saaspe-api'", false),
        ("ServiceName != 'web'", true),
        ("ClusterName = 'production' AND ServiceName = 'web'", false),
        (
            "ClusterName='production' AND \"ServiceName\" != 'web' ORDER BY AVG()",
            true,
        ),
        ("ServiceName = 'web' OR ServiceName = 'saaspe-api'", true),
        ("TargetGroup = 'saaspe-api'", false),
    ] {
        let query = format!("{select} WHERE {filter}");
        assert_eq!(finds(&query, &SERVICE), expected, "{filter}");
    }
    assert!(!finds(
        "SELECT AVG(CPUUtilization) FROM \"AWS/RDS\"",
        &SERVICE
    ));
}
