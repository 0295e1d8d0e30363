//! Reads an estate with the default credentials and writes a snapshot of it, every kind but those
//! that AWS bills for, to standard output: the shortest program over the provider, and a way to see
//! what it makes of an account. The calls that it took go to standard error.
//!
//! ```text
//! cargo run -p harden-aws --example list                    # the region of the profile
//! cargo run -p harden-aws --example list -- us-east-2 eu-west-1
//! cargo run -p harden-aws --example list -- all
//! ```

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use harden_aws::AwsPolicy;
use harden_aws::live::{AwsProvider, Connect};
use harden_aws::resources::{
    Account, AccountSummary, Alarm, AlarmHistory, AnomalyMonitor, AnomalySubscription, Bucket,
    BucketLifecycle, Budget, BudgetAction, BudgetAlerts, DbCluster, DbClusterSnapshot,
    DbExportTask, DbInstance, DbSnapshot, DbSnapshotSharing, EcrLifecycle, EcrRegistry,
    EcrRepository, EcsService, IamRole, IamRoleUse, IamUserKeys, KmsKey, LoadBalancer, LogGroup,
    OidcProvider, Organization, RdsEvents, Region, RestoreEvents, RestoreJobs, ScalingSchedule,
    Secret, SecretVersion, SnsTopic, StopSchedule, TargetGroup, TaskDefinition, TopicSubscriptions,
};
use harden_core::Facts;
use jiff::Timestamp;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let done = runtime.map_err(Into::into).and_then(|r| r.block_on(list()));
    if let Err(error) = done {
        let _ = writeln!(std::io::stderr(), "error: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program says when now is, for the provider and the judges"
)]
async fn list() -> Result<(), Box<dyn Error>> {
    let now = Timestamp::now();
    let mut connect = Connect::new(Arc::new(AwsPolicy::default()), now);
    connect.regions = std::env::args().skip(1).collect();
    let provider = AwsProvider::connect(connect).await?;
    let facts = Facts::builder()
        .provider(Arc::new(provider))
        .record(true)
        .build();

    // as checks do: each kind is asked for once, and those that it starts from with it
    macro_rules! list {
        ($($kind:ty),* $(,)?) => { $(facts.list::<$kind>().await?;)* };
    }
    list!(
        Account,
        AccountSummary,
        Alarm,
        AlarmHistory,
        AnomalyMonitor,
        AnomalySubscription,
        Bucket,
        BucketLifecycle,
        Budget,
        BudgetAction,
        BudgetAlerts,
        DbCluster,
        DbClusterSnapshot,
        DbExportTask,
        DbInstance,
        DbSnapshot,
        DbSnapshotSharing,
        EcrLifecycle,
        EcrRegistry,
        EcrRepository,
        EcsService,
        IamRole,
        IamRoleUse,
        IamUserKeys,
        KmsKey,
        LoadBalancer,
        LogGroup,
        OidcProvider,
        Organization,
        RdsEvents,
        Region,
        RestoreEvents,
        RestoreJobs,
        ScalingSchedule,
        Secret,
        SecretVersion,
        SnsTopic,
        StopSchedule,
        TargetGroup,
        TaskDefinition,
        TopicSubscriptions,
    );

    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &facts.snapshot("list", now))?;
    writeln!(out)?;
    for (operation, calls) in facts.calls() {
        writeln!(std::io::stderr(), "{calls:>5} {operation}")?;
    }
    Ok(())
}
