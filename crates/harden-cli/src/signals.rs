//! Ctrl-C, SIGTERM and SIGHUP: the first one ends a run with the report of what was read by then, the
//! second one ends the process. No temporary file stays.

use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

use crate::output::{note, remove_temporary_files};

/// A signal that ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signal {
    name: &'static str,
    number: u8,
}

impl Signal {
    /// The exit code of a process that the signal ended, as shells report it.
    pub(crate) fn exit_code(self) -> u8 {
        128 + self.number
    }
}

static RECEIVED: OnceLock<watch::Sender<Option<Signal>>> = OnceLock::new();

/// Whether the run notices a signal by itself. Until then, and while it waits for standard input, a
/// signal ends the process.
static IS_HANDLED: AtomicBool = AtomicBool::new(false);

/// Starts to wait for signals. Called once, before the first temporary file is made.
pub(crate) fn install() {
    let (sender, _) = watch::channel(None);
    if RECEIVED.set(sender).is_ok() {
        tokio::spawn(listen());
    }
}

/// From now on the run notices a signal by itself, through [`received`].
pub(crate) fn handle() {
    IS_HANDLED.store(true, Ordering::SeqCst);
}

/// The signal that was received, if any.
pub(crate) fn last() -> Option<Signal> {
    RECEIVED.get().and_then(|sender| *sender.borrow())
}

/// Waits for a signal.
pub(crate) async fn received() {
    match RECEIVED.get() {
        Some(sender) => {
            let _ = sender.subscribe().wait_for(Option::is_some).await;
        }
        None => std::future::pending().await,
    }
}

async fn listen() {
    let Ok(mut signals) = Signals::new() else {
        return;
    };
    while let Some(signal) = signals.next().await {
        let is_first = last().is_none();
        if !is_first || !IS_HANDLED.load(Ordering::SeqCst) {
            leave(signal);
        }
        note(&format!(
            "interrupted by {}: what was not read by now is unknown (a second signal ends the program)",
            signal.name
        ));
        if let Some(sender) = RECEIVED.get() {
            sender.send_replace(Some(signal));
        }
    }
}

#[expect(
    clippy::exit,
    reason = "a second signal must end the process even if the run is busy"
)]
fn leave(signal: Signal) -> ! {
    remove_temporary_files();
    process::exit(signal.exit_code().into());
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    /// `None` if the parent ignores it, as `nohup` does.
    hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: (!is_hangup_ignored())
                .then(|| signal(SignalKind::hangup()))
                .transpose()?,
        })
    }

    async fn next(&mut self) -> Option<Signal> {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        let (name, number) = tokio::select! {
            one = self.interrupt.recv() => one.map(|()| ("SIGINT", 2))?,
            one = self.terminate.recv() => one.map(|()| ("SIGTERM", 15))?,
            one = hangup => one.map(|()| ("SIGHUP", 1))?,
        };
        Some(Signal { name, number })
    }
}

/// Whether SIGHUP was ignored when the process started. Only Linux shows it.
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 != 0)
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Option<Signal> {
        let name = "Ctrl-C";
        tokio::signal::ctrl_c().await.ok()?;
        Some(Signal { name, number: 2 })
    }
}
