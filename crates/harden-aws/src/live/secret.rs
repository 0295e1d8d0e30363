//! secretsmanager:ListSecrets.

use aws_sdk_secretsmanager::types::SecretListEntry;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages, tags, timestamp};
use super::sent::Sent as _;
use crate::resources::Secret;

const LIST: &str = "secretsmanager:ListSecrets";

impl Collect<AwsProvider> for Secret {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<Secret> {
    let client = aws_sdk_secretsmanager::Client::new(&api.config);
    let api = &api;
    let found = read_pages(LIST, |token| {
        let request = client
            .list_secrets()
            .include_planned_deletion(true)
            .max_results(100)
            .set_next_token(token);
        async move {
            let answer = api.call(LIST, request.send()).await?;
            Ok((
                answer.secret_list.sent(LIST, "SecretList")?,
                answer.next_token,
            ))
        }
    })
    .await;
    Portion::from_pages(found, |entry| listed(entry, api.region()))
}

fn listed(entry: SecretListEntry, region: &str) -> Result<Secret, Unknown> {
    let date =
        |date: Option<aws_smithy_types::DateTime>| Known::Yes(date.as_ref().and_then(timestamp));
    let rules = entry.rotation_rules;
    let days = rules.as_ref().and_then(|r| r.automatically_after_days);
    let found = entry
        .tags
        .left_out_if_empty("API_SecretListEntry, Tags, required: no");
    Ok(Secret {
        arn: entry.arn.ok_or_else(|| Unknown::missing(LIST, "ARN"))?,
        name: entry.name.ok_or_else(|| Unknown::missing(LIST, "Name"))?,
        owning_service: Known::Yes(entry.owning_service),
        primary_region: Known::Yes(entry.primary_region.clone()),
        replica_of: Known::Yes(entry.primary_region.filter(|primary| primary != region)),
        rotation_enabled: Known::Yes(entry.rotation_enabled.left_out_if_empty(
            "API_SecretListEntry, RotationEnabled, required: no: never configured",
        )),
        rotation_days: Known::Yes(days),
        rotation_schedule: Known::Yes(rules.and_then(|r| r.schedule_expression)),
        last_rotated: date(entry.last_rotated_date),
        last_changed: date(entry.last_changed_date),
        last_accessed: date(entry.last_accessed_date),
        next_rotation: date(entry.next_rotation_date),
        created_at: date(entry.created_date),
        deleted_at: date(entry.deleted_date),
        tags: Known::Yes(tags(found.iter().map(|t| (t.key(), t.value())))),
    })
}
