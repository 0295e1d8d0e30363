//! Commands of the AWS CLI, as remediation data.
//!
//! Names with a restricted set of characters (letters, digits, `-`, `_`, `.`) are passed as options. The
//! CLI reads a file where the value of an option starts with `file://`, and treats a value that starts
//! with `-` as an option. Free names (of an alarm, for example) therefore go through
//! `--cli-input-json`, where neither happens.

use harden_core::{Arg, Step};
use serde_json::Value;

/// An input for a person, and its placeholder in a document.
#[derive(Clone, Copy)]
pub(crate) struct Input {
    pub(crate) marker: &'static str,
    pub(crate) name: &'static str,
    pub(crate) hint: &'static str,
}

/// A command that is being built.
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

    /// An option with its value in one word, for values that can begin with a hyphen.
    pub(crate) fn flag_of(mut self, word: String) -> Self {
        self.argv.push(word.into());
        self
    }

    /// All parameters as one JSON document.
    pub(crate) fn json(self, input: &Value) -> Self {
        self.opt("--cli-input-json", input.to_string())
    }

    /// All parameters as one JSON document with inputs for a person.
    pub(crate) fn json_with(self, document: &Value, inputs: &[Input]) -> Self {
        let whole = Arg::from(document.to_string());
        let completed = inputs.iter().fold(whole, |arg, input| {
            arg.with_input(input.marker, input.name, input.hint)
        });
        self.opt("--cli-input-json", completed)
    }

    /// The region of the command. Global services have none.
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
