//! The source of the facts: a live estate, a snapshot, or the example estate.

#[cfg(feature = "live")]
mod live;
#[cfg(not(feature = "live"))]
#[path = "no_live.rs"]
mod live;
mod recorded;

use std::collections::BTreeMap;
use std::sync::Arc;

use harden_core::{
    CancellationToken, Cause, Facts, Observer, Provider, Replay, Snapshot, StopHandle, Unknown,
    Unread,
};
use harden_runner::NotAudited;
use jiff::Timestamp;

use crate::args::EstateArgs;
use crate::config::Config;
use crate::failure::Failure;
use crate::output::note;
use crate::progress::Progress;
use crate::providers::{KindsByProvider, PROVIDERS};
use crate::signals;

/// The name of this program in snapshots.
const TOOL: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

/// The facts of a run, and the time as of which they are judged.
pub(crate) struct Source {
    /// `live`, `snapshot`, `demo`.
    pub(crate) name: &'static str,
    pub(crate) facts: Facts,
    pub(crate) now: Timestamp,
    /// The providers that are not part of the audit.
    pub(crate) not_audited: Vec<NotAudited>,
    pub(crate) progress: Option<Arc<Progress>>,
}

/// The connected providers, and those that are left out.
#[derive(Default)]
struct Opened {
    providers: Vec<Arc<dyn Provider>>,
    not_audited: Vec<NotAudited>,
    /// Whether the facts contain attestations, as those of a snapshot can.
    has_attestations: bool,
}

impl Opened {
    /// Leaves out a provider.
    fn leave_out(&mut self, provider: &str, reason: impl Into<String>) {
        self.providers.push(Arc::new(Unread::not_audited(provider)));
        self.not_audited.push(NotAudited::new(provider, reason));
    }
}

impl Source {
    /// Opens the source that the options select. Only the providers in `kinds` are connected. `record`
    /// keeps the facts for a snapshot. With `files_suffice` it is no error if no provider can be
    /// connected, since the selected checks judge files of the team.
    pub(crate) async fn open(
        args: &EstateArgs,
        config: &Config,
        kinds: &KindsByProvider,
        record: bool,
        files_suffice: bool,
    ) -> Result<Self, Failure> {
        let progress = (!args.quiet).then(|| Arc::new(Progress::new()));
        let observer = progress.clone().map(|p| p as Arc<dyn Observer>);
        let cancellation = cancellation(args.deadline);
        let (name, now, mut opened) = if args.demo {
            let (now, opened) = replay(args, None, kinds, recorded::demo()?);
            ("demo", now, opened)
        } else if let Some(path) = &args.snapshot {
            let (now, opened) = replay(args, Some(config), kinds, recorded::read(path)?);
            ("snapshot", now, opened)
        } else {
            config.refuse_untrusted(kinds)?;
            let now = args.as_of.unwrap_or_else(Timestamp::now);
            // The time in a snapshot has whole seconds, and a replay must judge as of the same time.
            let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
            signals::handle();
            (
                "live",
                now,
                live::open(args, config, kinds, now, &cancellation, files_suffice).await?,
            )
        };
        signals::handle();
        if !opened.has_attestations {
            // A snapshot can contain attestations; otherwise those of the file are used.
            let attestations = Arc::new(config.attestations.clone());
            opened.providers.insert(0, attestations);
        }
        Ok(Self {
            name,
            facts: Facts::builder()
                .providers(opened.providers)
                .observer(observer)
                .cancellation(cancellation)
                .record(record)
                .build(),
            now,
            not_audited: opened.not_audited,
            progress,
        })
    }

    /// The snapshot of the facts that were read.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let not_audited: BTreeMap<_, _> = self
            .not_audited
            .iter()
            .map(|left| (left.provider.clone(), left.reason.clone()))
            .collect();
        self.facts.snapshot(TOOL, self.now).without(not_audited)
    }
}

/// The facts of a snapshot, and the time as of which they are judged. What the policy names and the
/// snapshot does not contain becomes unknown.
fn replay(
    args: &EstateArgs,
    config: Option<&Config>,
    kinds: &KindsByProvider,
    mut snapshot: Snapshot,
) -> (Timestamp, Opened) {
    let now = args.as_of.unwrap_or_else(|| snapshot.taken_at());
    let mut opened = Opened {
        has_attestations: args.attestations.is_none()
            && snapshot.listing("ops/attestation").is_some(),
        ..Opened::default()
    };
    for provider in kinds.keys() {
        let is_required = config.is_some_and(|config| config.file.has_table(provider));
        if let Some(reason) = snapshot.not_audited(provider).filter(|_| !is_required) {
            opened.leave_out(provider, reason);
        }
    }
    if let Some(config) = config {
        for provider in &PROVIDERS {
            let about = provider.about;
            let missing = (about.missing)(&config.policies, &snapshot);
            snapshot.mark_missing(about.name, &missing);
        }
        if opened.has_attestations && !config.attestations.is_empty() {
            note(
                "harden.attestations.toml is not read: the snapshot contains attestations \
                 (`--attestations FILE` replaces them)",
            );
        }
    }
    opened.providers.push(Arc::new(Replay::from(snapshot)));
    (now, opened)
}

/// The error of a command that needs live audits, in a program without them.
pub(crate) fn built_without() -> Failure {
    Failure::new("this harden-cli was built without live audits").help(
        "use --demo or --snapshot FILE, or build with live audits: \
         cargo build --release -p harden-cli",
    )
}

/// A token that is cancelled at the deadline, or by a signal that ends the run.
pub(crate) fn cancellation(deadline: Option<jiff::SignedDuration>) -> CancellationToken {
    let (handle, token) = StopHandle::new();
    let handle = Arc::new(handle);
    if let Some(deadline) = deadline {
        let handle = Arc::clone(&handle);
        let message = format!("not read within the deadline of {deadline:#}");
        tokio::spawn(async move {
            tokio::time::sleep(deadline.unsigned_abs()).await;
            stop(&handle, Unknown::new(Cause::Deadline, message)).await;
        });
    }
    tokio::spawn(async move {
        signals::received().await;
        let message = "not read before the run was interrupted";
        stop(&handle, Unknown::new(Cause::Interrupted, message)).await;
    });
    token
}

/// Ends reading, and judging a second later: what was read is judged, but a run must not outlive its
/// deadline.
async fn stop(handle: &StopHandle, reason: Unknown) {
    handle.stop(reason);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    handle.end_judging();
}
