//! A dashboard that shows what is judged.

use harden_core::{Remediation, Step, hcl_string};
use serde_json::{Value, json};

use crate::remediations::cli::aws;
use crate::views::{DashboardAccount, DashboardThing as Thing, Group};

/// How many things of a kind the dashboard shows: a command has a length that shells take.
const MOST: usize = 25;
/// Longer names are no dimensions of AWS's own services.
const LONGEST: usize = 255;

/// A widget: its title, the namespace, the metric, the statistic.
type Graph = (&'static str, &'static str, &'static str);

/// What the guide has people watch, for each kind of thing.
fn graphs(namespace: &str) -> &'static [Graph] {
    match namespace {
        "AWS/ECS" => &[
            ("CPU of the services, %", "CPUUtilization", "Average"),
            ("Memory of the services, %", "MemoryUtilization", "Average"),
        ],
        "AWS/ApplicationELB" => &[
            ("Requests", "RequestCount", "Sum"),
            ("5xx answers of targets", "HTTPCode_Target_5XX_Count", "Sum"),
            (
                "5xx answers of load balancers",
                "HTTPCode_ELB_5XX_Count",
                "Sum",
            ),
            ("Response time, P95 in s", "TargetResponseTime", "p95"),
        ],
        "AWS/NetworkELB" => &[("New flows", "NewFlowCount", "Sum")],
        "AWS/GatewayELB" => &[("New flows through gateways", "NewFlowCount", "Sum")],
        _ => &[
            ("CPU of the databases, %", "CPUUtilization", "Average"),
            (
                "Connections to the databases",
                "DatabaseConnections",
                "Maximum",
            ),
        ],
    }
}

/// Makes a dashboard of a name that none has yet, with what no dashboard shows.
pub(crate) fn put_dashboard(account: &DashboardAccount, lacking: &[&Group]) -> Remediation {
    let things = lacking.iter().flat_map(|group| {
        let named = group
            .things
            .iter()
            .filter(|(thing, _)| thing.name.len() <= LONGEST);
        named.take(MOST).map(|(thing, _)| thing)
    });
    let things: Vec<&Thing> = things.collect();
    let name = free_name(account);
    let remediation = Remediation::new("make a dashboard that shows them").link(
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/create_dashboard.html",
    );
    let Some(first) = things.first() else {
        return remediation.step(Step::by_hand("Put their metrics on a dashboard"));
    };
    let body = json!({"widgets": widgets(&things)}).to_string();
    let remediation = remediation.terraform(format!(
        "resource \"aws_cloudwatch_dashboard\" \"production\" {{\n  dashboard_name = {}\n  \
         dashboard_body = {}\n}}\n",
        hcl_string(&name),
        hcl_string(&body),
    ));
    let title = match lacking.iter().any(|group| group.things.len() > MOST) {
        true => format!("Make the dashboard {name}, with the first {MOST} of each kind"),
        false => format!("Make the dashboard {name}"),
    };
    remediation.step(
        aws("cloudwatch", "put-dashboard")
            .json(&json!({"DashboardName": name, "DashboardBody": body}))
            .region(&first.place.region)
            .step(title, &["cloudwatch:PutDashboard"]),
    )
}

/// A call that puts a dashboard replaces one of the same name.
fn free_name(account: &DashboardAccount) -> String {
    let mut name = "production".to_owned();
    let mut number = 1;
    while account.names.contains(&*name) {
        number += 1;
        name = format!("production-{number}");
    }
    name
}

/// A graph for each metric, two in a row.
fn widgets(things: &[&Thing]) -> Vec<Value> {
    let mut namespaces: Vec<&str> = things.iter().map(|thing| thing.namespace).collect();
    namespaces.dedup();
    let graphs = namespaces.iter().flat_map(|namespace| {
        let graphs = graphs(namespace).iter();
        graphs.map(move |graph| (*namespace, graph))
    });
    let widgets = graphs
        .enumerate()
        .map(|(i, (namespace, (title, metric, statistic)))| {
            let of_graph = things.iter().filter(|thing| thing.namespace == namespace);
            let metrics: Vec<Value> = of_graph.clone().map(|thing| line(thing, metric)).collect();
            let region = of_graph.clone().next().map(|thing| &*thing.place.region);
            json!({
                "type": "metric", "x": 12 * (i % 2), "y": 6 * (i / 2), "width": 12, "height": 6,
                "properties": {
                    "title": title, "region": region, "stat": statistic, "period": 300,
                    "metrics": metrics,
                },
            })
        });
    widgets.collect()
}

fn line(thing: &Thing, metric: &str) -> Value {
    let mut parts = vec![json!(thing.namespace), json!(metric)];
    for (name, value) in &thing.dimensions {
        parts.extend([json!(name), json!(value)]);
    }
    parts.push(json!({"region": &*thing.place.region}));
    Value::Array(parts)
}
