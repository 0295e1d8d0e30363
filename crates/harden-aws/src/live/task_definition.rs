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
use crate::resources::{Container, EcsService, EnvironmentVariable, TaskDefinition};

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
        value_from,
    })
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
            .secret_options(secret("token", "arn:b"));
        let variable = KeyValuePair::builder()
            .name("DB_PASSWORD")
            .value("planted-value");
        let defined = ContainerDefinition::builder()
            .name("app")
            .environment(variable.build())
            .secrets(secret("JWT", "arn:a"))
            .log_configuration(log.build().unwrap())
            .build();
        let container = container(defined).unwrap();
        assert_eq!(container.value_from, ["arn:a", "arn:b"]);
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
