//! What the checks on alarms offer as remediation makes them pass: each command of a failed example
//! is carried out on the example, as CloudWatch would, and the check runs again.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use harden_aws::{AwsPolicy, checks};
use harden_core::testing::{examples, run};
use harden_core::{Arg, Outcome, Part, Policies, Remediation};
use serde_json::{Value, json};

const FIXED_BY_ONE_COMMAND: [&str; 6] = [
    "aws/alarm-actions-disabled",
    "aws/alarm-sparse-data",
    "aws/alb-5xx-alarm-missing",
    "aws/alb-latency-alarm-missing",
    "aws/ecs-cpu-alarm-missing",
    "aws/ecs-memory-alarm-missing",
];

#[test]
fn remediation_makes_the_check_pass() {
    for check in checks() {
        let meta = check.meta();
        if !FIXED_BY_ONE_COMMAND.contains(&meta.id) {
            continue;
        }
        for example in examples(meta.page) {
            if example.verdict != "fail" || example.fragment.contains("\"gaps\"") {
                continue;
            }
            // no command replaces a log alarm: not all its settings are read
            if example.fragment.contains("\"log\":")
                && example.fragment.contains("\"alarm_actions\": []")
            {
                continue;
            }
            let mut fragment: Value = serde_json::from_str(&example.fragment).unwrap();
            for alarm in alarms(&mut fragment) {
                complete(alarm);
            }
            for finding in run(&*check, &fragment.to_string(), policies()) {
                if let Outcome::Fail(_, remediation) = &finding.outcome {
                    assert_eq!(remediation.withheld, None, "{}", meta.id);
                    carry_out(remediation, &mut fragment);
                }
            }
            for finding in run(&*check, &fragment.to_string(), policies()) {
                assert!(
                    matches!(finding.outcome, Outcome::Pass(_)),
                    "{} on {}: {:?}\nafter its remediation of\n{}",
                    meta.id,
                    finding.resource,
                    finding.outcome,
                    example.fragment
                );
            }
        }
    }
}

/// A threshold that is advised would have been quiet, and is not looser than the policy's: where
/// there is a command, the check passes after it.
#[test]
fn a_threshold_that_is_advised_fits() {
    let all = checks();
    let of = |id| all.iter().find(|check| check.meta().id == id).unwrap();
    let misfit = of("aws/alarm-threshold-misfit");
    let (mut carried, mut summed) = (0, 0);
    for example in examples(misfit.meta().page) {
        if example.verdict != "fail" || example.fragment.contains("\"gaps\"") {
            continue;
        }
        let mut fragment: Value = serde_json::from_str(&example.fragment).unwrap();
        let before = alarms(&mut fragment).clone();
        for finding in run(&**misfit, &fragment.to_string(), policies()) {
            let Outcome::Fail(_, remediation) = &finding.outcome else {
                panic!("{:?}", finding.outcome);
            };
            carry_out(remediation, &mut fragment);
        }
        let after = alarms(&mut fragment).clone();
        let set = |alarms: &[Value], name: &str| alarms[0]["definition"]["metric"][name].clone();
        let changed = |name: &str| set(&before, name) != set(&after, name);
        let setting = if changed("statistic") {
            summed += 1;
            assert_eq!(set(&after, "statistic"), "Sum");
            "statistic"
        } else if changed("threshold") {
            carried += 1;
            "threshold"
        } else {
            // by hand, or missing data, whose history stays
            continue;
        };
        for finding in run(&**misfit, &fragment.to_string(), policies()) {
            let passes = matches!(finding.outcome, Outcome::Pass(_));
            assert!(passes, "{:?} after {after:?}", finding.outcome);
        }
        // all but that is as it was
        let mut same = after.clone();
        same[0]["definition"]["metric"][setting] = set(&before, setting);
        let text = |alarms: &[Value]| without_nulls(&alarms[0]).to_string();
        assert_eq!(text(&same), text(&before));
    }
    assert!(carried >= 6, "{carried} commands");
    assert_eq!(summed, 1, "commands that have errors summed up");
}

/// What is not set is left out of one form and null in the other; so is what is empty.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, v)| !v.is_null() && **v != json!([]))
            .map(|(name, v)| (name.clone(), without_nulls(v)))
            .collect(),
        Value::Array(all) => all.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

/// Examples leave out what no judge reads: here it is, as the live listing records it.
fn complete(alarm: &mut Value) {
    for (field, value) in [
        ("description", Value::Null),
        ("ok_actions", json!([])),
        ("insufficient_data_actions", json!([])),
    ] {
        if alarm[field].is_null() {
            alarm[field] = value;
        }
    }
}

/// An alarm of which one setting is not known is not replaced, nor is its name taken.
#[test]
fn a_command_that_could_lose_a_setting_is_withheld() {
    for check in checks() {
        let meta = check.meta();
        if !FIXED_BY_ONE_COMMAND.contains(&meta.id) {
            continue;
        }
        for example in examples(meta.page).iter().filter(|e| e.verdict == "fail") {
            // the description is read by no judge, and would be lost
            let mut fragment: Value = serde_json::from_str(&example.fragment).unwrap();
            for alarm in alarms(&mut fragment) {
                complete(alarm);
                alarm.as_object_mut().unwrap().remove("description");
            }
            let names: Vec<String> = alarms(&mut fragment).iter().map(name_of).collect();
            for finding in run(&*check, &fragment.to_string(), policies()) {
                let Outcome::Fail(_, remediation) = &finding.outcome else {
                    panic!("{}: {:?}", meta.id, finding.outcome);
                };
                for input in puts(remediation) {
                    let name = input["AlarmName"].as_str().unwrap().to_owned();
                    assert!(!names.contains(&name), "{} would overwrite {name}", meta.id);
                }
            }
        }
    }
}

fn policies() -> Policies {
    let mut policies = Policies::default();
    policies.insert(AwsPolicy::default());
    policies
}

fn alarms(fragment: &mut Value) -> &mut Vec<Value> {
    let listing = &mut fragment["aws/cloudwatch-alarm"];
    if listing.is_object() {
        return listing["resources"].as_array_mut().unwrap();
    }
    listing.as_array_mut().unwrap()
}

fn name_of(alarm: &Value) -> String {
    let arn = alarm["arn"].as_str().unwrap();
    arn.split_once(":alarm:").unwrap().1.to_owned()
}

fn text(arg: &Arg) -> String {
    let part = |part: Part<'_>| match part {
        Part::Text(text) => text.to_owned(),
        Part::Input(_) => "arn:aws:sns:us-east-2:392853978631:alerts".to_owned(),
    };
    arg.parts().map(part).collect()
}

/// The inputs of the commands that put an alarm.
fn puts(remediation: &Remediation) -> Vec<Value> {
    let mut all = Vec::new();
    for step in &remediation.steps {
        let argv: Vec<String> = step.argv.iter().map(text).collect();
        if argv.get(2).is_some_and(|o| o.starts_with("put-")) {
            all.push(serde_json::from_str(&argv[4]).unwrap());
        }
    }
    all
}

fn carry_out(remediation: &Remediation, fragment: &mut Value) {
    let alarms = alarms(fragment);
    for input in puts(remediation) {
        let alarm = recorded(&input);
        let name = name_of(&alarm);
        alarms.retain(|a| name_of(a) != name);
        alarms.push(alarm);
    }
    for step in &remediation.steps {
        let argv: Vec<String> = step.argv.iter().map(text).collect();
        if argv.get(2).is_some_and(|o| o == "enable-alarm-actions") {
            let input: Value = serde_json::from_str(&argv[4]).unwrap();
            for alarm in alarms.iter_mut() {
                if input["AlarmNames"] == json!([name_of(alarm)]) {
                    alarm["actions_enabled"] = json!(true);
                }
            }
        }
    }
}

/// The alarm that a call makes, as it would be recorded.
fn recorded(input: &Value) -> Value {
    let dimensions = |pairs: &Value| -> Value {
        let all = pairs.as_array().into_iter().flatten();
        let pair = |p: &Value| (p["Name"].as_str().unwrap().to_owned(), p["Value"].clone());
        Value::Object(all.map(pair).collect())
    };
    let or = |value: &Value, default: Value| {
        if value.is_null() {
            default
        } else {
            value.clone()
        }
    };
    let definition = if input["AlarmRule"].is_string() {
        json!({"composite": {"rule": input["AlarmRule"]}})
    } else {
        let query = |q: &Value| {
            let stat = &q["MetricStat"];
            let mut query = json!({"id": q["Id"], "returns_data": q["ReturnData"]});
            if stat.is_object() {
                query["metric"] = json!({
                    "namespace": stat["Metric"]["Namespace"],
                    "name": stat["Metric"]["MetricName"],
                    "dimensions": dimensions(&stat["Metric"]["Dimensions"]),
                });
                query["statistic"] = stat["Stat"].clone();
                query["period"] = stat["Period"].clone();
                query["unit"] = stat["Unit"].clone();
            } else {
                query["expression"] = q["Expression"].clone();
            }
            query
        };
        let queries = input["Metrics"].as_array().into_iter().flatten();
        let mut metric = json!({
            "statistic": input["Statistic"], "extended_statistic": input["ExtendedStatistic"],
            "period": input["Period"], "unit": input["Unit"],
            "evaluation_periods": input["EvaluationPeriods"],
            "datapoints_to_alarm": input["DatapointsToAlarm"], "threshold": input["Threshold"],
            "threshold_metric_id": input["ThresholdMetricId"],
            "comparison": input["ComparisonOperator"],
            "treat_missing_data": input["TreatMissingData"],
            "queries": queries.map(query).collect::<Vec<_>>(),
        });
        if input["MetricName"].is_string() {
            metric["metric"] = json!({
                "namespace": input["Namespace"], "name": input["MetricName"],
                "dimensions": dimensions(&input["Dimensions"]),
            });
        }
        json!({"metric": metric})
    };
    json!({
        "arn": format!("arn:aws:cloudwatch:us-east-2:392853978631:alarm:{}", input["AlarmName"].as_str().unwrap()),
        "description": input["AlarmDescription"],
        "actions_enabled": or(&input["ActionsEnabled"], json!(true)),
        "alarm_actions": or(&input["AlarmActions"], json!([])),
        "ok_actions": or(&input["OKActions"], json!([])),
        "insufficient_data_actions": or(&input["InsufficientDataActions"], json!([])),
        "definition": definition,
    })
}
