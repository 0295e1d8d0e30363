//! What a step sees: the environment, inputs, what earlier steps left.

use std::collections::BTreeMap;

use yaml_serde::Value;

use super::failures::Shell;
use super::folders::{self, Folder};
use super::untrusted::carried;
use super::versions::{Versions, is_variable, version_of};
use super::{Version, expressions, plain, shell};

/// What the environment of a step is, as far as it is judged.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// What variables stand for.
    pub(super) versions: Versions,
    /// The contexts that variables hold, by their name in lower case.
    pub(super) held: BTreeMap<String, Vec<String>>,
    /// The contexts that outputs of earlier steps hold, as `steps.id.outputs.name`.
    pub(super) outputs: BTreeMap<String, Vec<String>>,
    /// Of an action: the contexts that its inputs hold when nothing is given, as `inputs.name`.
    pub(super) defaults: BTreeMap<String, Vec<String>>,
    /// The folder in which scripts run.
    pub(super) folder: Folder,
    /// What runs them; none where nothing says so.
    pub(super) shell: Option<Shell>,
    /// Whether it is of an action, which also sees the environment of what uses it.
    pub(super) of_action: bool,
}

impl Scope {
    /// The same with an `env` on top.
    pub(super) fn with(&self, env: Option<&Value>) -> Self {
        let mut scope = self.clone();
        for (name, value) in env.and_then(Value::as_mapping).into_iter().flatten() {
            let (Some(name), Some(value)) = (name.as_str(), value.as_str()) else {
                continue;
            };
            let version = version_of(value, &self.versions);
            scope
                .versions
                .insert(name.to_owned(), version.unwrap_or(Version::Other));
            let held = self.carried(value);
            scope.held.insert(name.to_ascii_lowercase(), held);
        }
        scope
    }

    /// The same where `defaults` or a step name another folder or shell.
    pub(super) fn run_by(mut self, named: Option<&Value>) -> Self {
        if let Some(path) = named.and_then(|v| v.get("working-directory")?.as_str()) {
            // from the root, wherever the others are
            self.folder = folders::within("", path);
        }
        if let Some(shell) = named.and_then(|v| v.get("shell")?.as_str()) {
            self.shell = Some(Shell::of(shell));
        }
        self
    }

    /// The contexts that a text holds: by its expressions, by variables, by inputs.
    pub(super) fn carried(&self, text: &str) -> Vec<String> {
        let inner = expressions::split(text).unwrap_or_default();
        inner.into_iter().flat_map(|e| self.of(e)).collect()
    }

    /// The contexts that an expression holds.
    pub(super) fn of(&self, expression: &str) -> Vec<String> {
        let mut all = Vec::new();
        for context in carried(expression) {
            if let Some(name) = context.strip_prefix("env.") {
                match self.held.get(name) {
                    Some(held) => all.extend(held.iter().cloned()),
                    None if self.of_action => all.push(context),
                    None => {}
                }
            } else if context.starts_with("steps.") {
                all.extend(self.outputs.get(&context).into_iter().flatten().cloned());
            } else {
                all.extend(self.defaults.get(&context).into_iter().flatten().cloned());
                all.push(context);
            }
        }
        all
    }

    /// Learns what a script writes for later steps, where it is one line of a name and a value: into
    /// the environment, or into the outputs of a step. `own` is what the script sees.
    pub(super) fn take_written(&mut self, text: &str, id: Option<&str>, own: &Self) {
        for simple in shell::commands(text) {
            let to = |file: &str| simple.words.iter().any(|word| word.contains(file));
            for word in &simple.words {
                let pair = word.split_once('=').filter(|(name, _)| is_variable(name));
                let Some((name, value)) = pair else {
                    continue;
                };
                let mut held = own.carried(value);
                held.extend(own.of_variables(value));
                let name = name.to_ascii_lowercase();
                if to("GITHUB_ENV") {
                    self.held.insert(name, held);
                } else if let Some(id) = id.filter(|_| to("GITHUB_OUTPUT")) {
                    let id = id.to_ascii_lowercase();
                    self.outputs
                        .insert(format!("steps.{id}.outputs.{name}"), held);
                }
            }
        }
    }

    /// The contexts of the shell's variables in a text: `$TITLE`, `${TITLE}`, `$env:TITLE`.
    fn of_variables(&self, text: &str) -> Vec<String> {
        let names = text.split('$').skip(1).filter_map(|rest| {
            let rest = rest.trim_start_matches('{');
            let rest = rest.strip_prefix("env:").unwrap_or(rest);
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            rest.get(..end.unwrap_or(rest.len()))
        });
        let held = names.filter_map(|name| self.held.get(&name.to_ascii_lowercase()));
        held.flatten().cloned().collect()
    }

    /// What a step passes on, by what names it where it is passed to: `inputs.name`, and of an
    /// action of the repository, which sees the environment, `env.name` too.
    pub(super) fn passed(
        &self,
        inputs: &BTreeMap<String, String>,
        with_environment: bool,
    ) -> BTreeMap<String, Vec<String>> {
        let inputs = inputs
            .iter()
            .filter_map(|(name, text)| Some((plain::name(name)?, self.carried(text))));
        let mut all: BTreeMap<_, _> = inputs
            .map(|(name, held)| (format!("inputs.{name}"), held))
            .collect();
        if with_environment {
            let held = self.held.iter();
            let named = held.filter_map(|(name, held)| Some((plain::name(name)?, held)));
            all.extend(named.map(|(name, held)| (format!("env.{name}"), held.clone())));
        }
        all.retain(|_, held| !held.is_empty());
        all
    }
}
