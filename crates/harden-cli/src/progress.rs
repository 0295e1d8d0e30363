//! Shows progress on standard error while facts are read: one changing line on a terminal, otherwise a
//! line for each kind.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use harden_core::{Event, Observer};
use indicatif::{ProgressBar, ProgressStyle};

use crate::output::note;

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
            Event::Listed {
                kind,
                resources,
                gaps,
            } => {
                self.listed.fetch_add(1, Ordering::Relaxed);
                self.show(kind);
                if self.bar.is_none() {
                    let gaps = match gaps {
                        0 => String::new(),
                        1 => ", 1 account or region could not be read".to_owned(),
                        n => format!(", {n} accounts or regions could not be read"),
                    };
                    note(&format!("read {kind}: {resources}{gaps}"));
                }
            }
            Event::Called { operation } => {
                self.calls.fetch_add(1, Ordering::Relaxed);
                self.show(operation);
            }
            _ => {}
        }
    }
}
