//! ecr:DescribeRepositories.

use aws_sdk_ecr::types::Repository;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::resources::EcrRepository;

const DESCRIBE: &str = "ecr:DescribeRepositories";

impl Collect<AwsProvider> for EcrRepository {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<EcrRepository> {
    let client = aws_sdk_ecr::Client::new(&api.config);
    let api = &api;
    let found = read_pages(DESCRIBE, |token| {
        let request = client
            .describe_repositories()
            .max_results(1000)
            .set_next_token(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            Ok((
                answer.repositories.sent(DESCRIBE, "repositories")?,
                answer.next_token,
            ))
        }
    })
    .await;
    Portion::from_pages(found, described)
}

fn described(repository: Repository) -> Result<EcrRepository, Unknown> {
    let mutability = repository.image_tag_mutability;
    let mutability = mutability.map(|m| m.as_str().to_owned());
    let exclusions = repository.image_tag_mutability_exclusion_filters;
    let exclusions = exclusions
        .left_out_if_empty("API_Repository, imageTagMutabilityExclusionFilters, required: no");
    let exclusions = exclusions.into_iter();
    let scanning = repository.image_scanning_configuration;
    Ok(EcrRepository {
        arn: repository
            .repository_arn
            .ok_or_else(|| Unknown::missing(DESCRIBE, "repositoryArn"))?,
        tag_mutability: Known::present(mutability, DESCRIBE, "imageTagMutability"),
        mutability_exclusions: Known::Yes(exclusions.map(|e| e.filter).collect()),
        scan_on_push: Known::present(
            scanning.map(|s| s.scan_on_push),
            DESCRIBE,
            "imageScanningConfiguration",
        ),
    })
}
