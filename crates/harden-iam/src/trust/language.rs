//! Sets of strings, and the search for a member.
//!
//! A [`Shape`] is a pattern as policies have them, or a form that GitHub gives a claim (an owner's
//! name has no slash, a branch no colon). [`member`] finds a shortest string that is in one shape
//! of each of several groups, and in none of others; it walks the product of the shapes' automata,
//! so that its answer is exact, whatever stands where in a pattern. No crate of regular
//! expressions gives the members of an intersection.

use std::collections::{HashMap, VecDeque};

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

/// The search went on too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooHard;

/// How many states a search may visit. Policies of real roles need some hundred.
const STATES: usize = 40_000;

/// A shortest string in some shape of each group of `within`, and in no shape of `outside`.
pub(super) fn member(within: &[Vec<Shape>], outside: &[Shape]) -> Result<Option<String>, TooHard> {
    let shapes: Vec<&Shape> = within.iter().flatten().chain(outside).collect();
    let mut groups = Vec::new();
    let mut next = 0;
    for group in within {
        groups.push(next..next + group.len());
        next += group.len();
    }
    let alphabet = alphabet(&shapes);
    let start: Vec<Live> = shapes.iter().map(|shape| start(shape)).collect();
    let alive = |state: &[Live]| {
        let group_alive = |range: &std::ops::Range<usize>| {
            state[range.clone()].iter().any(|live| !live.is_empty())
        };
        groups.iter().all(group_alive)
    };
    let accepts = |state: &[Live]| {
        let done = |at: usize| state[at].contains(&shapes[at].len());
        groups.iter().all(|group| group.clone().any(done)) && !(next..shapes.len()).any(done)
    };
    if !alive(&start) {
        return Ok(None);
    }
    // Each state with the one that it was reached from, and by which character.
    let mut seen: HashMap<Vec<Live>, usize> = HashMap::from([(start.clone(), 0)]);
    let mut path: Vec<(usize, char)> = vec![(0, '\0')];
    let mut queue = VecDeque::from([(start, 0)]);
    while let Some((state, at)) = queue.pop_front() {
        if accepts(&state) {
            return Ok(Some(spell(&path, at)));
        }
        for &c in &alphabet {
            let after: Vec<Live> = (0..shapes.len())
                .map(|one| step(shapes[one], &state[one], c))
                .collect();
            if !alive(&after) || seen.contains_key(&after) {
                continue;
            }
            if path.len() >= STATES {
                return Err(TooHard);
            }
            seen.insert(after.clone(), path.len());
            queue.push_back((after, path.len()));
            path.push((at, c));
        }
    }
    Ok(None)
}

/// The places at which a shape may go on, ascending; its length is its end.
type Live = Vec<usize>;

fn start(shape: &Shape) -> Live {
    let mut live = Live::new();
    enter(shape, 0, &mut live);
    live
}

/// A place, and those after it if it may stand for nothing.
fn enter(shape: &Shape, mut place: usize, live: &mut Live) {
    loop {
        if !live.contains(&place) {
            live.push(place);
        }
        match shape.get(place) {
            Some(Place { many: true, .. }) => place += 1,
            _ => return,
        }
    }
}

fn step(shape: &Shape, live: &Live, c: char) -> Live {
    let mut after = Live::new();
    for &place in live {
        if let Some(Place { chars, many }) = shape.get(place)
            && chars.has(c)
        {
            enter(shape, if *many { place } else { place + 1 }, &mut after);
        }
    }
    after.sort_unstable();
    after
}

fn spell(path: &[(usize, char)], mut at: usize) -> String {
    let mut text = Vec::new();
    while at != 0 {
        let (before, c) = path[at];
        text.push(c);
        at = before;
    }
    text.iter().rev().collect()
}

/// The characters that the shapes tell apart, and some that they do not name.
fn alphabet(shapes: &[&Shape]) -> Vec<char> {
    let mut alphabet: Vec<char> = Vec::new();
    let mut add = |c: char| {
        if !alphabet.contains(&c) {
            alphabet.push(c);
        }
    };
    // A letter and a digit first, so that a shortest string reads like a name.
    let named = |c: char| {
        shapes.iter().any(|shape| {
            let is = |chars| matches!(chars, Chars::One(one) | Chars::Fold(one) if one == c);
            shape.iter().any(|place| is(place.chars))
        })
    };
    let fresh = |from: &str| from.chars().find(|c| !named(*c));
    fresh("xyzwvutqkjhgfb").into_iter().for_each(&mut add);
    fresh("7389612045").into_iter().for_each(&mut add);
    add('1');
    for place in shapes.iter().flat_map(|shape| shape.iter()) {
        match place.chars {
            Chars::One(c) => add(c),
            Chars::Fold(c) => {
                c.to_lowercase().for_each(&mut add);
                c.to_uppercase().for_each(&mut add);
            }
            _ => {}
        }
    }
    alphabet
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
