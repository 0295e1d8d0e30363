//! ecs:DescribeTaskDefinition, for the revisions that services use.
//!
//! The answer holds the values of environment variables. They end here: each is looked at once,
//! and what it looks like is all that leaves.

use std::collections::BTreeSet;

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::ContainerDefinition;
use harden_collect::{Collect, Collected, Portion, read_each};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::PlaceApi;
use super::sent::Sent as _;
use crate::resources::{Container, EcsService, EnvironmentVariable, OtherValue, TaskDefinition};

const DESCRIBE: &str = "ecs:DescribeTaskDefinition";

impl Collect<AwsProvider> for TaskDefinition {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let services = facts.list::<EcsService>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let here = services.at(&api.place);
                let used: BTreeSet<String> = here
                    .filter_map(|(_, service)| service.task_definition.ok().cloned())
                    .collect();
                read(api, used)
            })
            .await;
        collected.add_gaps_of(&services.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, used: BTreeSet<String>) -> Portion<TaskDefinition> {
    let client = Client::new(&api.config);
    let (api, client) = (&api, &client);
    Portion::complete(read_each(used, |arn| described(api, client, arn)).await)
}

async fn described(api: &PlaceApi, client: &Client, arn: String) -> TaskDefinition {
    let request = client.describe_task_definition().task_definition(&arn);
    let containers = match api.call(DESCRIBE, request.send()).await {
        Ok(answer) => {
            let definition = answer.task_definition;
            let containers = definition.and_then(|definition| definition.container_definitions);
            Known::present(containers, DESCRIBE, "containerDefinitions").and_then(|containers| {
                let containers = containers.into_iter().map(container);
                Known::from(containers.collect::<Result<_, _>>())
            })
        }
        Err(failure) => Unknown::from(failure).into(),
    };
    TaskDefinition { arn, containers }
}

fn container(defined: ContainerDefinition) -> Result<Container, Unknown> {
    let other_values = Known::Yes(other_values(&defined));
    let missing = |field| Unknown::missing(DESCRIBE, field);
    // ECS returns an empty list for a container without variables
    let variables = defined.environment.ok_or_else(|| missing("environment"))?;
    let environment = variables.into_iter().map(|variable| {
        let name = variable
            .name
            .ok_or_else(|| missing("name of environment"))?;
        let value = variable
            .value
            .ok_or_else(|| missing("value of environment"))?;
        Ok(EnvironmentVariable::classified(name, &value))
    });
    let environment = environment.collect::<Result<_, Unknown>>()?;
    let options = defined.log_configuration.and_then(|log| log.secret_options);
    let secrets = defined
        .secrets
        .left_out_if_empty("API_ContainerDefinition, secrets, required: no");
    let options = options.left_out_if_empty("API_LogConfiguration, secretOptions, required: no");
    let mut value_from: Vec<String> = secrets
        .into_iter()
        .chain(options)
        .map(|secret| secret.value_from)
        .chain(
            defined
                .repository_credentials
                .map(|c| c.credentials_parameter),
        )
        .collect();
    value_from.sort_unstable();
    value_from.dedup();
    Ok(Container {
        name: defined.name.ok_or_else(|| missing("name"))?,
        environment,
        other_values,
        value_from,
    })
}

/// The values outside the environment that can be credentials.
fn other_values(defined: &ContainerDefinition) -> Vec<OtherValue> {
    let log = defined.log_configuration.as_ref();
    let log = log.and_then(|log| log.options.as_ref());
    let firelens = defined.firelens_configuration.as_ref();
    let firelens = firelens.and_then(|firelens| firelens.options.as_ref());
    let health = defined.health_check.as_ref();
    let health = health.map(|health| health.command.as_slice());
    let named = [
        ("logConfiguration.options", log),
        ("firelensConfiguration.options", firelens),
        ("dockerLabels", defined.docker_labels.as_ref()),
    ];
    let named = named.into_iter().flat_map(|(field, values)| {
        let values = values.into_iter().flatten();
        values.map(move |(name, value)| OtherValue::classified(field, name, value))
    });
    let commands = [
        ("command", defined.command.as_deref()),
        ("entryPoint", defined.entry_point.as_deref()),
        ("healthCheck.command", health),
    ];
    let commands = commands.into_iter().flat_map(|(field, arguments)| {
        let arguments = arguments.map(|all| OtherValue::of_command(field, all));
        arguments.into_iter().flatten()
    });
    let mut all: Vec<OtherValue> = named.chain(commands).collect();
    all.sort_by(|a, b| (&a.field, &a.name).cmp(&(&b.field, &b.name)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_ecs::types::{KeyValuePair, LogConfiguration, LogDriver, Secret};

    #[test]
    fn no_value_leaves() {
        let secret = |name: &str, from: &str| {
            let secret = Secret::builder().name(name).value_from(from);
            secret.build().unwrap()
        };
        let log = LogConfiguration::builder()
            .log_driver(LogDriver::Splunk)
            .options("splunk-token", "0cc0e6c3-5519-bba6-20c9-planted68d0a")
            .secret_options(secret("token", "arn:b"));
        let variable = KeyValuePair::builder()
            .name("DB_PASSWORD")
            .value("planted-value");
        let defined = ContainerDefinition::builder()
            .name("app")
            .command("--api-key=planted9f86d081884c7d659a2f")
            .environment(variable.build())
            .secrets(secret("JWT", "arn:a"))
            .log_configuration(log.build().unwrap())
            .build();
        let container = container(defined).unwrap();
        assert_eq!(container.value_from, ["arn:a", "arn:b"]);
        let other = container.other_values.ok().unwrap();
        let named: Vec<&str> = other.iter().map(|value| &*value.name).collect();
        assert_eq!(named, ["--api-key", "splunk-token"]);
        let shown = format!(
            "{container:?} {}",
            serde_json::to_string(&container).unwrap()
        );
        assert!(
            shown.contains("DB_PASSWORD") && !shown.contains("planted"),
            "{shown}"
        );
    }
}
