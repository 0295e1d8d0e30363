//! Matching, overlap and inclusion of patterns, all exact.
//!
//! A pattern is a small automaton: its states are the places between its tokens. What it holds of
//! another pattern is decided on the sets of states that the other's texts can lead to. Of the
//! characters under a wildcard only two matter: the colon, and one that stands in neither pattern
//! (whatever takes that takes every other too).

use super::Token;

/// A set of places of a pattern; the last is the accepting one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct States(Vec<u64>);

impl States {
    fn none(places: usize) -> Self {
        Self(vec![0; places / 64 + 1])
    }

    fn add(&mut self, place: usize) {
        self.0[place / 64] |= 1 << (place % 64);
    }

    fn has(&self, place: usize) -> bool {
        self.0[place / 64] >> (place % 64) & 1 == 1
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    fn within(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & !b == 0)
    }
}

/// A character as far as it matters.
#[derive(Clone, Copy)]
enum Letter {
    Is(char),
    /// One that is in neither pattern, and no colon.
    Fresh,
}

fn takes(token: Token, letter: Letter) -> bool {
    match (token, letter) {
        (Token::Literal(a), Letter::Is(b)) => a == b,
        (Token::Literal(_), Letter::Fresh) => false,
        (Token::One { colon } | Token::Many { colon }, Letter::Is(c)) => colon || c != ':',
        (Token::One { .. } | Token::Many { .. }, Letter::Fresh) => true,
    }
}

fn start(pattern: &[Token]) -> States {
    let mut states = States::none(pattern.len());
    states.add(0);
    skip_empty(pattern, &mut states);
    states
}

/// A `*` may stand for nothing.
fn skip_empty(pattern: &[Token], states: &mut States) {
    for (place, token) in pattern.iter().enumerate() {
        if matches!(token, Token::Many { .. }) && states.has(place) {
            states.add(place + 1);
        }
    }
}

fn step(pattern: &[Token], states: &States, letter: Letter) -> States {
    let mut next = States::none(pattern.len());
    for (place, &token) in pattern.iter().enumerate() {
        if states.has(place) && takes(token, letter) {
            let stays = matches!(token, Token::Many { .. });
            next.add(if stays { place } else { place + 1 });
        }
    }
    skip_empty(pattern, &mut next);
    next
}

/// Whether the pattern stands for this text.
pub(crate) fn matches(pattern: &[Token], text: impl IntoIterator<Item = char>) -> bool {
    let mut text = text.into_iter();
    // most patterns are literal, or are so up to their end
    let literals = pattern
        .iter()
        .take_while(|token| matches!(token, Token::Literal(_)))
        .count();
    let (prefix, pattern) = pattern.split_at(literals);
    for &token in prefix {
        if !text.next().is_some_and(|c| takes(token, Letter::Is(c))) {
            return false;
        }
    }
    let mut states = start(pattern);
    for c in text {
        states = step(pattern, &states, Letter::Is(c));
        if states.is_empty() {
            return false;
        }
    }
    states.has(pattern.len())
}

/// Whether some text is matched by both patterns.
pub(crate) fn overlaps(a: &[Token], b: &[Token]) -> bool {
    // The places of `b` that some text can lead to while it leads `a` to the place at hand.
    let mut row = start(b);
    for &token in a {
        row = if let Token::Many { .. } = token {
            spread(b, &row, token)
        } else {
            shared(b, &row, token)
        };
        if row.is_empty() {
            return false;
        }
    }
    row.has(b.len())
}

/// From where `b` is, one character further that `token` takes as well.
fn shared(b: &[Token], from: &States, token: Token) -> States {
    let mut next = States::none(b.len());
    for (place, &other) in b.iter().enumerate() {
        if from.has(place) && meet(token, other) {
            let stays = matches!(other, Token::Many { .. });
            next.add(if stays { place } else { place + 1 });
        }
    }
    skip_empty(b, &mut next);
    next
}

/// From where `b` is, any number of characters further, all of which `star` takes.
fn spread(b: &[Token], from: &States, star: Token) -> States {
    let mut reached = from.clone();
    for (place, &other) in b.iter().enumerate() {
        let passes = matches!(other, Token::Many { .. }) || meet(star, other);
        if reached.has(place) && passes {
            reached.add(place + 1);
        }
    }
    reached
}

/// Whether some character is taken by both.
fn meet(a: Token, b: Token) -> bool {
    match (a, b) {
        (Token::Literal(a), Token::Literal(b)) => a == b,
        (Token::Literal(c), wildcard) | (wildcard, Token::Literal(c)) => {
            takes(wildcard, Letter::Is(c))
        }
        _ => true,
    }
}

/// Places that [`contains`] looks at before it gives up, and says no. Patterns get there by length,
/// or by many `?` after `*`, as `*?????a*?????b…` does; no policy of AWS's own comes near.
const MOST: usize = 4_000_000;

/// What is left of the work that is worth it.
struct Budget(usize);

impl Budget {
    /// Whether there was so much left.
    fn spend(&mut self, places: usize) -> bool {
        let left = self.0.checked_sub(places);
        self.0 = left.unwrap_or(0);
        left.is_some()
    }
}

/// Whether everything that `inner` stands for is matched by `outer`.
pub(crate) fn contains(outer: &[Token], inner: &[Token]) -> bool {
    within_budget(outer, inner, &mut Budget(MOST)).unwrap_or(false)
}

/// Nothing if it would take too long to tell.
fn within_budget(outer: &[Token], inner: &[Token], budget: &mut Budget) -> Option<bool> {
    let mut family = vec![start(outer)];
    for &token in inner {
        let letters: &[Letter] = match token {
            Token::Literal(c) => &[Letter::Is(c)],
            Token::One { colon: true } | Token::Many { colon: true } => {
                &[Letter::Fresh, Letter::Is(':')]
            }
            Token::One { colon: false } | Token::Many { colon: false } => &[Letter::Fresh],
        };
        family = if let Token::Many { .. } = token {
            closure(outer, family, letters, budget)?
        } else {
            let mut next = Vec::new();
            for states in &family {
                for &letter in letters {
                    let places = outer.len() + next.len();
                    budget.spend(places).then_some(())?;
                    keep_smallest(&mut next, step(outer, states, letter));
                }
            }
            next
        };
        if family.iter().any(States::is_empty) {
            return Some(false);
        }
    }
    Some(family.iter().all(|states| states.has(outer.len())))
}

/// All sets that any number of the letters lead to; of two of which one holds the other, the
/// smaller one, which is the harder to satisfy.
fn closure(
    outer: &[Token],
    from: Vec<States>,
    letters: &[Letter],
    budget: &mut Budget,
) -> Option<Vec<States>> {
    let mut all: Vec<States> = Vec::new();
    let mut open = from;
    while let Some(states) = open.pop() {
        let places = (outer.len() + all.len()) * letters.len();
        budget.spend(places).then_some(())?;
        if !keep_smallest(&mut all, states.clone()) {
            continue;
        }
        if states.is_empty() {
            return Some(all);
        }
        open.extend(letters.iter().map(|&letter| step(outer, &states, letter)));
    }
    Some(all)
}

/// Adds a set unless one within it is there; whether it was added.
fn keep_smallest(family: &mut Vec<States>, states: States) -> bool {
    if family.iter().any(|other| other.within(&states)) {
        return false;
    }
    family.retain(|other| !states.within(other));
    family.push(states);
    true
}
