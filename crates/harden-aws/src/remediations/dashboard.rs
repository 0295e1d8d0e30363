//! A dashboard that shows the judged resources.

use harden_core::{Remediation, Step, hcl_string};
use serde_json::{Value, json};

use crate::remediations::cli::aws;
use crate::views::{DashboardAccount, DashboardResource, ResourceGroup};

/// The number of resources of one type on the dashboard. It keeps the command short enough for shells.
const MOST: usize = 25;
/// Longer names are not dimensions of AWS services.
const LONGEST: usize = 255;

/// A widget: its title, the namespace, the metric, the statistic.
type Graph = (&'static str, &'static str, &'static str);

/// The metrics that the guide recommends for each type of resource.
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

/// Creates a dashboard under a new name, with the resources that no dashboard shows.
pub(crate) fn put_dashboard(account: &DashboardAccount, lacking: &[&ResourceGroup]) -> Remediation {
    let resources = lacking.iter().flat_map(|group| {
        let named = group
            .resources
            .iter()
            .filter(|(resource, _)| resource.name.len() <= LONGEST);
        named.take(MOST).map(|(resource, _)| resource)
    });
    let resources: Vec<&DashboardResource> = resources.collect();
    let name = free_name(account);
    let remediation = Remediation::new("create a dashboard that shows them").link(
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/create_dashboard.html",
    );
    let Some(first) = resources.first() else {
        return remediation.step(Step::by_hand("Put their metrics on a dashboard"));
    };
    let body = json!({"widgets": widgets(&resources)}).to_string();
    let remediation = remediation.terraform(format!(
        "resource \"aws_cloudwatch_dashboard\" \"production\" {{\n  dashboard_name = {}\n  \
         dashboard_body = {}\n}}\n",
        hcl_string(&name),
        hcl_string(&body),
    ));
    let title = match lacking.iter().any(|group| group.resources.len() > MOST) {
        true => format!("Create the dashboard {name} with the first {MOST} resources of each type"),
        false => format!("Create the dashboard {name}"),
    };
    remediation.step(
        aws("cloudwatch", "put-dashboard")
            .json(&json!({"DashboardName": name, "DashboardBody": body}))
            .region(&first.place.region)
            .step(title, &["cloudwatch:PutDashboard"]),
    )
}

/// A name that no dashboard of the account has, since PutDashboard replaces a dashboard of the same
/// name.
fn free_name(account: &DashboardAccount) -> String {
    let mut name = "production".to_owned();
    let mut number = 1;
    while account.names.contains(&*name) {
        number += 1;
        name = format!("production-{number}");
    }
    name
}

/// One graph for each metric, two in a row.
fn widgets(resources: &[&DashboardResource]) -> Vec<Value> {
    let mut namespaces: Vec<&str> = resources
        .iter()
        .map(|resource| resource.namespace)
        .collect();
    namespaces.dedup();
    let graphs = namespaces.iter().flat_map(|namespace| {
        let graphs = graphs(namespace).iter();
        graphs.map(move |graph| (*namespace, graph))
    });
    let widgets = graphs
        .enumerate()
        .map(|(i, (namespace, (title, metric, statistic)))| {
            let of_graph = resources
                .iter()
                .filter(|resource| resource.namespace == namespace);
            let metrics: Vec<Value> = of_graph
                .clone()
                .map(|resource| line(resource, metric))
                .collect();
            let region = of_graph
                .clone()
                .next()
                .map(|resource| &*resource.place.region);
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

fn line(resource: &DashboardResource, metric: &str) -> Value {
    let mut parts = vec![json!(resource.namespace), json!(metric)];
    for (name, value) in &resource.dimensions {
        parts.extend([json!(name), json!(value)]);
    }
    parts.push(json!({"region": &*resource.place.region}));
    Value::Array(parts)
}
