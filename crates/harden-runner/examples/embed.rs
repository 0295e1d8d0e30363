//! The checks embedded in a program, with one of its own.

use std::sync::Arc;

use harden_aws::resources::DbInstance;
use harden_core::{Evidence, Facts, Judgement, Judging, Known, Meta, Remediation, Rule, Section};
use harden_core::{Severity, Snapshot, Verdict};
use harden_runner::{Audit, json};

/// A check of one's own: every database says by a tag who answers for it.
static DB_OWNER_MISSING: Rule<DbInstance, ()> = Rule {
    meta: Meta {
        id: "acme/db-owner-missing",
        title: "Every database has an owner",
        severity: Severity::Low,
        section: Section::Other,
        beyond_guide: true,
        security: false,
        remediation: "Tag the database with its owner.",
        page: "# Every database has an owner\n\n## What it checks\n\nThe tag `owner`.\n",
    },
    judge: owner_missing,
    off: None,
};

fn owner_missing(database: &DbInstance, _: &Judging<()>) -> Judgement {
    let owner = database.tags.as_ref().map(|tags| tags.get("owner"));
    let Known::Yes(Some(owner)) = owner else {
        // an unknown tag list is unknown, never a failure and never a pass
        let tags = database.tags.get()?.len();
        let found = Evidence::of("tags", tags, "rds:DescribeDBInstances").wanted("one `owner`");
        return Ok(Verdict::Fail(
            found,
            Remediation::new("tag it with its owner"),
        ));
    };
    let found = Evidence::of("owner", owner, "rds:DescribeDBInstances");
    Ok(Verdict::Pass(found))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // a live estate: `Facts::new(vec![Arc::new(AwsProvider::connect(…).await?)])`
    let snapshot = Snapshot::parse(include_str!("../../harden-cli/demo/estate.json"))?;
    let mut checks = harden_aws::checks();
    checks.push(Arc::new(&DB_OWNER_MISSING));
    let audit = Audit::new(checks, snapshot.taken_at());
    let report = futures::executor::block_on(audit.run(&Facts::recorded(snapshot)));
    json::write(&report, std::io::stdout())?;
    Ok(())
}
