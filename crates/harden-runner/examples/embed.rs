//! The checks embedded in a program that adds its own: `embed SNAPSHOT` writes the report as JSON.

use std::sync::Arc;

use harden_aws::resources::DbInstance;
use harden_core::{Evidence, Facts, Judgement, Judging, Known, Meta, Remediation, Rule};
use harden_core::{Severity, Snapshot, Verdict};
use harden_runner::{Audit, ExitCode, json};

/// A custom check: a tag names the owner of every database.
static DB_OWNER_MISSING: Rule<DbInstance, ()> = Rule::new(
    Meta::new(
        "acme/db-owner-missing",
        "Every database has an owner",
        Severity::Low,
    )
    .remediation("Tag the database with its owner.")
    .page("# Every database has an owner\n\n## What it checks\n\nThe tag `owner`.\n")
    .since("1.4.0"),
    owner_missing,
);

fn owner_missing(database: &DbInstance, _: &Judging<()>) -> Judgement {
    let owner = database.tags.as_ref().map(|tags| tags.get("owner"));
    let Known::Yes(Some(owner)) = owner else {
        // an unknown tag list is unknown, never a failure and never a pass
        let tags = database.tags.get()?.len();
        let found = Evidence::of("tags", tags, "rds:DescribeDBInstances").expected("one `owner`");
        return Ok(Verdict::Fail(
            found,
            Remediation::new("tag it with its owner"),
        ));
    };
    let found = Evidence::of("owner", owner, "rds:DescribeDBInstances");
    Ok(Verdict::Pass(found))
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    // a live estate: `Facts::new(vec![Arc::new(AwsProvider::connect(…).await?)])`
    let path = std::env::args_os().nth(1).ok_or("usage: embed SNAPSHOT")?;
    let snapshot = Snapshot::parse(&std::fs::read_to_string(path)?)?;
    let mut checks = harden_aws::checks();
    checks.push(Arc::new(&DB_OWNER_MISSING));
    let audit = Audit::new(checks, snapshot.taken_at()).only_recorded(&snapshot);
    let report = futures::executor::block_on(audit.run(&Facts::recorded(snapshot)));
    json::write(&report, std::io::stdout())?;
    // nothing that failed or is unknown may look clean to the caller of the program
    Ok(report.exit_code(Severity::Low, false))
}
