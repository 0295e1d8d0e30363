//! application-autoscaling:DescribeScheduledActions, for ECS services.

use aws_sdk_applicationautoscaling::types::ServiceNamespace;
use harden_core::{FactError, Known};

use super::at::{At, timestamp};
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::ScalingSchedule;

const DESCRIBE: &str = "application-autoscaling:DescribeScheduledActions";

impl Live for ScalingSchedule {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_regions(read).await)
    }
}

async fn read(at: At) -> Read<ScalingSchedule> {
    let client = aws_sdk_applicationautoscaling::Client::new(&at.config);
    let at = &at;
    let found = pages(DESCRIBE, |token| {
        let request = client
            .describe_scheduled_actions()
            .service_namespace(ServiceNamespace::Ecs)
            .max_results(50)
            .set_next_token(token);
        async move {
            let answer = at.call(DESCRIBE, request.send()).await?;
            Ok((
                answer.scheduled_actions.unwrap_or_default(),
                answer.next_token,
            ))
        }
    })
    .await;
    Read::of(found, |action| {
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
