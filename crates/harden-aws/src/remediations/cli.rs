//! Commands of the AWS CLI, as remediation data.
//!
//! Names that their service constrains (letters, digits, `-`, `_`, `.`) go to options. The CLI
//! reads an option's value that starts with `file://` from a file, and takes one that starts with
//! `-` for an option: what a user may name freely (an alarm) goes through `--cli-input-json`, where
//! neither happens.

use harden_core::{Arg, Step};
use serde_json::Value;

/// What only a person knows, and the mark that stands for it in a document.
#[derive(Clone, Copy)]
pub(crate) struct Input {
    pub(crate) marker: &'static str,
    pub(crate) name: &'static str,
    pub(crate) hint: &'static str,
}

/// A command in the making.
pub(crate) struct Aws {
    argv: Vec<Arg>,
    region: Option<String>,
}

/// `aws SERVICE OPERATION`.
pub(crate) fn aws(service: &'static str, operation: &'static str) -> Aws {
    Aws {
        argv: vec![Arg::word("aws"), Arg::word(service), Arg::word(operation)],
        region: None,
    }
}

impl Aws {
    /// An option with its value.
    pub(crate) fn opt(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.argv.extend([Arg::word(name), value.into()]);
        self
    }

    /// An option without a value.
    pub(crate) fn flag(mut self, name: &'static str) -> Self {
        self.argv.push(Arg::word(name));
        self
    }

    /// An option with its value in one word, for values that may begin with a hyphen.
    pub(crate) fn flag_of(mut self, word: String) -> Self {
        self.argv.push(word.into());
        self
    }

    /// All parameters as one JSON document.
    pub(crate) fn json(self, input: &Value) -> Self {
        self.opt("--cli-input-json", input.to_string())
    }

    /// All parameters as one JSON document that a person completes.
    pub(crate) fn json_with(self, document: &Value, inputs: &[Input]) -> Self {
        let whole = Arg::from(document.to_string());
        let completed = inputs.iter().fold(whole, |arg, input| {
            arg.with_input(input.marker, input.name, input.hint)
        });
        self.opt("--cli-input-json", completed)
    }

    /// The region to ask; left out for services that are global.
    pub(crate) fn region(mut self, region: &str) -> Self {
        self.region = Some(region.to_owned());
        self
    }

    /// The command as a step.
    pub(crate) fn step(
        mut self,
        title: impl Into<std::borrow::Cow<'static, str>>,
        permissions: &'static [&'static str],
    ) -> Step {
        if let Some(region) = self.region {
            self.argv.extend([Arg::word("--region"), region.into()]);
        }
        Step::command(title, self.argv, permissions)
    }
}
