//! Searches for a shortest member of an intersection: an A* search over the product automaton.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::ops::Range;

use super::{Chars, Element, Shape};

/// The search exceeded its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::trust) struct TooHard;

/// The maximum number of states that a search visits. Policies of real roles need a few hundred.
const STATES: usize = 40_000;

/// The maximum total length of the shapes. A trust policy has at most 8,192 characters (IAM User Guide,
/// "IAM and AWS STS quotas").
const PLACES: usize = 16_384;

/// What all searches for one policy may take: for each state that is visited, the positions that are in
/// it and its words, for each character; and the shapes themselves, for each search. Patterns with many wildcards, such as `repo:*a*a*a*a`, have
/// states with many positions, and many of them.
pub(in crate::trust) const EFFORT: u64 = 200_000_000;

/// Finds a shortest string that is in a shape of each group of `within`, and in no shape of `outside`.
pub(in crate::trust) fn find_member(
    within: &[Vec<Shape>],
    outside: &[Shape],
    effort: &Cell<u64>,
) -> Result<Option<String>, TooHard> {
    let places: usize = within.iter().flatten().chain(outside).map(Vec::len).sum();
    if places > PLACES {
        return Err(TooHard);
    }
    let search = Search::new(within, outside);
    search.charge(places, effort)?;
    let start = search.start();
    let Some(left) = search.left(&start) else {
        return Ok(None);
    };
    // For each state: the previous state, the character, and the length. The queue is ordered by the
    // length plus the minimum number of characters that are still needed. Without this order the
    // search would enumerate all prefixes of long patterns.
    let mut path: Vec<(usize, char, u32)> = vec![(0, '\0', 0)];
    let mut queue = BinaryHeap::from([Reverse((left, 0))]);
    let mut states = vec![start.clone()];
    let mut seen = HashSet::from([start]);
    while let Some(Reverse((_, at))) = queue.pop() {
        let state = states[at].clone();
        search.spend(&state, effort)?;
        if search.accepts(&state) {
            return Ok(Some(spell(&path, at)));
        }
        let length = path[at].2 + 1;
        for &c in &search.alphabet {
            let after = search.step(&state, c);
            let Some(left) = search.left(&after) else {
                continue;
            };
            if seen.contains(&after) {
                continue;
            }
            if states.len() >= STATES {
                return Err(TooHard);
            }
            seen.insert(after.clone());
            queue.push(Reverse((length + left, states.len())));
            path.push((at, c, length));
            states.push(after);
        }
    }
    Ok(None)
}

/// A state: for each shape, the positions that it can be at, one bit each. The last bit of a shape is its
/// end.
type State = Box<[u64]>;

struct Search<'a> {
    shapes: Vec<&'a Shape>,
    /// The first bit of each shape.
    offsets: Vec<usize>,
    /// The shape of each bit.
    owners: Vec<usize>,
    /// For each bit, the minimum number of characters that the shape still needs.
    needs: Vec<u32>,
    /// The shapes of each group. The shapes after the last group are those of `outside`.
    groups: Vec<Range<usize>>,
    alphabet: Vec<char>,
    words: usize,
}

impl<'a> Search<'a> {
    fn new(within: &'a [Vec<Shape>], outside: &'a [Shape]) -> Self {
        let shapes: Vec<&Shape> = within.iter().flatten().chain(outside).collect();
        let (mut groups, mut next) = (Vec::new(), 0);
        for group in within {
            groups.push(next..next + group.len());
            next += group.len();
        }
        let (mut offsets, mut owners, mut needs) = (Vec::new(), Vec::new(), Vec::new());
        for shape in &shapes {
            let offset = needs.len();
            offsets.push(offset);
            owners.resize(offset + shape.len() + 1, offsets.len() - 1);
            needs.resize(offset + shape.len() + 1, 0);
            for place in (0..shape.len()).rev() {
                let once = u32::from(!shape[place].many);
                needs[offset + place] = needs[offset + place + 1] + once;
            }
        }
        Self {
            alphabet: alphabet(&shapes),
            words: needs.len() / 64 + 1,
            shapes,
            offsets,
            owners,
            needs,
            groups,
        }
    }

    fn start(&self) -> State {
        let mut state = vec![0; self.words].into_boxed_slice();
        for shape in 0..self.shapes.len() {
            self.enter(shape, 0, &mut state);
        }
        state
    }

    /// Counts what the characters after a state take.
    fn spend(&self, state: &State, effort: &Cell<u64>) -> Result<(), TooHard> {
        let positions: u32 = state.iter().map(|word| word.count_ones()).sum();
        let positions = usize::try_from(positions).unwrap_or(usize::MAX);
        self.charge(positions.saturating_add(self.words), effort)
    }

    fn charge(&self, for_each_character: usize, effort: &Cell<u64>) -> Result<(), TooHard> {
        let cost = for_each_character.saturating_mul(self.alphabet.len());
        let left = effort
            .get()
            .checked_sub(u64::try_from(cost).unwrap_or(u64::MAX));
        effort.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or(TooHard)
    }

    /// Adds a position, and the following ones that are reached without a character.
    fn enter(&self, shape: usize, mut place: usize, state: &mut State) {
        loop {
            let bit = self.offsets[shape] + place;
            state[bit / 64] |= 1 << (bit % 64);
            match self.shapes[shape].get(place) {
                Some(Element { many: true, .. }) => place += 1,
                _ => return,
            }
        }
    }

    fn has(&self, state: &State, shape: usize, place: usize) -> bool {
        let bit = self.offsets[shape] + place;
        state[bit / 64] >> (bit % 64) & 1 == 1
    }

    fn step(&self, state: &State, c: char) -> State {
        let mut after = vec![0; self.words].into_boxed_slice();
        for bit in bits(state) {
            let shape = self.owners[bit];
            let place = bit - self.offsets[shape];
            if let Some(Element { chars, many }) = self.shapes[shape].get(place)
                && chars.has(c)
            {
                self.enter(shape, if *many { place } else { place + 1 }, &mut after);
            }
        }
        after
    }

    /// The minimum number of characters that are still needed; `None` if a group can no longer match.
    fn left(&self, state: &State) -> Option<u32> {
        let mut least = vec![u32::MAX; self.shapes.len()];
        for bit in bits(state) {
            let shape = self.owners[bit];
            least[shape] = least[shape].min(self.needs[bit]);
        }
        let of_group = |group: &Range<usize>| least[group.clone()].iter().copied().min();
        let most = self.groups.iter().filter_map(of_group).max().unwrap_or(0);
        (most < u32::MAX).then_some(most)
    }

    fn accepts(&self, state: &State) -> bool {
        let done = |shape: usize| self.has(state, shape, self.shapes[shape].len());
        let outside = self.groups.last().map_or(0, |group| group.end);
        self.groups.iter().all(|group| group.clone().any(done))
            && !(outside..self.shapes.len()).any(done)
    }
}

/// The bits that are set, in ascending order.
fn bits(state: &State) -> impl Iterator<Item = usize> {
    state.iter().enumerate().flat_map(|(at, &word)| {
        let mut word = word;
        std::iter::from_fn(move || {
            let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
            word &= word - 1;
            Some(at * 64 + bit)
        })
    })
}

fn spell(path: &[(usize, char, u32)], mut at: usize) -> String {
    let mut text = Vec::new();
    while at != 0 {
        let (before, c, _) = path[at];
        text.push(c);
        at = before;
    }
    text.iter().rev().collect()
}

/// The characters that the shapes distinguish, and a few that no shape names. They represent all others.
fn alphabet(shapes: &[&Shape]) -> Vec<char> {
    let mut alphabet: Vec<char> = Vec::new();
    let mut add = |c: char| {
        if !alphabet.contains(&c) {
            alphabet.push(c);
        }
    };
    // A letter and a digit first, so that the result reads like a name.
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
