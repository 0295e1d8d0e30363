//! Matching, overlap and containment of patterns. All three are exact.
//!
//! A pattern is a small nondeterministic automaton: its states are the positions between its tokens.
//! Two patterns are compared by the sets of states that the texts of one lead to in the other.
//!
//! The alphabet is infinite, but only two of the characters that a wildcard matches need to be tried:
//! the colon, and one character that is in neither pattern. A pattern that accepts the latter accepts
//! every other character in its place.

use super::Token;

/// A set of states of a pattern, as bits. State `i` is the position before token `i`; the last state
/// accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct States(Vec<u64>);

impl States {
    fn none(count: usize) -> Self {
        Self(vec![0; count / 64 + 1])
    }

    fn add(&mut self, state: usize) {
        self.0[state / 64] |= 1 << (state % 64);
    }

    fn has(&self, state: usize) -> bool {
        self.0[state / 64] >> (state % 64) & 1 == 1
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    fn within(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & !b == 0)
    }
}

/// A character, as far as the comparison distinguishes them.
#[derive(Clone, Copy)]
enum Letter {
    Is(char),
    /// A character that is in neither pattern and is not a colon.
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

/// Adds the states that are reached without a character: `*` can match the empty text. One pass in
/// order suffices, because these steps only go forward.
fn skip_empty(pattern: &[Token], states: &mut States) {
    for (state, token) in pattern.iter().enumerate() {
        if matches!(token, Token::Many { .. }) && states.has(state) {
            states.add(state + 1);
        }
    }
}

fn step(pattern: &[Token], states: &States, letter: Letter) -> States {
    let mut next = States::none(pattern.len());
    for (state, &token) in pattern.iter().enumerate() {
        if states.has(state) && takes(token, letter) {
            let stays = matches!(token, Token::Many { .. });
            next.add(if stays { state } else { state + 1 });
        }
    }
    skip_empty(pattern, &mut next);
    next
}

/// Whether the pattern matches a text.
pub(crate) fn matches(pattern: &[Token], text: impl IntoIterator<Item = char>) -> bool {
    let mut text = text.into_iter();
    // Most patterns are literal, or are literal up to their end: compare that part directly.
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

/// Whether some text matches both patterns.
///
/// Processes `a` token by token, with the states of `b` that a common text can lead to.
pub(crate) fn overlaps(a: &[Token], b: &[Token]) -> bool {
    // The states of `b` after a text that leads `a` to the current token.
    let mut row = start(b);
    for &token in a {
        row = if let Token::Many { .. } = token {
            advance_by_many(b, &row, token)
        } else {
            advance_by_one(b, &row, token)
        };
        if row.is_empty() {
            return false;
        }
    }
    row.has(b.len())
}

/// The states of `b` after one more character, which `token` must accept as well.
fn advance_by_one(b: &[Token], from: &States, token: Token) -> States {
    let mut next = States::none(b.len());
    for (state, &other) in b.iter().enumerate() {
        if from.has(state) && share_a_character(token, other) {
            let stays = matches!(other, Token::Many { .. });
            next.add(if stays { state } else { state + 1 });
        }
    }
    skip_empty(b, &mut next);
    next
}

/// The states of `b` after any number of characters, all of which `star` must accept.
fn advance_by_many(b: &[Token], from: &States, star: Token) -> States {
    let mut reached = from.clone();
    for (state, &other) in b.iter().enumerate() {
        let passes = matches!(other, Token::Many { .. }) || share_a_character(star, other);
        if reached.has(state) && passes {
            reached.add(state + 1);
        }
    }
    reached
}

/// Whether some character is accepted by both tokens. Two wildcards always share a character that is
/// not a colon.
fn share_a_character(a: Token, b: Token) -> bool {
    match (a, b) {
        (Token::Literal(a), Token::Literal(b)) => a == b,
        (Token::Literal(c), wildcard) | (wildcard, Token::Literal(c)) => {
            takes(wildcard, Letter::Is(c))
        }
        _ => true,
    }
}

/// The number of states that [`contains`] visits before it gives up and answers `false`. Long patterns
/// reach it, and patterns with many `?` after `*`, such as `*?????a*?????b`. No AWS managed policy comes
/// near it.
///
/// `false` is the safe answer: a deny that is not known to cover a grant does not count.
const MAX_STATES: usize = 4_000_000;

/// The number of states that can still be visited.
struct Budget(usize);

impl Budget {
    /// Takes a number of states from the budget; returns whether they were left.
    fn spend(&mut self, count: usize) -> bool {
        let left = self.0.checked_sub(count);
        self.0 = left.unwrap_or(0);
        left.is_some()
    }
}

/// Whether every text that matches `inner` also matches `outer`.
pub(crate) fn contains(outer: &[Token], inner: &[Token]) -> bool {
    within_budget(outer, inner, &mut Budget(MAX_STATES)).unwrap_or(false)
}

/// As [`contains`]; `None` if the budget is used up.
///
/// This is the subset construction, restricted to the texts of `inner`: `family` holds the sets of
/// states of `outer` that the texts read so far lead to. `inner` is contained if every set at the end
/// includes the accepting state. An empty set is a text of `inner` that `outer` rejects already.
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
                    let count = outer.len() + next.len();
                    budget.spend(count).then_some(())?;
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

/// All sets that any number of the letters lead to. Of two sets of which one includes the other only
/// the smaller is kept (an antichain): if `outer` accepts from the smaller set, it accepts from the
/// larger one too.
fn closure(
    outer: &[Token],
    from: Vec<States>,
    letters: &[Letter],
    budget: &mut Budget,
) -> Option<Vec<States>> {
    let mut all: Vec<States> = Vec::new();
    let mut open = from;
    while let Some(states) = open.pop() {
        let count = (outer.len() + all.len()) * letters.len();
        budget.spend(count).then_some(())?;
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

/// Adds a set, unless the family has a subset of it; returns whether it was added.
fn keep_smallest(family: &mut Vec<States>, states: States) -> bool {
    if family.iter().any(|other| other.within(&states)) {
        return false;
    }
    family.retain(|other| !states.within(other));
    family.push(states);
    true
}
