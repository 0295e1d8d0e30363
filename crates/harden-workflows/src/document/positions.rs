//! Where in the file something is.

use yamlpath::{Component, Document, Route};

use crate::At;

/// A path into the file's document.
pub(crate) type Path<'a> = Vec<Component<'a>>;

/// The places of a file. Where one can't be found (a construct that the tree does not name), the
/// nearest thing around it is reported.
pub(crate) struct Positions<'a> {
    text: &'a str,
    document: Option<Document>,
    lines: Vec<usize>,
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
        }
    }

    /// The key at the end of a path, else the value, else what is around.
    pub(crate) fn of(&self, path: &[Component<'_>]) -> At {
        let Some(document) = &self.document else {
            return At::START;
        };
        (0..=path.len())
            .rev()
            .find_map(|length| {
                let route = Route::from(path.get(..length)?.to_vec());
                let key = document.query_key_only(&route);
                let feature = key.or_else(|_| document.query_pretty(&route)).ok()?;
                Some(self.at(feature.location.byte_span.0))
            })
            .unwrap_or(At::START)
    }

    /// The bytes of the value at the end of a path.
    fn span(&self, path: &[Component<'_>]) -> Option<(usize, &'a str)> {
        let route = Route::from(path.to_vec());
        let feature = self.document.as_ref()?.query_exact(&route).ok()??;
        let (start, end) = feature.location.byte_span;
        Some((start, self.text.get(start..end)?))
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
