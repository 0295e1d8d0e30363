//! Where the facts come from: a live estate, a snapshot, the example estate.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use harden_core::{Cause, Facts, Observer, Provider, Replay, Snapshot, Stop, Stopper, Unknown};
use jiff::Timestamp;

use crate::args::EstateArgs;
use crate::config::Config;
use crate::failure::{Context as _, Failure};
use crate::progress::Progress;

/// The facts of a run, and the moment of its judgement.
pub(crate) struct Source {
    /// `live`, `snapshot`, `demo`.
    pub(crate) name: &'static str,
    pub(crate) facts: Facts,
    pub(crate) now: Timestamp,
    pub(crate) progress: Option<Arc<Progress>>,
}

/// The example estate: recorded by `harden-cli snapshot` from an estate that the tests build.
const DEMO: &str = include_str!("../demo/estate.json");

impl Source {
    /// Opens what the options name. `record` keeps the answers for a snapshot.
    pub(crate) async fn open(
        args: &EstateArgs,
        config: &Config,
        record: bool,
    ) -> Result<Self, Failure> {
        let progress = (!args.quiet).then(|| Arc::new(Progress::new()));
        let observer = progress.clone().map(|p| p as Arc<dyn Observer>);
        let stop = stop(args.deadline);
        let (name, now, provider) = if args.demo {
            let snapshot = Snapshot::parse(DEMO).context("could not read the example estate")?;
            recorded("demo", args, snapshot)
        } else if let Some(path) = &args.snapshot {
            recorded("snapshot", args, read_snapshot(path)?)
        } else {
            let now = args.as_of.unwrap_or_else(Timestamp::now);
            // a snapshot's time has whole seconds, and the replay must judge at the same moment
            let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
            ("live", now, live(args, config, now, &stop).await?)
        };
        let providers = if provider.1 {
            vec![provider.0]
        } else {
            // attestations are facts of this run; a snapshot holds those of its own
            vec![Arc::new(config.attestations.clone()), provider.0]
        };
        Ok(Self {
            name,
            facts: Facts::with(providers, observer, stop, record),
            now,
            progress,
        })
    }
}

/// A provider, and whether it brings the attestations itself.
type Opened = (Arc<dyn Provider>, bool);

fn recorded(
    name: &'static str,
    args: &EstateArgs,
    snapshot: Snapshot,
) -> (&'static str, Timestamp, Opened) {
    let now = args.as_of.unwrap_or_else(|| snapshot.taken_at());
    let own = args.attestations.is_none() && snapshot.listing("ops/attestation").is_some();
    (name, now, (Arc::new(Replay::from(snapshot)), own))
}

#[cfg(feature = "live")]
async fn live(
    args: &EstateArgs,
    config: &Config,
    now: Timestamp,
    stop: &Stop,
) -> Result<Opened, Failure> {
    use harden_aws::live::{AwsProvider, Connect, ConnectError};

    let connect = Connect {
        profile: args.profile.clone(),
        regions: args.region.clone(),
        stop: stop.clone(),
        ..Connect::new(config.policies.get(), now)
    };
    let connect = retries(connect)?;
    let provider = AwsProvider::connect(connect).await.map_err(|error| {
        let profile = match std::env::var("AWS_PROFILE") {
            Ok(name) if args.profile.is_none() && matches!(error, ConnectError::NoCredentials) => {
                let name = harden_core::one_line(&name, 60);
                format!(" (AWS_PROFILE is `{name}`: it has none, or does not exist)")
            }
            _ => String::new(),
        };
        Failure::new(format!("could not audit AWS: {error}{profile}")).help(
            "`harden-cli audit --demo` shows an audit without an account, `--snapshot` audits a \
             recorded one",
        )
    })?;
    Ok((Arc::new(provider), false))
}

/// What the variables of the AWS CLI say of retries.
#[cfg(feature = "live")]
fn retries(mut connect: harden_aws::live::Connect) -> Result<harden_aws::live::Connect, Failure> {
    if let Ok(mode) = std::env::var("AWS_RETRY_MODE") {
        connect.adaptive = match &*mode {
            "adaptive" => true,
            "standard" | "legacy" => false,
            _ => {
                return Err(Failure::new("AWS_RETRY_MODE is no mode of retries")
                    .help("set it to adaptive or standard"));
            }
        };
    }
    if let Ok(attempts) = std::env::var("AWS_MAX_ATTEMPTS") {
        connect.attempts = attempts.parse().ok().filter(|n| *n > 0).ok_or_else(|| {
            Failure::new("AWS_MAX_ATTEMPTS is no number of attempts").help("set it to 1 or more")
        })?;
    }
    Ok(connect)
}

#[cfg(not(feature = "live"))]
async fn live(_: &EstateArgs, _: &Config, _: Timestamp, _: &Stop) -> Result<Opened, Failure> {
    Err(
        Failure::new("this harden-cli was built without live audits").help(
            "use --demo or --snapshot FILE, or build it with them: cargo build --release -p \
             harden-cli",
        ),
    )
}

/// Ends the run on the deadline and on Ctrl-C.
fn stop(deadline: Option<jiff::SignedDuration>) -> Stop {
    let (stopper, stop) = Stopper::new();
    let stopper = Arc::new(stopper);
    if let Some(deadline) = deadline {
        let stopper = Arc::clone(&stopper);
        let message = format!("not read within the deadline of {deadline:#}");
        tokio::spawn(async move {
            tokio::time::sleep(deadline.unsigned_abs()).await;
            stopper.stop(Unknown::new(Cause::Deadline, message));
        });
    }
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            let message = "not read before the run was interrupted";
            stopper.stop(Unknown::new(Cause::Interrupted, message));
        }
    });
    stop
}

/// The magic number of a zstd frame.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

fn read_snapshot(path: &Path) -> Result<Snapshot, Failure> {
    let shown = path.display();
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.context("could not read the snapshot from standard input")?;
        bytes
    } else {
        std::fs::read(path).context(format!("could not read {shown}"))?
    };
    let bytes = if bytes.starts_with(&ZSTD) {
        zstd::decode_all(&*bytes).map_err(|error| {
            Failure::new(format!("could not decompress {shown}: {error}"))
                .help("the file is damaged or was cut off: record it anew")
        })?
    } else {
        bytes
    };
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::new(format!(
            "could not read {shown}: not a harden snapshot: not text"
        ))
    })?;
    Snapshot::parse(&text).map_err(|error| {
        Failure::new(format!("could not read {shown}: {error}"))
            .help("`harden-cli snapshot FILE` records one")
    })
}
