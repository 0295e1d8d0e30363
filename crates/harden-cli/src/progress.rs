//! Shows progress on a terminal while facts are read: one changing line on standard error. Without a
//! terminal nothing is shown: the log of a job has the report.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use harden_core::{Event, Observer};
use indicatif::{ProgressBar, ProgressStyle};

/// Counts the requested kinds, the listed kinds and the calls, and shows the counts.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    requested: AtomicUsize,
    listed: AtomicUsize,
    calls: AtomicUsize,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self {
            bar,
            requested: AtomicUsize::new(0),
            listed: AtomicUsize::new(0),
            calls: AtomicUsize::new(0),
        }
    }

    fn show(&self, latest: &str) {
        if let Some(bar) = &self.bar {
            let [requested, listed, calls] =
                [&self.requested, &self.listed, &self.calls].map(|c| c.load(Ordering::Relaxed));
            bar.set_message(format!(
                "{listed}/{requested} kinds, {calls} calls: {latest}"
            ));
        }
    }

    /// Removes the line from the terminal.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Observer for Progress {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Asked { kind } => {
                self.requested.fetch_add(1, Ordering::Relaxed);
                self.show(kind);
            }
            Event::Listed { kind, .. } => {
                self.listed.fetch_add(1, Ordering::Relaxed);
                self.show(kind);
            }
            Event::Called { operation } => {
                self.calls.fetch_add(1, Ordering::Relaxed);
                self.show(operation);
            }
            _ => {}
        }
    }
}
