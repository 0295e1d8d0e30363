//! What the body of a dashboard shows. Source: "Dashboard body structure and syntax" of the
//! CloudWatch API reference.
//!
//! A metric is an array: the namespace, the name, names and values of dimensions in turn, and last
//! an object of options. `"."` stands for what the metric before has in the same place, `"..."`, as
//! the first of an array, for all of it but the last places that follow. Nothing else of a body is
//! kept: texts may say anything.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::resources::{Dimensions, Shown, ShownMetrics};

/// What a dashboard shows, sorted, each once; none where the body is not a JSON object.
pub(super) fn shown(body: &str) -> Option<Vec<Shown>> {
    let body: Map<String, Value> = serde_json::from_str(body).ok()?;
    let list = |name: &str| body.get(name).and_then(Value::as_array);
    let variables: Vec<Variable> = list("variables")
        .into_iter()
        .flatten()
        .filter_map(Variable::of)
        .collect();
    let mut all = BTreeSet::new();
    for widget in list("widgets").into_iter().flatten() {
        let Some(properties) = widget.get("properties") else {
            continue;
        };
        match widget.get("type").and_then(Value::as_str) {
            Some("metric") => all.extend(metric_widget(properties, &variables)),
            Some("alarm") => all.extend(alarms(properties.get("alarms"))),
            Some("explorer") => all.extend(explorer(properties)),
            _ => {}
        }
    }
    Some(all.into_iter().collect())
}

/// A variable of a dashboard: who looks at it chooses its value.
enum Variable {
    /// It takes the place of a property of that name, such as a dimension.
    Property(String),
    /// It takes the place of this text wherever it stands.
    Pattern(String),
}

impl Variable {
    fn of(variable: &Value) -> Option<Self> {
        let text = |name: &str| {
            variable
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        match text("type")?.as_str() {
            "property" => text("property").map(Self::Property),
            "pattern" => text("pattern").filter(|p| !p.is_empty()).map(Self::Pattern),
            _ => None,
        }
    }

    fn chooses(&self, dimension: &str, value: &str) -> bool {
        match self {
            Self::Property(name) => name == dimension,
            Self::Pattern(part) => value.contains(part),
        }
    }
}

fn metric_widget(properties: &Value, variables: &[Variable]) -> Vec<Shown> {
    let text = |of: Option<&Value>, name: &str| {
        of.and_then(|v| v.get(name))
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let is_chosen = |name: &str| {
        variables
            .iter()
            .any(|v| matches!(v, Variable::Property(property) if property == name))
    };
    // a variable of the dashboard lets the viewer choose the region
    let region = match is_chosen("region") {
        true => Some("*".to_owned()),
        false => text(Some(properties), "region"),
    };
    let account = text(Some(properties), "accountId");
    let metrics = properties.get("metrics").and_then(Value::as_array);
    let entries: Vec<&Vec<Value>> = metrics
        .into_iter()
        .flatten()
        .filter_map(Value::as_array)
        .collect();
    // what is not shown by itself may go into an expression that is
    let has_expression = entries.iter().any(|entry| expression(entry).is_some());
    let mut before: Vec<String> = Vec::new();
    let mut all = Vec::new();
    for entry in entries {
        let options = entry.last().filter(|last| last.is_object());
        let hidden = options.and_then(|o| o.get("visible")) == Some(&Value::Bool(false));
        let what = match expression(entry) {
            Some(expression) if !hidden => searched(expression),
            Some(_) => None,
            None => {
                before = expanded(entry, &before);
                let metric = metric(&before, variables);
                metric.filter(|_| !hidden || has_expression)
            }
        };
        if let Some(what) = what {
            all.push(Shown {
                what,
                region: text(options, "region").or_else(|| region.clone()),
                account: text(options, "accountId").or_else(|| account.clone()),
            });
        }
    }
    let annotations = properties.get("annotations").and_then(|a| a.get("alarms"));
    all.extend(alarms(annotations));
    all
}

/// The expression of an entry that is one.
fn expression(entry: &[Value]) -> Option<&str> {
    match entry {
        [Value::Object(options)] => options.get("expression")?.as_str(),
        _ => None,
    }
}

/// Expressions over ids show the metrics of these ids, which are listed separately.
fn searched(expression: &str) -> Option<ShownMetrics> {
    let upper = expression.to_ascii_uppercase();
    let finds = upper.contains("SEARCH(") || upper.trim_start().starts_with("SELECT");
    finds.then(|| ShownMetrics::Search(expression.to_owned()))
}

/// An entry without its options, with what it takes from the one before.
fn expanded(entry: &[Value], before: &[String]) -> Vec<String> {
    let own: Vec<&str> = entry.iter().filter_map(Value::as_str).collect();
    let (start, own) = match own.split_first() {
        Some((&"...", rest)) => (before.len().saturating_sub(rest.len()), rest),
        _ => (0, own.as_slice()),
    };
    let mut all: Vec<String> = before.get(..start).unwrap_or_default().to_vec();
    for (i, part) in own.iter().enumerate() {
        let same = before.get(start + i).filter(|_| *part == ".");
        all.push(same.cloned().unwrap_or_else(|| (*part).to_owned()));
    }
    all
}

fn metric(parts: &[String], variables: &[Variable]) -> Option<ShownMetrics> {
    let [namespace, _name, dimensions @ ..] = parts else {
        return None;
    };
    let pairs = dimensions.chunks_exact(2).filter_map(|pair| match pair {
        [name, value] => {
            let chosen = variables.iter().any(|v| v.chooses(name, value));
            Some((name.as_str(), if chosen { "*" } else { value.as_str() }))
        }
        _ => None,
    });
    Some(ShownMetrics::Metric {
        namespace: namespace.clone(),
        dimensions: pairs.collect::<Dimensions>(),
    })
}

fn alarms(arns: Option<&Value>) -> Vec<Shown> {
    let arns = arns.and_then(Value::as_array).into_iter().flatten();
    arns.filter_map(Value::as_str)
        .map(|arn| Shown {
            what: ShownMetrics::Alarm(arn.to_owned()),
            region: None,
            account: None,
        })
        .collect()
}

fn explorer(properties: &Value) -> Vec<Shown> {
    let metrics = properties
        .get("metrics")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let region = properties.get("region").and_then(Value::as_str);
    metrics
        .filter_map(|metric| metric.get("resourceType").and_then(Value::as_str))
        .map(|kind| Shown {
            what: ShownMetrics::Explorer(kind.to_owned()),
            region: region.map(str::to_owned),
            account: None,
        })
        .collect()
}

#[cfg(test)]
#[path = "dashboard_body_tests.rs"]
mod tests;
