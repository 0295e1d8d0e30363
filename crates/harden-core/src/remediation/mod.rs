//! What fixes a failure: data, from which a safe command is made.

mod guards;
mod shell;

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use crate::text::is_unseen;

/// What only a person knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Input {
    /// The name, as a shell variable: `EMAIL`.
    pub name: Cow<'static, str>,
    /// What to enter, in a few plain words.
    pub hint: Cow<'static, str>,
}

/// A part of an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part<'a> {
    /// Text, taken as it is.
    Text(&'a str),
    /// What only a person knows.
    Input(&'a Input),
}

/// One argument of a command: text and inputs in a row.
#[derive(Debug, Clone)]
pub struct Arg(Repr);

// a large estate has very many arguments, nearly all of them plain text
#[derive(Debug, Clone)]
enum Repr {
    Word(&'static str),
    Text(Box<str>),
    Mixed(Box<[Piece]>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(Box<str>),
    Input(Arc<Input>),
}

impl Arg {
    /// An argument that only a person knows.
    pub fn input(name: impl Into<Cow<'static, str>>, hint: impl Into<Cow<'static, str>>) -> Self {
        let (name, hint) = (name.into(), hint.into());
        Self(Repr::Mixed(
            [Piece::Input(Arc::new(Input { name, hint }))].into(),
        ))
    }

    /// A word that the program knows: an option, an operation.
    #[must_use]
    pub const fn word(text: &'static str) -> Self {
        Self(Repr::Word(text))
    }

    /// The same argument with `marker` in its text replaced by an input: for JSON documents that a
    /// person completes.
    #[must_use]
    pub fn with_input(
        self,
        marker: &str,
        name: impl Into<Cow<'static, str>>,
        hint: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (name, hint) = (name.into(), hint.into());
        let input = Arc::new(Input { name, hint });
        let mut pieces = Vec::new();
        let whole: &[Piece] = match &self.0 {
            Repr::Word(text) => &[Piece::Text((*text).into())],
            Repr::Text(text) => &[Piece::Text(text.clone())],
            Repr::Mixed(pieces) => pieces,
        };
        for piece in whole {
            match piece {
                Piece::Input(other) => pieces.push(Piece::Input(Arc::clone(other))),
                Piece::Text(text) => {
                    for (i, piece) in text.split(marker).enumerate() {
                        if i > 0 {
                            pieces.push(Piece::Input(Arc::clone(&input)));
                        }
                        if !piece.is_empty() {
                            pieces.push(Piece::Text(piece.into()));
                        }
                    }
                }
            }
        }
        Self(Repr::Mixed(pieces.into()))
    }

    /// A text with this argument in the place of a marker.
    #[must_use]
    pub fn within(self, text: &str, marker: &str) -> Self {
        let inner: Vec<Piece> = match self.0 {
            Repr::Word(text) => vec![Piece::Text(text.into())],
            Repr::Text(text) => vec![Piece::Text(text)],
            Repr::Mixed(pieces) => pieces.into_vec(),
        };
        let mut pieces = Vec::new();
        for (i, piece) in text.split(marker).enumerate() {
            if i > 0 {
                pieces.extend(inner.iter().cloned());
            }
            if !piece.is_empty() {
                pieces.push(Piece::Text(piece.into()));
            }
        }
        Self(Repr::Mixed(pieces.into()))
    }

    /// The parts, in order.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let (text, pieces): (_, &[Piece]) = match &self.0 {
            Repr::Word(text) => (Some(Part::Text(text)), &[]),
            Repr::Text(text) => (Some(Part::Text(text)), &[]),
            Repr::Mixed(pieces) => (None, pieces),
        };
        let pieces = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => Part::Text(text),
            Piece::Input(input) => Part::Input(input),
        });
        text.into_iter().chain(pieces)
    }

    /// The argument as a POSIX shell's word. An input is a variable that the shell refuses to
    /// leave empty: the command does nothing until a person has set it.
    ///
    /// A text that ends in a line break uses the variable `nl`, which [`Step::to_shell`] sets.
    #[must_use]
    pub fn to_shell(&self) -> String {
        shell::word(self)
    }

    /// Whether no command can pass it: its text has a NUL character, which ends an argument.
    fn has_nul(&self) -> bool {
        self.parts()
            .any(|part| matches!(part, Part::Text(text) if text.contains('\0')))
    }
}

impl<T: Into<Box<str>>> From<T> for Arg {
    fn from(text: T) -> Self {
        Self(Repr::Text(text.into()))
    }
}

impl PartialEq for Arg {
    fn eq(&self, other: &Self) -> bool {
        self.parts().eq(other.parts())
    }
}

impl Eq for Arg {}

/// A list of parts.
impl Serialize for Arg {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.parts())
    }
}

/// A string in Terraform's language (HCL) for exactly this text.
#[must_use]
pub fn hcl_string(text: &str) -> String {
    let mut out = String::from("\"");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if chars.peek() == Some(&'{') => out.extend([c, c]),
            c if is_unseen(c) => {
                out.push_str(&format!("\\U{:08x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// One step: a command, what it needs, and whether it destroys anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What the step does.
    pub title: Cow<'static, str>,
    /// The command, argument by argument. Empty for a step that a person takes by hand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub argv: Vec<Arg>,
    /// What to put into the file that the title names, for a step in the source tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Box<str>>,
    /// The steps whose commands must succeed first, in the same line: nothing is destroyed after a
    /// command that failed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guards: Vec<Self>,
    /// The permissions that it needs, as the provider spells them.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub permissions: &'static [&'static str],
    /// Whether it deletes something that cannot be recovered.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub destructive: bool,
}

impl Step {
    /// A command.
    pub fn command(
        title: impl Into<Cow<'static, str>>,
        argv: impl IntoIterator<Item = impl Into<Arg>>,
        permissions: &'static [&'static str],
    ) -> Self {
        let mut argv: Vec<Arg> = argv.into_iter().map(Into::into).collect();
        argv.shrink_to_fit();
        Self {
            title: title.into(),
            argv,
            text: None,
            guards: Vec::new(),
            permissions,
            destructive: false,
        }
    }

    /// A step that a person takes by hand.
    pub fn by_hand(title: impl Into<Cow<'static, str>>) -> Self {
        Self::command(title, std::iter::empty::<Arg>(), &[])
    }

    /// A change of a file that a person makes: the title names the file, the text goes into it.
    pub fn edit(title: impl Into<Cow<'static, str>>, text: impl Into<Box<str>>) -> Self {
        Self {
            text: Some(text.into()),
            ..Self::by_hand(title)
        }
    }

    /// The same step, marked as one that deletes something.
    #[must_use]
    pub fn destructive(mut self) -> Self {
        self.destructive = true;
        self
    }

    /// The command as one line for a POSIX shell, if the step has one that a shell can run.
    ///
    /// `sh`, `dash`, `bash`, `zsh`, `ksh`, `mksh` and BusyBox read it as the same bytes. No text in
    /// it is executed, and no character in it is invisible or moves a cursor. The commands of its
    /// guards are joined by `&&`: an input that is not set, and a command that fails, end the line.
    #[must_use]
    pub fn to_shell(&self) -> Option<String> {
        let runs = !self.argv.is_empty() && !self.has_nul();
        runs.then(|| {
            let guards = self.guards.iter().filter_map(Self::to_shell);
            let all: Vec<String> = guards.chain([shell::command(&self.argv)]).collect();
            all.join(" && ")
        })
    }

    fn has_nul(&self) -> bool {
        self.argv.iter().any(Arg::has_nul)
    }
}

/// Why a command with a NUL character is withheld.
const NUL: &str =
    "a value contains a NUL character, which the arguments of a command cannot contain";

/// What fixes the failure of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remediation {
    /// What to do, in a sentence.
    pub summary: Cow<'static, str>,
    /// The steps, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// The same as Terraform, where there is a resource for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terraform: Option<String>,
    /// Documentation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<&'static str>,
    /// Why no command is offered: it would overwrite a setting that could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withheld: Option<String>,
}

impl Remediation {
    /// A remediation that says what to do.
    pub fn new(summary: impl Into<Cow<'static, str>>) -> Self {
        Self {
            summary: summary.into(),
            steps: Vec::new(),
            terraform: None,
            links: Vec::new(),
            withheld: None,
        }
    }

    /// One more step. A step that destroys something takes the commands right before it into its own
    /// line: see [`Step::guards`]. A command with a NUL character in an argument cannot be run: then no command is
    /// offered.
    #[must_use]
    pub fn step(mut self, mut step: Step) -> Self {
        if step.has_nul() {
            step = Step::by_hand(step.title);
            self.withheld = Some(NUL.to_owned());
        }
        if step.destructive && !step.argv.is_empty() {
            let by_hand = self.steps.iter().rposition(|step| step.argv.is_empty());
            let before = self.steps.split_off(by_hand.map_or(0, |at| at + 1));
            step = step.after(before);
        }
        self.steps.reserve_exact(1);
        self.steps.push(step);
        self
    }

    /// The same as Terraform.
    #[must_use]
    pub fn terraform(mut self, block: impl Into<String>) -> Self {
        self.terraform = Some(block.into());
        self
    }

    /// A page of documentation.
    #[must_use]
    pub fn link(mut self, url: &'static str) -> Self {
        self.links.reserve_exact(1);
        self.links.push(url);
        self
    }

    /// No command, and why.
    #[must_use]
    pub fn withheld(mut self, reason: impl Into<String>) -> Self {
        self.withheld = Some(reason.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_stops_the_command_until_it_is_set() {
        let arg = Arg::from(r#"{"a":"@"}"#).with_input("@", "EMAIL", "the address to notify");
        assert_eq!(
            arg.to_shell(),
            r#"'{"a":"'"${EMAIL:?the address to notify}"'"}'"#
        );
    }

    #[test]
    fn a_command_with_a_nul_character_is_withheld() {
        let command = || Step::command("Do it", ["aws", "a\0b"], &["a:Do"]);
        assert_eq!(command().to_shell(), None);
        let remediation = Remediation::new("do it").step(command());
        assert_eq!(remediation.withheld.as_deref(), Some(NUL));
        assert!(remediation.steps[0].argv.is_empty());
        assert!(remediation.steps[0].permissions.is_empty());
        let joined = Step::command("Do it", [Arg::from("@\0").with_input("@", "A", "b")], &[]);
        assert_eq!(joined.to_shell(), None);
    }

    #[test]
    fn hcl_strings_do_not_interpolate() {
        assert_eq!(hcl_string("a${b}%{c}$d\"\n"), r#""a$${b}%%{c}$d\"\n""#);
    }
}
