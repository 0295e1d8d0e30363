//! Where in the file something is.

use std::cell::Cell;

use harden_core::Unknown;
use yamlpath::{Component, Document, Route};

use crate::At;

/// A path into the file's document.
pub(crate) type Path<'a> = Vec<Component<'a>>;

/// How many lines are looked at to find places, in all. Each search looks at the neighbors of each part
/// of its path.
const MOST_LINES: usize = 2_000_000;

/// The places of a file. Where one can't be found (a construct that the tree does not name), the
/// nearest thing around it is reported.
pub(crate) struct Positions<'a> {
    text: &'a str,
    document: Option<Document>,
    lines: Vec<usize>,
    /// What the scripts of the file may still take: see [`crate::script`].
    effort: Cell<u64>,
    /// The lines that may still be looked at.
    left: Cell<usize>,
}

impl<'a> Positions<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        Self {
            text,
            document: Document::new(text).ok(),
            lines: std::iter::once(0)
                .chain(breaks.map(|(i, _)| i + 1))
                .collect(),
            effort: Cell::new(crate::script::EFFORT),
            left: Cell::new(MOST_LINES),
        }
    }

    /// What the scripts of the file may still take.
    pub(crate) fn effort(&self) -> &Cell<u64> {
        &self.effort
    }

    /// The key at the end of a path, else the value, else what is around.
    pub(crate) fn of(&self, path: &[Component<'_>]) -> At {
        let Some(document) = &self.document else {
            return At::START;
        };
        (0..=path.len())
            .rev()
            .find_map(|length| {
                self.spend()?;
                let route = Route::from(path.get(..length)?.to_vec());
                let key = document.query_key_only(&route);
                let feature = key.or_else(|_| document.query_pretty(&route)).ok()?;
                Some(self.at(feature.location.byte_span.0))
            })
            .unwrap_or(At::START)
    }

    /// The bytes of the value at the end of a path.
    fn span(&self, path: &[Component<'_>]) -> Option<(usize, &'a str)> {
        self.spend()?;
        let route = Route::from(path.to_vec());
        let feature = self.document.as_ref()?.query_exact(&route).ok()??;
        let (start, end) = feature.location.byte_span;
        Some((start, self.text.get(start..end)?))
    }

    /// Counts a search; none where no more may be made.
    fn spend(&self) -> Option<()> {
        let left = self.left.get().saturating_sub(self.lines.len());
        self.left.set(left);
        (left > 0).then_some(())
    }

    /// Whether all places were looked for.
    ///
    /// # Errors
    /// When the file has too many parts to find all of them.
    pub(crate) fn hold(&self) -> Result<(), Unknown> {
        if self.left.get() > 0 {
            return Ok(());
        }
        Err(Unknown::undetermined(format!(
            "the file has too many lines and parts to be read: all of its parts together would take \
             more than {MOST_LINES} lines to find"
        )))
    }

    /// The n-th `${{` of a value.
    pub(crate) fn expression(&self, path: &[Component<'_>], nth: usize) -> At {
        self.span(path)
            .and_then(|(start, slice)| {
                let (offset, _) = slice.match_indices("${{").nth(nth)?;
                Some(self.at(start + offset))
            })
            .unwrap_or_else(|| self.of(path))
    }

    /// A line of a script, from 0: the line itself in a literal block, else where the value is.
    pub(crate) fn script_line(&self, path: &[Component<'_>], line: usize) -> At {
        self.span(path)
            .and_then(|(start, slice)| {
                if !slice.starts_with('|') {
                    return None;
                }
                let row = self.row(start) + 1 + line;
                let begin = *self.lines.get(row)?;
                let indent = self.text.get(begin..)?.len()
                    - self.text.get(begin..)?.trim_start_matches(' ').len();
                Some(self.at(begin + indent))
            })
            .unwrap_or_else(|| self.of(path))
    }

    /// The comment at the end of the line of a place.
    pub(crate) fn comment(&self, at: At) -> Option<&'a str> {
        let begin = *self
            .lines
            .get(usize::try_from(at.line).ok()?.checked_sub(1)?)?;
        let line = self.text.get(begin..)?.lines().next()?;
        let (_, comment) = line.split_once(" #")?;
        Some(comment.trim())
    }

    /// The row of a byte, from 0.
    fn row(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset).max(1) - 1
    }

    fn at(&self, offset: usize) -> At {
        let row = self.row(offset);
        let begin = self.lines.get(row).copied().unwrap_or_default();
        let before = self.text.get(begin..offset).unwrap_or_default();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        At {
            line: number(row + 1),
            column: number(before.chars().count() + 1),
        }
    }
}
