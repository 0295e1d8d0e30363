//! Sets of strings, and the search for a member.
//!
//! A [`Shape`] is a pattern as policies have them, or a form that GitHub gives a claim (an owner's
//! name has no slash, a branch no colon). [`member`] finds a shortest string that is in one shape
//! of each of several groups, and in none of others; it walks the product of the shapes' automata,
//! so that its answer is exact, whatever stands where in a pattern. No crate of regular
//! expressions gives the members of an intersection.

mod search;

pub(super) use search::{TooHard, member};

/// What may stand in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Chars {
    One(char),
    /// The character in either case.
    Fold(char),
    /// Of names of owners and repositories.
    Name,
    Digit,
    /// Of branches, tags, environments, files of workflows. GitHub writes a colon in a value as
    /// `%3A`; Git refuses wildcards in the names of branches.
    Word,
    /// Of a whole claim of GitHub's: what [`Word`](Self::Word) has, and colons.
    Text,
    Any,
}

impl Chars {
    fn has(self, c: char) -> bool {
        match self {
            Self::One(one) => c == one,
            Self::Fold(one) => c.to_lowercase().eq(one.to_lowercase()),
            Self::Name => c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'),
            Self::Digit => c.is_ascii_digit(),
            Self::Word => !matches!(c, ':' | '*' | '?') && !c.is_control(),
            Self::Text => !matches!(c, '*' | '?') && !c.is_control(),
            Self::Any => true,
        }
    }
}

/// A place of a shape: once, or any number of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) chars: Chars,
    pub(super) many: bool,
}

pub(super) type Shape = Vec<Place>;

pub(super) fn exactly(text: &str) -> Shape {
    text.chars().map(|c| once(Chars::One(c))).collect()
}

/// The same in any case.
pub(super) fn folded(shape: &[Place]) -> Shape {
    let fold = |place: &Place| match place.chars {
        Chars::One(c) => Place {
            chars: Chars::Fold(c),
            ..*place
        },
        _ => *place,
    };
    shape.iter().map(fold).collect()
}

pub(super) fn once(chars: Chars) -> Place {
    Place { chars, many: false }
}

pub(super) fn many(chars: Chars) -> Place {
    Place { chars, many: true }
}

/// A form written down: `{name}`, `{digits}`, `{word}` stand for at least one such character,
/// `{text}` for any number.
pub(super) fn form(text: &str) -> Shape {
    let mut shape = Shape::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        shape.extend(exactly(before));
        let (kind, after) = after.split_once('}').unwrap_or((after, ""));
        let chars = match kind {
            "name" => Chars::Name,
            "digits" => Chars::Digit,
            "word" => Chars::Word,
            _ => Chars::Text,
        };
        if chars != Chars::Text {
            shape.push(once(chars));
        }
        shape.push(many(chars));
        rest = after;
    }
    shape.extend(exactly(rest));
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(within: &[&str], outside: &[&str]) -> Option<String> {
        let within: Vec<_> = within.iter().map(|text| vec![form(text)]).collect();
        let outside: Vec<_> = outside.iter().map(|text| form(text)).collect();
        member(&within, &outside).unwrap()
    }

    #[test]
    fn finds_a_member_of_an_intersection() {
        assert_eq!(find(&["a{text}", "{text}b"], &[]).as_deref(), Some("ab"));
        assert_eq!(find(&["a{word}", "{text}:b"], &[]), None);
        assert_eq!(
            find(&["a{digits}"], &["a1"]).map(|found| found.len()),
            Some(2)
        );
        assert_eq!(find(&["a"], &["{text}"]), None);
        assert_eq!(find(&[], &[]).as_deref(), Some(""));
    }

    #[test]
    fn names_hold_no_separators() {
        assert_eq!(find(&["repo:{name}/{name}:x", "repo:a/b/c:x"], &[]), None);
        assert!(find(&["repo:{name}/{name}:x", "repo:{text}b:x"], &["repo:b/b:x"]).is_some());
    }

    #[test]
    fn either_case() {
        let shape = vec![once(Chars::Fold('A'))];
        assert_eq!(
            member(&[vec![shape], vec![exactly("a")]], &[]),
            Ok(Some("a".to_owned()))
        );
    }
}
