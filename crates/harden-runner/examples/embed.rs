//! A program that embeds harden's checks and adds its own: `embed SNAPSHOT` writes the report of a
//! recorded estate as JSON.
#![expect(
    clippy::disallowed_methods,
    reason = "only the checks must not read files"
)]

use std::sync::Arc;

use harden_aws::resources::DbInstance;
use harden_core::{Evidence, Facts, Judgement, Judging, Known, Meta, Remediation, Rule};
use harden_core::{Severity, Snapshot, Verdict};
use harden_runner::{Audit, ExitCode, json};

/// A custom check: every database has a tag with its owner.
static DB_OWNER_MISSING: Rule<DbInstance, ()> = Rule::new(
    Meta::new(
        "acme/db-owner-missing",
        "Every database has an owner",
        Severity::Low,
    )
    .remediation("Tag the database with its owner.")
    .page(
        "# Every database has an owner\n\n## What it checks\n\nThe database has the tag `owner`.\n",
    )
    .since("1.4.0"),
    owner_missing,
);

fn owner_missing(database: &DbInstance, _: &Judging<()>) -> Judgement {
    let owner = database.tags.as_ref().map(|tags| tags.get("owner"));
    let Known::Yes(Some(owner)) = owner else {
        // If the tags could not be read, `?` makes the verdict unknown: neither a pass nor a failure.
        let tags = database.tags.get()?.len();
        let found = Evidence::of("Tags other than `owner`", tags, "rds:DescribeDBInstances")
            .expected("a tag `owner`");
        return Ok(Verdict::Fail(
            found,
            Remediation::new("tag it with its owner"),
        ));
    };
    let found = Evidence::of("Tag `owner`", owner, "rds:DescribeDBInstances");
    Ok(Verdict::Pass(found))
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    // For a live estate, connect a provider (`harden_aws::live::AwsProvider`) and use `Facts::new`.
    let path = std::env::args_os().nth(1).ok_or("usage: embed SNAPSHOT")?;
    let snapshot = Snapshot::parse(&std::fs::read_to_string(path)?)?;
    let mut checks = harden_aws::checks();
    checks.push(Arc::new(&DB_OWNER_MISSING));
    let audit = Audit::new(checks, snapshot.taken_at()).only_recorded(&snapshot);
    let report = futures::executor::block_on(audit.run(&Facts::recorded(snapshot)));
    json::write(&report, std::io::stdout())?;
    // 1 if a check failed, 3 if something is unknown: only a complete audit without failures exits
    // with 0.
    Ok(report.exit_code(Severity::Low, false))
}
