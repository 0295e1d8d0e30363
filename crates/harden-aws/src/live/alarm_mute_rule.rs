//! cloudwatch:ListAlarmMuteRules, and cloudwatch:GetAlarmMuteRule for each rule that has not expired.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::operation::get_alarm_mute_rule::GetAlarmMuteRuleOutput;
use aws_sdk_cloudwatch::types::AlarmMuteRuleStatus;
use harden_collect::{Collect, Collected, Portion, read_each};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::failure::Failure;
use super::place_api::{PlaceApi, read_pages, timestamp};
use super::sent::Sent as _;
use crate::arn::Arn;
use crate::resources::AlarmMuteRule;

const LIST: &str = "cloudwatch:ListAlarmMuteRules";
const GET: &str = "cloudwatch:GetAlarmMuteRule";

impl Collect<AwsProvider> for AlarmMuteRule {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<AlarmMuteRule> {
    let client = Client::new(&api.config);
    let (api, client) = (&api, &client);
    let mut found = read_pages(LIST, |token| {
        let request = client
            .list_alarm_mute_rules()
            .statuses(AlarmMuteRuleStatus::Active)
            .statuses(AlarmMuteRuleStatus::Scheduled)
            .max_records(50)
            .set_next_token(token);
        async move {
            let answer = api.call(LIST, request.send()).await?;
            let rules = answer
                .alarm_mute_rule_summaries
                .sent(LIST, "AlarmMuteRuleSummaries")?;
            Ok((rules, answer.next_token))
        }
    })
    .await;
    // a region that does not have the operation has no such rules
    found.failed = found.failed.filter(|failure| !lacks_operation(failure));
    let Portion { resources, gaps } = Portion::from_pages(found, |rule| {
        rule.alarm_mute_rule_arn
            .ok_or_else(|| Unknown::missing(LIST, "AlarmMuteRuleArn"))
    });
    let rules = read_each(resources, |arn| rule(api, client, arn)).await;
    Portion {
        resources: rules.into_iter().flatten().collect(),
        gaps,
    }
}

fn lacks_operation(failure: &Failure) -> bool {
    let codes = [
        "InvalidAction",
        "UnknownOperation",
        "UnknownOperationException",
        "UnsupportedOperationException",
    ];
    codes.iter().any(|code| failure.is(code))
}

/// A rule; none if it was deleted after it was listed.
async fn rule(api: &PlaceApi, client: &Client, arn: String) -> Option<AlarmMuteRule> {
    // the ARN ends with the name: `arn:aws:cloudwatch:REGION:ACCOUNT:alarm-mute-rule:NAME`
    let name = Arn::parse(&arn).map_or(&*arn, |parts| parts.name());
    let request = client.get_alarm_mute_rule().alarm_mute_rule_name(name);
    match api.call(GET, request.send()).await {
        Ok(answer) => Some(got(arn, answer)),
        Err(failure)
            if failure.is("ResourceNotFoundException") || failure.is("ResourceNotFound") =>
        {
            None
        }
        Err(failure) => {
            let unknown = failure.unknown;
            Some(AlarmMuteRule {
                arn,
                status: unknown.clone().into(),
                alarms: unknown.clone().into(),
                schedule: unknown.clone().into(),
                duration: unknown.clone().into(),
                time_zone: None,
                starts_at: unknown.clone().into(),
                expires_at: unknown.into(),
            })
        }
    }
}

fn got(arn: String, answer: GetAlarmMuteRuleOutput) -> AlarmMuteRule {
    let schedule = answer.rule.and_then(|rule| rule.schedule);
    let (expression, duration, time_zone) = match schedule {
        Some(schedule) => (schedule.expression, schedule.duration, schedule.timezone),
        None => (None, None, None),
    };
    let alarms = answer.mute_targets.and_then(|targets| targets.alarm_names);
    let status = answer.status.map(|status| status.as_str().to_owned());
    AlarmMuteRule {
        arn,
        status: Known::present(status, GET, "Status"),
        alarms: Known::present(alarms, GET, "AlarmNames"),
        schedule: Known::present(expression, GET, "Expression"),
        duration: Known::present(duration, GET, "Duration"),
        time_zone,
        starts_at: Known::Yes(answer.start_date.as_ref().and_then(timestamp)),
        expires_at: Known::Yes(answer.expire_date.as_ref().and_then(timestamp)),
    }
}
