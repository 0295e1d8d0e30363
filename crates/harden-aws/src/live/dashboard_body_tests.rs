use super::*;

fn read(body: &Value) -> Vec<Shown> {
    shown(&body.to_string()).unwrap()
}

fn widget(properties: Value) -> Value {
    serde_json::json!({"widgets": [{"type": "metric", "properties": properties}]})
}

fn on(namespace: &str, dimensions: &[(&str, &str)], region: &str) -> Shown {
    Shown {
        what: ShownMetrics::Metric {
            namespace: namespace.to_owned(),
            dimensions: dimensions.iter().copied().collect(),
        },
        region: Some(region.to_owned()),
        account: None,
    }
}

#[test]
fn shorthands_take_from_the_metric_before() {
    let found = read(&widget(
        serde_json::json!({"region": "us-east-2", "metrics": [
            ["AWS/ECS", "CPUUtilization", "ClusterName", "c", "ServiceName", "a", {"stat": "Average"}],
            [".", "MemoryUtilization", ".", ".", ".", "."],
            ["...", "b", {"region": "eu-west-1"}],
            ["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "d"],
            ["...", "e"]
        ]}),
    ));
    let service = |name| [("ClusterName", "c"), ("ServiceName", name)];
    assert_eq!(
        found,
        [
            on("AWS/ECS", &service("a"), "us-east-2"),
            on("AWS/ECS", &service("b"), "eu-west-1"),
            on("AWS/RDS", &[("DBInstanceIdentifier", "d")], "us-east-2"),
            on("AWS/RDS", &[("DBInstanceIdentifier", "e")], "us-east-2"),
        ]
    );
}

#[test]
fn expressions_and_what_goes_into_them() {
    let search = "SEARCH('{AWS/ECS,ClusterName,ServiceName} CPUUtilization', 'Average', 300)";
    let found = read(&widget(
        serde_json::json!({"region": "us-east-2", "metrics": [
            [{"expression": "m1 * 2", "id": "e1"}],
            [{"expression": search}],
            [{"expression": "SEARCH('{AWS/RDS} x', 'Sum')", "visible": false}],
            ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", "l", {"id": "m1", "visible": false}]
        ]}),
    ));
    let found: Vec<&ShownMetrics> = found.iter().map(|s| &s.what).collect();
    let balancer = on("AWS/ApplicationELB", &[("LoadBalancer", "l")], "us-east-2");
    assert_eq!(
        found,
        [&balancer.what, &ShownMetrics::Search(search.to_owned())]
    );
    // hidden, and in no expression
    let hidden = widget(serde_json::json!({"metrics": [["AWS/X", "M", {"visible": false}]]}));
    assert_eq!(read(&hidden), []);
}

#[test]
fn variables_stand_for_any_value() {
    let mut body = widget(serde_json::json!({"region": "us-east-2", "metrics": [
        ["AWS/ECS", "CPUUtilization", "ClusterName", "c-STAGE", "ServiceName", "a"]
    ]}));
    body["variables"] = serde_json::json!([
        {"type": "property", "property": "ServiceName", "id": "s"},
        {"type": "pattern", "pattern": "STAGE", "id": "p"}
    ]);
    let any = [("ClusterName", "*"), ("ServiceName", "*")];
    assert_eq!(read(&body), [on("AWS/ECS", &any, "us-east-2")]);
}

#[test]
fn alarms_and_explorers() {
    let arn = "arn:aws:cloudwatch:us-east-2:392853978631:alarm:a";
    let body = serde_json::json!({"widgets": [
        {"type": "alarm", "properties": {"alarms": [arn]}},
        {"type": "metric", "properties": {"annotations": {"alarms": [arn]}}},
        {"type": "explorer", "properties": {"region": "us-east-2",
            "metrics": [{"metricName": "CPUUtilization", "resourceType": "AWS::ECS::Service"}]}},
        {"type": "text", "properties": {"markdown": "SEARCH('{AWS/ECS} secret')"}},
        {"type": "log", "properties": {"query": "SOURCE 'x'"}}
    ]});
    let found: Vec<ShownMetrics> = read(&body).into_iter().map(|s| s.what).collect();
    let wanted = [
        ShownMetrics::Alarm(arn.to_owned()),
        ShownMetrics::Explorer("AWS::ECS::Service".to_owned()),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn bodies_that_are_no_dashboard() {
    for body in ["", "[]", "{", "\"x\""] {
        assert_eq!(shown(body), None, "{body}");
    }
    for body in [
        "{}",
        r#"{"widgets": 1}"#,
        r#"{"widgets": [1, {"type": "metric"}, {"type": "metric", "properties": {"metrics": [[], ["."], ["..."], ["a"], [1, 2]]}}]}"#,
    ] {
        assert_eq!(shown(body), Some(Vec::new()), "{body}");
    }
}
