//! ecs:ListClusters, ecs:ListServices for each, ecs:DescribeServices for ten at a time.

use aws_sdk_ecs::types::{CapacityProviderStrategyItem, Service, ServiceField};
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages, tags};
use super::sent::Sent as _;
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
            Ok((
                answer.cluster_arns.sent(CLUSTERS, "clusterArns")?,
                answer.next_token,
            ))
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
            Ok((
                answer.service_arns.sent(SERVICES, "serviceArns")?,
                answer.next_token,
            ))
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
                let found = answer.services.sent(DESCRIBE, "services");
                let failures = answer.failures.sent(DESCRIBE, "failures");
                let (services, failures) = match (found, failures) {
                    (Ok(services), Ok(failures)) => (services, failures),
                    (Err(failure), _) | (_, Err(failure)) => {
                        let of = |arn: &String| undescribed(arn, cluster, &failure.unknown);
                        read.resources.extend(arns.iter().map(of));
                        continue;
                    }
                };
                // each service is described, or there is a reason why not
                let told = |arn: &String| {
                    let of_service = services.iter().filter_map(|s| s.service_arn.as_ref());
                    let of_failure = failures.iter().filter_map(|f| f.arn.as_ref());
                    of_service.chain(of_failure).any(|told| told == arn)
                };
                let untold = arns.iter().filter(|arn| !told(arn));
                let missing = Unknown::missing(DESCRIBE, "service");
                let untold = untold.map(|arn| undescribed(arn, cluster, &missing));
                read.resources.extend(untold.collect::<Vec<_>>());
                for service in services {
                    read.push(described(service, cluster));
                }
                for failure in failures {
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
    let found = service
        .tags
        .left_out_if_empty("API_Service, tags: only of a service that has tags");
    Ok(EcsService {
        arn,
        cluster_arn: service.cluster_arn.unwrap_or_else(|| cluster.to_owned()),
        status: Known::present(service.status, DESCRIBE, "status"),
        desired_count: Known::Yes(i64::from(service.desired_count)),
        task_definition: Known::present(service.task_definition, DESCRIBE, "taskDefinition"),
        runs_on: runs_on(
            service.launch_type.as_ref().map(|t| t.as_str()),
            service.capacity_provider_strategy.as_deref(),
        ),
        tags: Known::Yes(tags(found.iter().map(|t| (t.key(), t.value())))),
    })
}

/// The API gives a launch type or a strategy, never both and never neither.
fn runs_on(
    launch_type: Option<&str>,
    strategy: Option<&[CapacityProviderStrategyItem]>,
) -> Known<Vec<String>> {
    let providers = strategy.map(|items| {
        let names = items.iter().map(|item| item.capacity_provider().to_owned());
        names.collect()
    });
    let launch_type = launch_type.map(|kind| vec![kind.to_owned()]);
    Known::present(launch_type.or(providers), DESCRIBE, "launchType")
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
