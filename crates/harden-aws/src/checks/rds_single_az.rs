use std::collections::BTreeSet;

use harden_core::{
    Arg, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Unknown, Verdict,
    hcl_string,
};

use crate::AwsPolicy;
use crate::environment::is_production;
use crate::remediations::cli::aws;
use crate::remediations::rds;
use crate::views::{Database, DatabaseInGlobal, DatabaseKind, GlobalRole};

pub(crate) static CHECK: Rule<DatabaseInGlobal, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-single-az",
        "Production databases run in two Availability Zones",
        Severity::Medium,
    )
    .tags(&["guide:4", "beyond-guide"])
    .remediation(
        "Convert the instance to Multi-AZ, or add a reader in another zone to the cluster.",
    )
    .page(include_str!("rds_single_az.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &DatabaseInGlobal, j: &Judging<AwsPolicy>) -> Judgement {
    let database = &*subject.database;
    if let Some(GlobalRole::Secondary(global)) = subject.role.ok() {
        return Ok(Verdict::not_applicable(format!(
            "a secondary cluster of the global database {global}, whose primary is judged"
        )));
    }
    if *database.is_replica().get()? {
        return Ok(Verdict::not_applicable(
            "a read replica, whose source is judged",
        ));
    }
    if matches!(database.member_zones.ok(), Some(zones) if zones.is_empty())
        && database.kind == DatabaseKind::Cluster
    {
        return Ok(Verdict::not_applicable("the cluster has no instances"));
    }
    let spread = match database.kind {
        DatabaseKind::Instance => database.multi_az.clone(),
        DatabaseKind::Cluster => is_spread(database),
    };
    if spread == Known::Yes(true) {
        return Ok(Verdict::Pass(evidence(database)));
    }
    // What is certainly not production is not applicable, even if its zones are unknown.
    let production = is_production(&database.name, &database.tags, &j.policy.nonproduction);
    if production == Known::Yes(false) {
        return Ok(Verdict::not_applicable(
            "not production (according to its tag or its name)",
        ));
    }
    spread.get()?;
    production.get()?;
    subject.role.get()?;
    Ok(Verdict::Fail(evidence(database), remediation(database)))
}

/// Whether the members of a cluster are in at least two zones. A single member is in one zone, even
/// if that zone is unknown.
fn is_spread(database: &Database) -> Known<bool> {
    database.member_zones.as_ref().and_then(|zones| {
        let known: BTreeSet<&str> = zones.values().filter_map(|z| z.ok()?.as_deref()).collect();
        if known.len() >= 2 || zones.len() < 2 {
            return Known::Yes(known.len() >= 2);
        }
        for (member, zone) in zones {
            match zone {
                Known::Yes(Some(_)) => {}
                Known::Yes(None) => {
                    return Unknown::undetermined(format!(
                        "the Availability Zone of {member} is unknown"
                    ))
                    .into();
                }
                Known::No(unknown) => return Known::No(unknown.clone()),
            }
        }
        Known::Yes(false)
    })
}

fn evidence(database: &Database) -> Evidence {
    match (database.kind, database.member_zones.ok()) {
        (DatabaseKind::Cluster, Some(zones)) => {
            let zone = |z: &Known<Option<String>>| match z {
                Known::Yes(Some(zone)) => zone.clone(),
                _ => "unknown".to_owned(),
            };
            let members: Vec<String> = zones
                .iter()
                .map(|(member, z)| format!("{member}: {}", zone(z)))
                .collect();
            Evidence::of(
                "AvailabilityZone of the members",
                members.join(", "),
                "rds:DescribeDBInstances",
            )
            .expected("at least 2 zones")
        }
        _ => {
            let found = database
                .multi_az
                .ok()
                .map_or("unknown", |m| if *m { "true" } else { "false" });
            Evidence::of("MultiAZ", found, database.kind.source()).expected("true")
        }
    }
}

fn remediation(database: &Database) -> Remediation {
    const LINK: &str =
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.html";
    let region = &database.place.region;
    match database.kind {
        DatabaseKind::Instance => Remediation::new(
            "convert the instance to Multi-AZ, so that a standby in another zone takes over \
             within a minute or two; this doubles its price, and latency can increase while the \
             standby is created",
        )
        .step(
            aws("rds", "modify-db-instance")
                .opt("--db-instance-identifier", &*database.name)
                .flag("--multi-az")
                .flag("--apply-immediately")
                .region(region)
                .step(
                    "Convert the instance to Multi-AZ",
                    &["rds:ModifyDBInstance"],
                ),
        )
        .terraform(format!(
            "resource {} {} {{\n  # … the settings it has\n  multi_az = true\n}}\n",
            hcl_string("aws_db_instance"),
            hcl_string("this"),
        ))
        .link(LINK),
        DatabaseKind::Cluster => {
            let taken = |name: &String| {
                let members = database.member_zones.ok();
                members.is_some_and(|members| members.contains_key(name))
            };
            let names = (2..).map(|n| rds::identifier(&database.name, &format!("reader-{n}")));
            let reader = std::iter::once(rds::identifier(&database.name, "reader"))
                .chain(names)
                .find(|name| !taken(name))
                .unwrap_or_default();
            let taken = database.member_zones.ok().into_iter().flatten();
            let taken: Vec<&str> = taken.filter_map(|(_, z)| z.ok()?.as_deref()).collect();
            let hint = match taken.first() {
                Some(zone) => format!("a zone other than {zone}"),
                None => "a zone other than the zone of the existing instance".to_owned(),
            };
            Remediation::new(
                "add a reader in another zone, which takes over if the writer fails; it costs as \
                 much as the writer",
            )
            .step(
                aws("rds", "create-db-instance")
                    .opt("--db-instance-identifier", reader)
                    .opt("--db-cluster-identifier", &*database.name)
                    .opt("--engine", rds::engine(database))
                    .opt(
                        "--db-instance-class",
                        Arg::input("INSTANCE_CLASS", "the instance class of the writer"),
                    )
                    .opt("--availability-zone", Arg::input("ZONE", hint))
                    .region(region)
                    .step("Add a reader in another zone", &["rds:CreateDBInstance"]),
            )
            .link("https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html")
        }
    }
}
