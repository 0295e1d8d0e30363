//! ecr:DescribeRepositories.

use aws_sdk_ecr::types::Repository;
use harden_core::{FactError, Known, Unknown};

use super::at::At;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::EcrRepository;

const DESCRIBE: &str = "ecr:DescribeRepositories";

impl Live for EcrRepository {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_regions(read).await)
    }
}

async fn read(at: At) -> Read<EcrRepository> {
    let client = aws_sdk_ecr::Client::new(&at.config);
    let at = &at;
    let found = pages(DESCRIBE, |token| {
        let request = client
            .describe_repositories()
            .max_results(1000)
            .set_next_token(token);
        async move {
            let answer = at.call(DESCRIBE, request.send()).await?;
            Ok((answer.repositories.unwrap_or_default(), answer.next_token))
        }
    })
    .await;
    Read::of(found, described)
}

fn described(repository: Repository) -> Result<EcrRepository, Unknown> {
    let mutability = repository.image_tag_mutability;
    let mutability = mutability.map(|m| m.as_str().to_owned());
    let exclusions = repository.image_tag_mutability_exclusion_filters;
    let exclusions = exclusions.unwrap_or_default().into_iter();
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
