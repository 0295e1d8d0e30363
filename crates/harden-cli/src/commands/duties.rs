//! `duties`: lists the recurring duties, with the day on which each is due.

use std::process::ExitCode;

use harden_core::one_line;
use harden_ops::{Due, DueState, Duty, OpsPolicy};
use icalendar::{Calendar, Component as _, Event, Property};
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan as _};
use serde_json::json;

use crate::args::EstateArgs;
use crate::args::ops::{DutiesArgs, DutiesFormat};
use crate::ci_log::Content;
use crate::config::Config;
use crate::failure::Failure;
use crate::output;

/// Longer notes are cut in the list.
const LONGEST_NOTE: usize = 200;

pub(crate) fn run(args: DutiesArgs) -> Result<ExitCode, Failure> {
    let now = args.as_of.unwrap_or_else(Timestamp::now);
    let config = Config::read(&EstateArgs {
        policy: args.policy,
        attestations: args.attestations,
        ..EstateArgs::default()
    })?;
    let policy = config.policies.get::<OpsPolicy>();
    let dues: Vec<Due> = Duty::ALL
        .iter()
        .map(|duty| Due::of(duty, config.attestations.iter(), &policy, now))
        .collect();
    let today = Offset::UTC.to_datetime(now).date();
    let content = match args.format {
        DutiesFormat::Json => Content::Json,
        _ => Content::Text,
    };
    output::content_to_stdout(content, |out| match args.format {
        DutiesFormat::Text => write!(out, "{}", as_text(&dues)),
        DutiesFormat::Json => {
            let list: Vec<_> = dues.iter().map(as_json).collect();
            serde_json::to_writer_pretty(&mut *out, &list)?;
            writeln!(out)
        }
        DutiesFormat::Ical => write!(out, "{}", as_calendar(&dues, now, today)),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Three lines for each duty, so that they fit a narrow terminal.
fn as_text(dues: &[Due]) -> String {
    let mut text = String::new();
    for due in dues {
        let state = match &due.state {
            DueState::DoneUntil(day) => format!("done, due again by {day}"),
            DueState::OverdueSince(Some(day)) => format!("overdue since {day}"),
            DueState::OverdueSince(None) => "overdue, never recorded".to_owned(),
            DueState::NotApplicable(reason) => format!("not applicable\n  {reason}"),
        };
        let unit = if due.period_days == 1 { "day" } else { "days" };
        text += &format!(
            "{:<18}{state}\n  {}, every {} {unit}\n",
            due.duty.name, due.duty.title, due.period_days
        );
        if let Some(last) = &due.last {
            let note = one_line(&last.note, LONGEST_NOTE);
            text += &format!(
                "  last on {} by {}: {note}\n",
                last.on,
                one_line(&last.by, LONGEST_NOTE)
            );
        }
    }
    text += "\nRecord one with `harden-cli attest DUTY --by NAME --note TEXT`.\n";
    text
}

fn as_json(due: &Due) -> serde_json::Value {
    let (state, day, reason) = match &due.state {
        DueState::DoneUntil(day) => ("done", Some(*day), None),
        DueState::OverdueSince(day) => ("overdue", *day, None),
        DueState::NotApplicable(reason) => ("not-applicable", None, Some(reason)),
    };
    let due_by = match state {
        "done" => day,
        _ => day.map(|day| day.saturating_sub(1.day())),
    };
    json!({
        "duty": due.duty.name,
        "title": due.duty.title,
        "instruction": due.duty.instruction,
        "period_days": due.period_days,
        "state": state,
        "due_by": due_by,
        "reason": reason,
        "last": due.last,
    })
}

/// One repeated event for each duty: its next due day, then every period. What is overdue is due
/// today.
fn as_calendar(dues: &[Due], now: Timestamp, today: Date) -> String {
    let mut calendar = Calendar::new();
    calendar.name("Hardening duties");
    for due in dues {
        let day = match &due.state {
            DueState::DoneUntil(day) => *day,
            DueState::OverdueSince(_) => today,
            DueState::NotApplicable(_) => continue,
        };
        let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        let event = Event::new()
            .uid(&format!("{}@harden", due.duty.name))
            .summary(due.duty.title)
            .description(&format!(
                "{}. Record it: harden-cli attest {} --by NAME --note TEXT",
                due.duty.instruction, due.duty.name
            ))
            .add_property("DTSTAMP", stamp)
            .append_property(day_property("DTSTART", day))
            .append_property(day_property("DTEND", day.saturating_add(1.day())))
            .add_property("RRULE", format!("FREQ=DAILY;INTERVAL={}", due.period_days))
            .done();
        calendar.push(event);
    }
    calendar.done().to_string()
}

/// A property whose value is a whole day.
fn day_property(name: &str, day: Date) -> Property {
    let mut property = Property::new(name, day.strftime("%Y%m%d").to_string());
    property.add_parameter("VALUE", "DATE");
    property.done()
}
