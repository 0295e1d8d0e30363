//! Progress on standard error while facts arrive: a line that changes on a terminal, plain lines
//! elsewhere.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use harden_core::{Event, Observer};
use indicatif::{ProgressBar, ProgressStyle};

use crate::output::note;

/// Shows what was asked for, what came, and how many calls were made.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    asked: AtomicUsize,
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
            asked: AtomicUsize::new(0),
            listed: AtomicUsize::new(0),
            calls: AtomicUsize::new(0),
        }
    }

    fn show(&self, latest: &str) {
        if let Some(bar) = &self.bar {
            let [asked, listed, calls] =
                [&self.asked, &self.listed, &self.calls].map(|c| c.load(Ordering::Relaxed));
            bar.set_message(format!("{listed}/{asked} kinds, {calls} calls: {latest}"));
        }
    }

    /// Takes the line away.
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
                self.asked.fetch_add(1, Ordering::Relaxed);
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
                        1 => ", 1 place could not be read".to_owned(),
                        n => format!(", {n} places could not be read"),
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
