//! GitHub Actions workflows, actions and the scripts in them, read as facts that hold no secret.
//!
//! ```
//! use harden_workflows::Workflow;
//!
//! let text = "
//! on: pull_request_target
//! jobs:
//!   label:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: |
//!           timeout 60 gh pr checkout \"$NUMBER\" && make build
//!           curl -s https://example.com/install.sh | bash
//! ";
//! let workflow = Workflow::parse("acme/shop", ".github/workflows/label.yml", text);
//! for job in workflow.jobs.get()? {
//!     for step in &job.steps {
//!         let commands: Vec<String> = step.commands.iter().map(|c| c.line()).collect();
//!         assert_eq!(commands, ["gh pr checkout …", "task build"]);
//!         // what can't be followed is a fact of its own, so that nothing passes for a lack of it
//!         assert_eq!(step.unfollowed[0].why.reason(), "a shell runs what it reads from its input");
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`Workflow`], [`LocalAction`] and [`PackageScripts`] read a file's text; nothing here does I/O.
//!   They are resources of [`harden_core`], so that a snapshot can hold them.
//! - **Unknown is never empty.** A file that can't be read has unknown facts. A part of a script that
//!   can't be followed (`eval \"$TEXT\"`, `curl … | bash`, PowerShell) is in [`Step::unfollowed`].
//!   A record that an older reader made, or that lost a field, is unknown: see [`VERSION`].
//! - **No value is recorded.** The facts are names and structure: actions, jobs, environments,
//!   branches, variables, the known words of known commands. The literals of `env`, of `with` and of
//!   conditions, and the text of scripts are not in any type.
//!
//! Inside: `document/` reads the YAML, `expressions/` reads `${{ … }}` by github-actions-expressions,
//! `script/` reads scripts by tree-sitter-bash, `facts/` has the types, and `names.rs` says what of a
//! text is a name.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )
)]

mod document;
mod expressions;
mod facts;
mod names;
mod script;

pub use expressions::{is_absent_on, is_perhaps_untrusted, is_untrusted};
pub use facts::{
    At, Background, Call, CallSecrets, Command, Condition, Context, Environment, Image, Injected,
    Job, LocalAction, PackageScripts, Permissions, Reference, Step, Strangers, Trigger, Unfollowed,
    VERSION, Version, Why, Workflow,
};
