//! scheduler:ListSchedules, and scheduler:GetSchedule for those that stop databases or change
//! services.

use aws_sdk_scheduler::Client;
use aws_sdk_scheduler::operation::get_schedule::GetScheduleOutput;
use aws_sdk_scheduler::types::ScheduleSummary;
use harden_collect::{Collect, Collected, Portion, read_each};
use harden_core::{Cause, FactError, Facts, Known, Unknown};
use serde_json::Value;

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages, timestamp};
use super::raw::Body;
use crate::arn::Arn;
use crate::resources::{StopSchedule, Stops};

const LIST: &str = "scheduler:ListSchedules";
const GET: &str = "scheduler:GetSchedule";

impl Collect<AwsProvider> for StopSchedule {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, read).await)
    }
}

/// A schedule of the list.
struct Listed {
    arn: String,
    group: String,
    name: String,
    operation: Operation,
}

/// A call that scales something down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    StopInstance,
    StopCluster,
    UpdateService,
}

impl Operation {
    /// The call of a target: `arn:aws:scheduler:::aws-sdk:rds:stopDBInstance`.
    fn of(target: &str) -> Option<Self> {
        let (_, call) = target.split_once(":::aws-sdk:")?;
        match &*call.to_ascii_lowercase() {
            "rds:stopdbinstance" => Some(Self::StopInstance),
            "rds:stopdbcluster" => Some(Self::StopCluster),
            "ecs:updateservice" => Some(Self::UpdateService),
            _ => None,
        }
    }
}

async fn read(api: PlaceApi) -> Portion<StopSchedule> {
    let client = Client::new(&api.config);
    let (api, client) = (&api, &client);
    let found = read_pages(LIST, |token| {
        let request = client
            .list_schedules()
            .max_results(100)
            .set_next_token(token);
        async move {
            let body = Body::default();
            let request = request.customize().interceptor(body.clone());
            let answer = api.call(LIST, request.send()).await?;
            body.sent(LIST, "Schedules")?;
            let listed = answer.schedules.into_iter().filter_map(listed);
            Ok((listed.collect(), answer.next_token))
        }
    })
    .await;
    let Portion { resources, gaps } = Portion::from_pages(found, |listed| listed);
    let schedules = read_each(resources, |listed| schedule(api, client, listed)).await;
    Portion {
        resources: schedules.into_iter().flatten().collect(),
        gaps,
    }
}

/// A schedule of a list; none if it scales nothing down, and the reason where that is unknown.
fn listed(schedule: ScheduleSummary) -> Option<Result<Listed, Unknown>> {
    let missing = |field| Some(Err(Unknown::missing(LIST, field)));
    let Some(target) = schedule.target else {
        return missing("Target");
    };
    let operation = Operation::of(&target.arn)?;
    match (schedule.arn, schedule.group_name, schedule.name) {
        (Some(arn), Some(group), Some(name)) => Some(Ok(Listed {
            arn,
            group,
            name,
            operation,
        })),
        _ => missing("Arn, GroupName or Name"),
    }
}

/// What a schedule does; none if it was deleted after it was listed.
async fn schedule(api: &PlaceApi, client: &Client, listed: Listed) -> Option<StopSchedule> {
    let request = client
        .get_schedule()
        .group_name(&listed.group)
        .name(&listed.name);
    match api.call(GET, request.send()).await {
        Ok(answer) => Some(got(listed, answer)),
        Err(failure) if failure.is("ResourceNotFoundException") => None,
        Err(failure) => {
            let unknown = Unknown::from(failure);
            Some(StopSchedule {
                arn: listed.arn,
                state: unknown.clone().into(),
                schedule: unknown.clone().into(),
                ends_at: unknown.clone().into(),
                does: unknown.into(),
            })
        }
    }
}

fn got(listed: Listed, answer: GetScheduleOutput) -> StopSchedule {
    let state = answer.state.map(|state| state.as_str().to_owned());
    let input = answer.target.and_then(|target| target.input);
    StopSchedule {
        arn: listed.arn,
        state: Known::present(state, GET, "State"),
        schedule: Known::present(answer.schedule_expression, GET, "ScheduleExpression"),
        ends_at: Known::Yes(answer.end_date.as_ref().and_then(timestamp)),
        does: input
            .and_then(|input| does(listed.operation, &input))
            .map_or_else(
                || {
                    Unknown::new(Cause::Undetermined, "what the schedule acts on is not told")
                        .during(GET)
                        .into()
                },
                Known::Yes,
            ),
    }
}

/// What a call with an input acts on. Names of members are written with a capital or without.
fn does(operation: Operation, input: &str) -> Option<Stops> {
    let input: Value = serde_json::from_str(input).ok()?;
    let input = input.as_object()?;
    let member = |name: &str| {
        let named =
            |(key, value): (&String, &Value)| key.eq_ignore_ascii_case(name).then(|| value.clone());
        input.iter().find_map(named)
    };
    let text = |name: &str| Some(member(name)?.as_str()?.to_owned());
    // a name, or an ARN that ends with it
    let last = |text: String| match Arn::parse(&text) {
        Some(arn) => match arn.resource.rsplit_once('/') {
            Some((_, name)) => name.to_owned(),
            None => arn.resource.to_owned(),
        },
        None => text,
    };
    match operation {
        Operation::StopInstance => Some(Stops::Instance(text("DbInstanceIdentifier")?)),
        Operation::StopCluster => Some(Stops::Cluster(text("DbClusterIdentifier")?)),
        Operation::UpdateService => Some(Stops::Service {
            cluster: text("Cluster").map_or_else(|| "default".to_owned(), last),
            service: last(text("Service")?),
            desired_count: member("DesiredCount").and_then(|count| count.as_i64()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_told_by_their_call() {
        let of = |call: &str| Operation::of(&format!("arn:aws:scheduler:::aws-sdk:{call}"));
        assert_eq!(of("rds:stopDBInstance"), Some(Operation::StopInstance));
        assert_eq!(of("rds:stopDbCluster"), Some(Operation::StopCluster));
        assert_eq!(of("ecs:updateService"), Some(Operation::UpdateService));
        assert_eq!(of("rds:startDBInstance"), None);
        assert_eq!(
            Operation::of("arn:aws:lambda:us-east-2:1:function:stop"),
            None
        );
    }

    #[test]
    fn inputs_are_read() {
        let service = r#"{"cluster": "arn:aws:ecs:us-east-2:1:cluster/c",
                          "Service": "s", "DesiredCount": 0}"#;
        let wanted = Stops::Service {
            cluster: "c".to_owned(),
            service: "s".to_owned(),
            desired_count: Some(0),
        };
        assert_eq!(does(Operation::UpdateService, service), Some(wanted));
        let instance = r#"{"DbInstanceIdentifier": "x"}"#;
        let wanted = Stops::Instance("x".to_owned());
        assert_eq!(does(Operation::StopInstance, instance), Some(wanted));
        for bad in ["", "[]", "{}", r#"{"DbInstanceIdentifier": 1}"#] {
            assert_eq!(does(Operation::StopInstance, bad), None, "{bad}");
        }
    }
}
