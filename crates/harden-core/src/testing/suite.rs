//! The tests that every crate with checks has, written once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use libtest_mimic::{Arguments, Failed, Trial};

use super::{
    Drops, Exception, Tables, a_denied_kind_turns_unknown, every_check_runs_over, failures, fences,
    files_and_list_agree, index, is_fresh, kinds_hold, page_holds,
};
use crate::{Check, Kind, Policy, Remediation};

/// Parses a block of Terraform.
type Parse = fn(&str) -> Result<(), String>;
/// Asserts what the remediation of a check, by its id, must be.
type Holds = fn(&str, &Remediation);

/// The tests of a crate's checks, for a test target with `harness = false`. Each check has tests of
/// its own, named by its id and its file: both `aws/waf-rate` and `waf_rate` select those of
/// `aws/waf-rate-limit-missing`.
///
/// ```no_run
/// use harden_core::testing::Suite;
///
/// fn main() -> std::process::ExitCode {
///     Suite::new("house", env!("CARGO_MANIFEST_DIR"), Vec::new()).run()
/// }
/// ```
pub struct Suite {
    provider: &'static str,
    root: PathBuf,
    checks: Arc<[Arc<dyn Check>]>,
    tables: Tables,
    kinds: Option<&'static [&'static Kind]>,
    exceptions: &'static [Exception],
    terraform: Option<Parse>,
    remediation: Option<Holds>,
    more: Vec<Trial>,
}

impl Suite {
    /// The tests of the checks of a provider. `root` is the crate's own directory.
    #[must_use]
    pub fn new(provider: &'static str, root: &str, checks: Vec<Arc<dyn Check>>) -> Self {
        Self {
            provider,
            root: Path::new(root).to_owned(),
            checks: checks.into(),
            tables: Tables::default(),
            kinds: None,
            exceptions: &[],
            terraform: None,
            remediation: None,
            more: Vec::new(),
        }
    }

    /// A table that the policy blocks of the pages may have.
    #[must_use]
    pub fn policy<P: Policy + serde::de::DeserializeOwned>(mut self) -> Self {
        self.tables = self.tables.with::<P>();
        self
    }

    /// The kinds of the provider: they start from one another without a cycle.
    #[must_use]
    pub fn kinds(mut self, kinds: &'static [&'static Kind]) -> Self {
        self.kinds = Some(kinds);
        self
    }

    /// The fields whose absence means something.
    #[must_use]
    pub fn exceptions(mut self, exceptions: &'static [Exception]) -> Self {
        self.exceptions = exceptions;
        self
    }

    /// Parses Terraform: every block of a page and of a remediation must parse.
    #[must_use]
    pub fn terraform(mut self, parse: Parse) -> Self {
        self.terraform = Some(parse);
        self
    }

    /// What the remediation of every failure must be, given the id of the check.
    #[must_use]
    pub fn remediation(mut self, holds: Holds) -> Self {
        self.remediation = Some(holds);
        self
    }

    /// One more test of the crate.
    #[must_use]
    pub fn test(mut self, name: &str, test: impl FnOnce() + Send + 'static) -> Self {
        self.more.push(trial(name, test));
        self
    }

    /// Runs the tests that the command line selects.
    #[must_use]
    pub fn run(self) -> ExitCode {
        let arguments = Arguments::from_args();
        keep_panics_quiet();
        let conclusion = libtest_mimic::run(&arguments, self.trials());
        conclusion.exit_code()
    }

    fn trials(self) -> Vec<Trial> {
        let Self {
            provider,
            root,
            checks,
            tables,
            kinds,
            exceptions,
            terraform,
            remediation,
            more,
        } = self;
        // the fields of each page are dropped once, also where two tests ask
        let drops: Arc<[OnceLock<Drops>]> = checks.iter().map(|_| OnceLock::new()).collect();
        let dropped = move |checks: &[Arc<dyn Check>], tables: &Tables, i: usize| -> Drops {
            let drops = drops[i].get_or_init(|| Drops::of(&*checks[i], tables));
            drops.clone()
        };
        let mut trials = Vec::new();
        for (i, check) in checks.iter().enumerate() {
            let id = check.meta().id;
            let name = |test: &str| format!("{id}::{}::{test}", file_stem(id));
            let (one, with) = (Arc::clone(check), tables.clone());
            trials.push(trial(&name("page_holds"), move || page_holds(&*one, &with)));
            let (one, with) = (Arc::clone(check), tables.clone());
            trials.push(trial(&name("a_denied_kind_turns_unknown"), move || {
                a_denied_kind_turns_unknown(&*one, &with);
            }));
            let (all, with, dropped) = (Arc::clone(&checks), tables.clone(), dropped.clone());
            trials.push(trial(&name("dropping_a_field_never_passes"), move || {
                let drops = dropped(&all, &with, i);
                if let Some(report) = drops.violations(exceptions) {
                    panic!("{report}");
                }
            }));
            let (one, all) = (Arc::clone(check), Arc::clone(&checks));
            trials.push(trial(&name("every_check_runs_over_it"), move || {
                every_check_runs_over(&*one, &all);
            }));
            let (one, with) = (Arc::clone(check), tables.clone());
            trials.push(trial(&name("remediations_hold"), move || {
                remediations_hold(&*one, &with, terraform, remediation);
            }));
        }
        let (all, directory) = (Arc::clone(&checks), root.join("src/checks"));
        trials.push(trial("files_and_list_agree", move || {
            files_and_list_agree(&all, &directory);
        }));
        let all = Arc::clone(&checks);
        let path = root.join(format!("../../docs/checks/{provider}.md"));
        trials.push(trial("the_index_is_fresh", move || {
            is_fresh(&path, &index(provider, &all));
        }));
        if let Some(kinds) = kinds {
            trials.push(trial("kinds_start_from_kinds_without_a_cycle", move || {
                kinds_hold(provider, kinds);
            }));
        }
        trials.extend(more);
        // last, since it waits for what the tests of single checks drop
        let all = Arc::clone(&checks);
        trials.push(trial("all_fields_dropped", move || {
            let mut drops = Drops::default();
            for i in 0..all.len() {
                drops.add(dropped(&all, &tables, i));
            }
            if let Some(report) = drops.report(exceptions) {
                panic!("{report}");
            }
        }));
        trials
    }
}

/// The stem of the files of a check: `rds_x` of `aws/rds-x`.
pub(super) fn file_stem(id: &str) -> String {
    id.rsplit('/').next().unwrap_or(id).replace('-', "_")
}

/// What fixes a failure is fit to be pasted: the Terraform parses, of the page and of every failure
/// among its examples, and what the crate demands of its steps holds.
fn remediations_hold(
    check: &dyn Check,
    tables: &Tables,
    terraform: Option<Parse>,
    holds: Option<Holds>,
) {
    let id = check.meta().id;
    let parses = |block: &str| {
        if let Some(Err(error)) = terraform.map(|parse| parse(block)) {
            panic!("{id}: {error}\n{block}");
        }
    };
    for (info, body) in fences(check.meta().page) {
        if info == "hcl" {
            parses(&body);
        }
    }
    for (_, remediation) in failures(check, tables) {
        if let Some(block) = &remediation.terraform {
            parses(block);
        }
        if let Some(holds) = holds {
            holds(id, &remediation);
        }
    }
}

/// Where the panic of each thread was: the message of a failed test says so, and nothing else is
/// printed between the results of tests that run at the same time.
static PLACES: Mutex<Vec<(std::thread::ThreadId, String)>> = Mutex::new(Vec::new());

fn keep_panics_quiet() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
        places.push((std::thread::current().id(), place.unwrap_or_default()));
    }));
}

fn trial(name: &str, test: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        catch_unwind(AssertUnwindSafe(test)).map_err(|panic| {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("a panic without a message");
            let places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
            let this = std::thread::current().id();
            let place = places.iter().rev().find(|(thread, _)| *thread == this);
            let place = place.map_or("", |(_, place)| place);
            Failed::from(format!("{text}\nat {place}"))
        })
    })
}
