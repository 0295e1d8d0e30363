//! application-autoscaling:DescribeScheduledActions, for ECS services.

use aws_sdk_applicationautoscaling::types::ServiceNamespace;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages, timestamp};
use super::sent::Sent as _;
use crate::resources::ScalingSchedule;

const DESCRIBE: &str = "application-autoscaling:DescribeScheduledActions";

impl Collect<AwsProvider> for ScalingSchedule {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<ScalingSchedule> {
    let client = aws_sdk_applicationautoscaling::Client::new(&api.config);
    let api = &api;
    let found = read_pages(DESCRIBE, |token| {
        let request = client
            .describe_scheduled_actions()
            .service_namespace(ServiceNamespace::Ecs)
            .max_results(50)
            .set_next_token(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            Ok((
                answer
                    .scheduled_actions
                    .sent(DESCRIBE, "ScheduledActions")?,
                answer.next_token,
            ))
        }
    })
    .await;
    Portion::from_pages(found, |action| {
        let target = action.scalable_target_action;
        let capacity = |size: Option<i32>| Known::Yes(size.map(i64::from));
        Ok(ScalingSchedule {
            arn: action.scheduled_action_arn,
            resource: action.resource_id,
            name: action.scheduled_action_name,
            schedule: Known::Yes(action.schedule),
            min_capacity: capacity(target.as_ref().and_then(|t| t.min_capacity)),
            max_capacity: capacity(target.as_ref().and_then(|t| t.max_capacity)),
            ends_at: Known::Yes(action.end_time.as_ref().and_then(timestamp)),
        })
    })
}
