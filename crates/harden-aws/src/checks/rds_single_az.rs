use std::collections::BTreeSet;

use harden_core::{
    Arg, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Unknown, Verdict,
    hcl_string,
};

use crate::AwsPolicy;
use crate::environment::is_production;
use crate::remediations::cli::aws;
use crate::remediations::rds;
use crate::views::{Database, DatabaseKind};

pub(crate) static CHECK: Rule<Database, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-single-az",
        "Production databases survive the loss of a zone",
        Severity::Medium,
    )
    .tags(&["guide:4", "beyond-guide"])
    .remediation(
        "Convert the instance to Multi-AZ, or give the cluster a reader in another \
                      zone.",
    )
    .page(include_str!("rds_single_az.md"))
    .since("0.1.0"),
    judge,
);

fn judge(database: &Database, j: &Judging<AwsPolicy>) -> Judgement {
    if *database.is_replica().get()? {
        return Ok(Verdict::not_applicable(
            "a read replica: its source is what must survive",
        ));
    }
    if matches!(database.member_zones.ok(), Some(zones) if zones.is_empty())
        && database.kind == DatabaseKind::Cluster
    {
        return Ok(Verdict::not_applicable("a cluster without instances"));
    }
    let spread = match database.kind {
        DatabaseKind::Instance => database.multi_az.clone(),
        DatabaseKind::Cluster => is_spread(database),
    };
    if spread == Known::Yes(true) {
        return Ok(Verdict::Pass(evidence(database)));
    }
    let production = is_production(&database.name, &database.tags, &j.policy.nonproduction);
    if production == Known::Yes(false) {
        return Ok(Verdict::not_applicable("not production"));
    }
    spread.get()?;
    production.get()?;
    Ok(Verdict::Fail(evidence(database), remediation(database)))
}

/// Whether a cluster's members are in two zones at least. One member is in one zone, whichever.
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
                    return Unknown::undetermined(format!("the zone of {member} is not known"))
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
                _ => "not known".to_owned(),
            };
            let members: Vec<String> = zones
                .iter()
                .map(|(member, z)| format!("{member} in {}", zone(z)))
                .collect();
            Evidence::of(
                "zones of the members",
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
            "convert it to Multi-AZ: a standby in another zone takes over within a minute or two; \
             it doubles the price of the instance, and latency rises while it is set up",
        )
        .step(
            aws("rds", "modify-db-instance")
                .opt("--db-instance-identifier", &*database.name)
                .flag("--multi-az")
                .flag("--apply-immediately")
                .region(region)
                .step("Convert it to Multi-AZ", &["rds:ModifyDBInstance"]),
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
                None => "a zone other than that of its instance".to_owned(),
            };
            Remediation::new(
                "give the cluster a reader in another zone, which takes over when the writer is \
                 lost; it costs as much as the writer",
            )
            .step(
                aws("rds", "create-db-instance")
                    .opt("--db-instance-identifier", reader)
                    .opt("--db-cluster-identifier", &*database.name)
                    .opt("--engine", rds::engine(database))
                    .opt(
                        "--db-instance-class",
                        Arg::input("INSTANCE_CLASS", "the class of its writer"),
                    )
                    .opt("--availability-zone", Arg::input("ZONE", hint))
                    .region(region)
                    .step("Add a reader in another zone", &["rds:CreateDBInstance"]),
            )
            .link("https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html")
        }
    }
}
