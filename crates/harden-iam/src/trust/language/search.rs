//! The search for a shortest member, states that may end soonest first.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::ops::Range;

use super::{Chars, Place, Shape};

/// The search went on too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::trust) struct TooHard;

/// How many states a search may visit. Policies of real roles need some hundred.
const STATES: usize = 40_000;

/// How long shapes may be together; a trust policy has at most 8,192 characters (IAM User Guide,
/// "IAM and AWS STS quotas").
const PLACES: usize = 16_384;

/// A shortest string in some shape of each group of `within`, and in no shape of `outside`.
pub(in crate::trust) fn member(
    within: &[Vec<Shape>],
    outside: &[Shape],
) -> Result<Option<String>, TooHard> {
    let places: usize = within.iter().flatten().chain(outside).map(Vec::len).sum();
    if places > PLACES {
        return Err(TooHard);
    }
    let search = Search::new(within, outside);
    let start = search.start();
    let Some(left) = search.left(&start) else {
        return Ok(None);
    };
    // Each state with the one that it was reached from, and by which character. States that may
    // end soonest come first: nothing else keeps the search out of the thickets of long patterns.
    let mut path: Vec<(usize, char, u32)> = vec![(0, '\0', 0)];
    let mut queue = BinaryHeap::from([Reverse((left, 0))]);
    let mut states = vec![start.clone()];
    let mut seen = HashSet::from([start]);
    while let Some(Reverse((_, at))) = queue.pop() {
        let state = states[at].clone();
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

/// The places at which each shape may go on, one bit each; the last of a shape is its end.
type State = Box<[u64]>;

struct Search<'a> {
    shapes: Vec<&'a Shape>,
    /// Where the bits of each shape begin.
    offsets: Vec<usize>,
    /// Of each bit, the shape.
    owners: Vec<usize>,
    /// Of each bit, how many characters a shape still needs at least.
    needs: Vec<u32>,
    /// The shapes of each group; those after the last one are outside.
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

    /// A place, and those after it if it may stand for nothing.
    fn enter(&self, shape: usize, mut place: usize, state: &mut State) {
        loop {
            let bit = self.offsets[shape] + place;
            state[bit / 64] |= 1 << (bit % 64);
            match self.shapes[shape].get(place) {
                Some(Place { many: true, .. }) => place += 1,
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
            if let Some(Place { chars, many }) = self.shapes[shape].get(place)
                && chars.has(c)
            {
                self.enter(shape, if *many { place } else { place + 1 }, &mut after);
            }
        }
        after
    }

    /// How many characters are still needed at least; nothing if some group cannot be met any more.
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

/// The bits that are set, ascending.
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
