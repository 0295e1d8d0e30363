use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Verdict,
    hcl_string,
};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::views::{Reachable, ReachableKind};

pub(crate) static CHECK: Rule<Reachable, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/rds-publicly-accessible",
        "DB instances are not publicly accessible",
        Severity::Critical,
    )
    .tags(&["guide:4", "beyond-guide"])
    .security()
    .remediation("Remove the public address.")
    .page(include_str!("rds_publicly_accessible.md"))
    .since("0.1.0"),
    judge,
);

fn judge(found: &Reachable, j: &Judging<AwsPolicy>) -> Judgement {
    if !found.is_judged {
        return Ok(Verdict::not_applicable(
            "the engine belongs to another service, and the policy does not include it",
        ));
    }
    let source = match found.kind {
        ReachableKind::ShardGroup => "rds:DescribeDBShardGroups",
        _ => "rds:DescribeDBInstances",
    };
    let mut evidence = Evidence::default();
    if let (Some(public), true) = (found.public.ok(), found.kind != ReachableKind::Cluster) {
        evidence = evidence
            .and("PubliclyAccessible", public, source)
            .expected("false");
    }
    if let (Some(gateway), ReachableKind::Cluster | ReachableKind::Instance { member: true }) =
        (found.gateway.ok(), found.kind)
    {
        evidence = evidence
            .and(
                "InternetAccessGatewayEnabled of the cluster",
                gateway,
                "rds:DescribeDBClusters",
            )
            .expected("false");
    }
    // each of the two is enough for an address on the internet
    let reachable = Known::any([found.public.clone(), found.gateway.clone()]);
    if !*reachable.get()? {
        return Ok(Verdict::Pass(evidence));
    }
    let remediation = match found.kind {
        ReachableKind::ShardGroup => of_shard_group(),
        ReachableKind::Instance { member } if found.public == Known::Yes(true) => {
            of_instance(j, member)
        }
        _ => of_gateway(),
    };
    Ok(Verdict::Fail(evidence, remediation))
}

/// ModifyDBCluster has no parameter for the gateway.
fn of_gateway() -> Remediation {
    Remediation::new(
        "the cluster has an internet access gateway, and AWS documents no call that removes it from \
         an existing cluster: move the data to a cluster that is created in your VPC without the \
         express configuration",
    )
    .step(Step::by_hand(
        "Create a snapshot of the cluster, restore it into a new cluster with a DB subnet group of \
         private subnets, check that InternetAccessGatewayEnabled of the new cluster is not true, \
         move the applications, and delete the old cluster",
    ))
    .link("https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html")
}

/// ModifyDBShardGroup has no parameter for public access.
fn of_shard_group() -> Remediation {
    Remediation::new(
        "the setting of a shard group cannot be changed: create the shard group again without public \
         access; until then, allow only private addresses in the security groups of the cluster",
    )
    .step(Step::by_hand(
        "Create a new cluster with a shard group that is created with --no-publicly-accessible, copy \
         the data, move the applications, and delete the old cluster",
    ))
    .link("https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBShardGroup.html")
}

fn of_instance(j: &Judging<AwsPolicy>, member: bool) -> Remediation {
    let resource = if member {
        "aws_rds_cluster_instance"
    } else {
        "aws_db_instance"
    };
    Remediation::new(
        "remove the public address; clients outside the VPC (an office, a CI job) lose their \
         connection immediately, so first give them a VPN, a bastion host or Session Manager",
    )
    .step(
        aws("rds", "modify-db-instance")
            .opt("--db-instance-identifier", &*j.id.name)
            .flag("--no-publicly-accessible")
            .flag("--apply-immediately")
            .region(&j.id.place.region)
            .step("Remove the public address", &["rds:ModifyDBInstance"]),
    )
    .terraform(format!(
        "resource {} {} {{\n  # … the settings it has\n  publicly_accessible = false\n}}\n",
        hcl_string(resource),
        hcl_string("this"),
    ))
    .link("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html#USER_VPC.Hiding")
}
