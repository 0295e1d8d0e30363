//! Variables with labels, to measure what is taken for a credential.

use std::fmt;

/// The list: see its head for the source and the labels.
const LIST: &str = include_str!("variables.txt");

/// A variable with the labels of a person.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    pub name: &'static str,
    pub value: &'static str,
    /// Whether the name alone says that it is a credential.
    pub secret_by_name: bool,
    /// Whether it is one, given its value.
    pub secret: bool,
}

/// The labelled variables.
#[must_use]
pub fn variables() -> Vec<Variable> {
    let lines = LIST.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (labels, rest) = line.split_once(' ').unwrap();
            let (name, value) = rest.split_once(' ').unwrap();
            Variable {
                name,
                value,
                secret_by_name: labels.starts_with('s'),
                secret: labels.ends_with('s'),
            }
        })
        .collect()
}

/// How often a classifier is right.
#[derive(Debug, Default, Clone)]
pub struct Measured {
    /// Credentials that were found.
    pub found: usize,
    /// Harmless variables that were taken for credentials.
    pub wrong: Vec<&'static str>,
    /// Credentials that were not found.
    pub missed: Vec<&'static str>,
}

impl Measured {
    /// Counts one variable.
    pub fn add(&mut self, variable: &Variable, is_secret: bool, taken: bool) {
        match (is_secret, taken) {
            (true, true) => self.found += 1,
            (true, false) => self.missed.push(variable.name),
            (false, true) => self.wrong.push(variable.name),
            (false, false) => {}
        }
    }

    /// The share of what was taken for credentials that are credentials, in percent.
    #[must_use]
    pub fn precision(&self) -> usize {
        self.found * 100 / (self.found + self.wrong.len()).max(1)
    }

    /// The share of the credentials that were found, in percent.
    #[must_use]
    pub fn recall(&self) -> usize {
        self.found * 100 / (self.found + self.missed.len()).max(1)
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "precision {} %, recall {} %; wrong: {:?}; missed: {:?}",
            self.precision(),
            self.recall(),
            self.wrong,
            self.missed
        )
    }
}
