//! What a step sees: the environment, inputs, what earlier steps left.

use std::collections::BTreeMap;

use yaml_serde::Value;

use super::outputs::{found_by, known_output};
use super::value::{entries, scalar, text};
use crate::Version;
use crate::expressions::{self, carried, perhaps};
use crate::names::{self, LEFT_OUT};
use crate::script::{Folder, Shell, Versions, is_variable, version_of, within};

/// The contexts that values hold, by what names the values.
pub(crate) type Held = BTreeMap<String, Vec<String>>;

/// What the environment of a step is, as far as it is judged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    /// The version that a variable holds.
    pub(crate) versions: Versions,
    /// The literal values of variables, by their name; `None` where a later step changes it.
    /// They are for following scripts, and never recorded.
    pub(crate) literals: BTreeMap<String, Option<String>>,
    /// The contexts that variables hold, by their name in lower case.
    pub(crate) held: BTreeMap<String, Vec<String>>,
    /// The contexts that outputs of earlier steps and jobs hold, as `steps.id.outputs.name` and
    /// `needs.id.outputs.name`.
    pub(crate) outputs: BTreeMap<String, Vec<String>>,
    /// The actions that earlier steps used, by the id of the step.
    pub(crate) actions: BTreeMap<String, String>,
    /// The contexts that any output of an earlier step may hold, by the id of the step.
    pub(crate) any_output: BTreeMap<String, Vec<String>>,
    /// The contexts that the dimensions of the matrix hold; `*` for those that are not named.
    pub(crate) matrix: BTreeMap<String, Vec<String>>,
    /// Whether an earlier step downloaded the artifact of another run.
    pub(crate) downloaded: bool,
    /// The audited repository, `owner/repo`.
    pub(crate) repository: String,
    /// Of an action: the contexts that its inputs hold when nothing is given, as `inputs.name`.
    pub(crate) defaults: BTreeMap<String, Vec<String>>,
    /// The folder in which scripts run.
    pub(crate) folder: Folder,
    /// What runs them; `None` where it is not set.
    pub(crate) shell: Option<Shell>,
    /// Whether it is of an action, which also sees the environment of what uses it.
    pub(crate) of_action: bool,
}

impl Scope {
    /// The same with an `env` on top.
    pub(crate) fn with(&self, env: Option<&Value>) -> Self {
        let mut scope = self.clone();
        for (name, value) in entries(env) {
            let Some(value) = scalar(value) else {
                continue;
            };
            let literal = (!value.contains("${{")).then(|| value.clone());
            scope.literals.insert(name.to_owned(), literal);
            let value = &*value;
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
    pub(crate) fn run_by(mut self, named: Option<&Value>) -> Self {
        if let Some(path) = text(named.and_then(|v| v.get("working-directory"))) {
            // from the root, wherever the others are
            self.folder = within("", &path);
        }
        if let Some(shell) = text(named.and_then(|v| v.get("shell"))) {
            self.shell = Some(Shell::of(&shell));
        }
        self
    }

    /// The contexts that a text holds: by its expressions, by variables, by inputs.
    pub(crate) fn carried(&self, text: &str) -> Vec<String> {
        let inner = expressions::split(text).unwrap_or_default();
        inner.into_iter().flat_map(|e| self.of(e)).collect()
    }

    /// The contexts that an expression holds.
    pub(crate) fn of(&self, expression: &str) -> Vec<String> {
        let mut all = Vec::new();
        for context in carried(expression) {
            if let Some(name) = context.strip_prefix("env.") {
                match self.held.get(name) {
                    Some(held) => all.extend(held.iter().cloned()),
                    None if self.of_action => all.push(context),
                    None => {}
                }
            } else if let Some(path) = context.strip_prefix("matrix") {
                all.extend(self.of_matrix(path.trim_start_matches('.')));
            } else if let Some(path) = context.strip_prefix("jobs.") {
                // the outputs of a called workflow name its jobs in this way
                all.extend(self.of_output(&format!("needs.{path}")));
            } else if is_output(&context) {
                all.extend(self.of_output(&context));
            } else {
                all.extend(self.defaults.get(&context).into_iter().flatten().cloned());
                all.push(context);
            }
        }
        all
    }

    /// The contexts that an output of a step or a job holds.
    fn of_output(&self, context: &str) -> Vec<String> {
        if let Some(held) = self.outputs.get(context) {
            return held.clone();
        }
        let id = context.split('.').nth(1).unwrap_or_default();
        let name = context.rsplit('.').next().unwrap_or_default();
        if context.starts_with("steps.") {
            if let Some(known) = self.actions.get(id).and_then(|of| known_output(of, name)) {
                return known.map(str::to_owned).into_iter().collect();
            }
            if let Some(held) = self.any_output.get(id) {
                let mut all = held.clone();
                all.push(context.to_owned());
                return all;
            }
        }
        // of an action, or of a called workflow
        vec![context.to_owned()]
    }

    fn of_matrix(&self, path: &str) -> Vec<String> {
        let dimension = path.split('.').next().unwrap_or_default();
        if matches!(dimension, "" | "*") {
            return self.matrix.values().flatten().cloned().collect();
        }
        let held = self.matrix.get(dimension).or_else(|| self.matrix.get("*"));
        held.cloned().unwrap_or_default()
    }

    /// Whether an output is of an action of the repository, or of a called workflow: what holds it is
    /// known where these are read.
    pub(crate) fn is_read_elsewhere(&self, context: &str) -> bool {
        let id = context.split('.').nth(1).unwrap_or_default();
        let local = |uses: &String| uses.starts_with("./");
        context.starts_with("needs.")
            || (context.starts_with("steps.") && self.actions.get(id).is_some_and(local))
    }

    /// The contexts that a text of a script holds, by expressions and variables; the mark is among
    /// them where a command computes it.
    pub(crate) fn in_script(&self, text: &str) -> Vec<String> {
        let mut held = self.carried(text);
        held.extend(self.of_variables(text).0);
        if text.contains("$(") || text.contains('`') {
            held.push(LEFT_OUT.to_owned());
            held.extend(
                found_by(text, self.downloaded)
                    .iter()
                    .map(|found| perhaps(found)),
            );
        }
        held
    }

    /// The same of a word that names a revision: the mark is among them as well where a variable
    /// can't be followed.
    pub(crate) fn in_revision(&self, word: &str) -> Vec<String> {
        let mut held = self.in_script(word);
        for name in self.of_variables(word).1 {
            held.push(if self.of_action {
                format!("env.{name}")
            } else {
                LEFT_OUT.to_owned()
            });
        }
        held.sort();
        held.dedup();
        held
    }

    /// Learns what a script sets for itself: `SHA=…`.
    pub(crate) fn take_assigned(&mut self, word: &str) {
        let pair = word.split_once('=').filter(|(name, _)| is_variable(name));
        if let Some((name, value)) = pair {
            let held = self.in_script(value);
            self.held.insert(name.to_ascii_lowercase(), held);
        }
    }

    /// The contexts of the shell's variables in a text (`$TITLE`, `${TITLE}`, `$env:TITLE`), and the
    /// variables that nothing is known of.
    fn of_variables(&self, text: &str) -> (Vec<String>, Vec<String>) {
        let names = text.split('$').skip(1).filter_map(|rest| {
            let rest = rest.trim_start_matches('{');
            let rest = rest.strip_prefix("env:").unwrap_or(rest);
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            rest.get(..end.unwrap_or(rest.len()))
        });
        let (mut all, mut lost) = (Vec::new(), Vec::new());
        for name in names.map(str::to_ascii_lowercase) {
            match self.held.get(&name) {
                Some(held) => all.extend(held.iter().cloned()),
                None if name == "github_head_ref" => all.push("github.head_ref".to_owned()),
                None if name.is_empty() || name.starts_with("github_") => {}
                None => lost.push(name),
            }
        }
        (all, lost)
    }

    /// What a step passes on, by what names it where it is passed to: `inputs.name`, and of an
    /// action of the repository, which sees the environment, `env.name` too.
    pub(crate) fn passed(
        &self,
        inputs: &BTreeMap<String, String>,
        with_environment: bool,
    ) -> BTreeMap<String, Vec<String>> {
        let inputs = inputs.iter().filter_map(|(name, text)| {
            let mut held = self.carried(text);
            held.dedup();
            // an output that holds nothing of the event is recorded too: it is known to be followed
            let output = expressions::split(text).unwrap_or_default().into_iter();
            let output = output.flat_map(carried).any(|context| is_output(&context));
            let name = names::name(name)?;
            (output || !held.is_empty()).then(|| (format!("inputs.{name}"), held))
        });
        let mut all: BTreeMap<_, _> = inputs.collect();
        if with_environment {
            let held = self.held.iter();
            let held = held.filter(|(_, held)| !held.is_empty());
            let named = held.filter_map(|(name, held)| Some((names::name(name)?, held)));
            all.extend(named.map(|(name, held)| (format!("env.{name}"), held.clone())));
        }
        all
    }
}

/// Whether a context is an output of a step or of a job.
fn is_output(context: &str) -> bool {
    context.starts_with("steps.") || context.starts_with("needs.")
}
