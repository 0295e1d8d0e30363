//! ecs:ListClusters, ecs:ListServices for each, ecs:DescribeServices for ten at a time.

use aws_sdk_ecs::types::{CapacityProviderStrategyItem, Service, ServiceField};
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages, tags};
use crate::resources::EcsService;

const CLUSTERS: &str = "ecs:ListClusters";
const SERVICES: &str = "ecs:ListServices";
const DESCRIBE: &str = "ecs:DescribeServices";

/// How many services the API describes in one call.
const BATCH: usize = 10;

impl Collect<AwsProvider> for EcsService {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<EcsService> {
    let client = aws_sdk_ecs::Client::new(&api.config);
    let (api, client) = (&api, &client);
    let clusters = read_pages(CLUSTERS, |token| {
        let request = client
            .list_clusters()
            .max_results(100)
            .set_next_token(token);
        async move {
            let answer = api.call(CLUSTERS, request.send()).await?;
            Ok((answer.cluster_arns.unwrap_or_default(), answer.next_token))
        }
    })
    .await;
    let mut all = Portion::default();
    all.gaps.extend(clusters.failed.map(Unknown::from));
    let reads = clusters
        .items
        .into_iter()
        .map(|arn| cluster(api, client, arn));
    for read in join_all(reads).await {
        all.resources.extend(read.resources);
        all.gaps.extend(read.gaps);
    }
    all
}

async fn cluster(
    api: &PlaceApi,
    client: &aws_sdk_ecs::Client,
    cluster_arn: String,
) -> Portion<EcsService> {
    let cluster = cluster_arn.as_str();
    let services = read_pages(SERVICES, |token| {
        let request = client
            .list_services()
            .cluster(cluster)
            .max_results(100)
            .set_next_token(token);
        async move {
            let answer = api.call(SERVICES, request.send()).await?;
            Ok((answer.service_arns.unwrap_or_default(), answer.next_token))
        }
    })
    .await;
    let mut read = Portion::default();
    // a cluster that was deleted after it was listed has no services
    let failed = services
        .failed
        .filter(|f| !f.is("ClusterNotFoundException"));
    read.gaps.extend(failed.map(Unknown::from));
    let batches = services.items.chunks(BATCH).map(|arns| async move {
        let request = client
            .describe_services()
            .cluster(cluster)
            .set_services(Some(arns.to_vec()))
            .include(ServiceField::Tags);
        (arns, api.call(DESCRIBE, request.send()).await)
    });
    for (arns, answer) in join_all(batches).await {
        match answer {
            Ok(answer) => {
                for service in answer.services.unwrap_or_default() {
                    read.push(described(service, cluster));
                }
                for failure in answer.failures.unwrap_or_default() {
                    // deleted since it was listed
                    if failure.reason() == Some("MISSING") {
                        continue;
                    }
                    let unknown = Unknown::missing(DESCRIBE, "service");
                    match failure.arn {
                        Some(arn) => read.resources.push(undescribed(&arn, cluster, &unknown)),
                        None => read.gaps.push(unknown),
                    }
                }
            }
            Err(failure) => {
                let of = |arn: &String| undescribed(arn, cluster, &failure.unknown);
                read.resources.extend(arns.iter().map(of));
            }
        }
    }
    read
}

fn described(service: Service, cluster: &str) -> Result<EcsService, Unknown> {
    let arn = service
        .service_arn
        .ok_or_else(|| Unknown::missing(DESCRIBE, "serviceArn"))?;
    let found = service.tags.as_deref().unwrap_or_default();
    Ok(EcsService {
        arn,
        cluster_arn: service.cluster_arn.unwrap_or_else(|| cluster.to_owned()),
        status: Known::present(service.status, DESCRIBE, "status"),
        desired_count: Known::Yes(i64::from(service.desired_count)),
        task_definition: Known::present(service.task_definition, DESCRIBE, "taskDefinition"),
        runs_on: Known::Yes(runs_on(
            service.launch_type.as_ref().map(|t| t.as_str()),
            service.capacity_provider_strategy.as_deref(),
        )),
        tags: Known::Yes(tags(found.iter().map(|t| (t.key(), t.value())))),
    })
}

/// The API gives a launch type or a strategy, never both.
fn runs_on(
    launch_type: Option<&str>,
    strategy: Option<&[CapacityProviderStrategyItem]>,
) -> Vec<String> {
    let providers = strategy.unwrap_or_default().iter();
    let providers = providers.map(|item| item.capacity_provider());
    launch_type
        .into_iter()
        .chain(providers)
        .map(str::to_owned)
        .collect()
}

/// A service that is known to exist, and no more.
fn undescribed(arn: &str, cluster: &str, unknown: &Unknown) -> EcsService {
    EcsService {
        arn: arn.to_owned(),
        cluster_arn: cluster.to_owned(),
        status: unknown.clone().into(),
        desired_count: unknown.clone().into(),
        task_definition: unknown.clone().into(),
        runs_on: unknown.clone().into(),
        tags: unknown.clone().into(),
    }
}
