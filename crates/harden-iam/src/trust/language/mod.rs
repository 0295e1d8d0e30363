//! Sets of strings, and the search for a string in their intersection.
//!
//! A [`Shape`] is a pattern of a policy, or the form that GitHub gives a claim (the name of an owner has
//! no slash, the name of a branch no colon). [`find_member`] finds a shortest string that is in one shape
//! of each of several groups, and in none of other shapes. It searches the product of the shapes'
//! automata, so its answer is exact. Crates for regular expressions do not provide members of an
//! intersection.

mod search;

pub(super) use search::{EFFORT, TooHard, find_member};

/// The characters that one element of a shape accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Chars {
    One(char),
    /// The character in either case.
    Fold(char),
    /// A character of the name of an owner or a repository.
    Name,
    Digit,
    /// A character of the name of a branch, tag, environment or workflow file. GitHub writes a colon in
    /// such a value as `%3A`, and Git refuses wildcards in the names of branches.
    Word,
    /// A character of a whole claim: as [`Word`](Self::Word), and colons.
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

/// An element of a shape: one character, or any number of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Element {
    pub(super) chars: Chars,
    pub(super) many: bool,
}

pub(super) type Shape = Vec<Element>;

pub(super) fn exactly(text: &str) -> Shape {
    text.chars().map(|c| once(Chars::One(c))).collect()
}

/// The same shape, ignoring case.
pub(super) fn folded(shape: &[Element]) -> Shape {
    let fold = |place: &Element| match place.chars {
        Chars::One(c) => Element {
            chars: Chars::Fold(c),
            ..*place
        },
        _ => *place,
    };
    shape.iter().map(fold).collect()
}

pub(super) fn once(chars: Chars) -> Element {
    Element { chars, many: false }
}

pub(super) fn many(chars: Chars) -> Element {
    Element { chars, many: true }
}

/// Parses a form: `{name}`, `{digits}` and `{word}` accept one or more such characters, `{text}` any
/// number.
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
    use std::cell::Cell;

    use super::*;

    fn find(within: &[&str], outside: &[&str]) -> Option<String> {
        let within: Vec<_> = within.iter().map(|text| vec![form(text)]).collect();
        let outside: Vec<_> = outside.iter().map(|text| form(text)).collect();
        find_member(&within, &outside, &Cell::new(EFFORT)).unwrap()
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
    fn folded_characters_match_in_any_case() {
        let shape = vec![once(Chars::Fold('A'))];
        assert_eq!(
            find_member(&[vec![shape], vec![exactly("a")]], &[], &Cell::new(EFFORT)),
            Ok(Some("a".to_owned()))
        );
    }
}
