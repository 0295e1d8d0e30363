//! Which composite alarms an alarm can raise.

use std::collections::{BTreeMap, BTreeSet};

use harden_core::{Known, Listing, Place, ResourceId, Unknown};

use crate::arn::Arn;
use crate::resources::{Alarm, AlarmDefinition};

/// The composite alarms that other alarms can raise, by these alarms.
pub(crate) struct Composites<'a> {
    listing: &'a Listing<Alarm>,
    raised: BTreeMap<(Place, String), Vec<&'a ResourceId>>,
    /// The places in which a composite may be that is not known to be one.
    hidden: BTreeMap<Place, Unknown>,
}

impl<'a> Composites<'a> {
    pub(crate) fn new(listing: &'a Listing<Alarm>) -> Self {
        let mut raised: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut hidden = BTreeMap::new();
        for (id, alarm) in listing.iter() {
            let children = match &alarm.definition {
                Known::Yes(AlarmDefinition::Metric(_)) => continue,
                Known::Yes(AlarmDefinition::Composite(c)) => children(&c.rule),
                Known::No(unknown) => Known::No(unknown.clone()),
            };
            match children {
                Known::Yes(children) => {
                    for child in children {
                        let key = (id.place.clone(), child);
                        raised.entry(key).or_default().push(&**id);
                    }
                }
                Known::No(unknown) => {
                    hidden.entry(id.place.clone()).or_insert(*unknown);
                }
            }
        }
        Self {
            listing,
            raised,
            hidden,
        }
    }

    /// The composites that an alarm can raise, over others too, and whether these are all.
    pub(crate) fn raised_by(&self, alarm: &ResourceId) -> (BTreeSet<&'a ResourceId>, Known<()>) {
        let mut found = BTreeSet::new();
        let mut next = vec![alarm];
        while let Some(id) = next.pop() {
            let key = (id.place.clone(), id.name.to_string());
            for &parent in self.raised.get(&key).into_iter().flatten() {
                if parent != alarm && found.insert(parent) {
                    next.push(parent);
                }
            }
        }
        let all = match self.hidden.get(&alarm.place) {
            Some(unknown) => unknown.clone().into(),
            None => self.listing.readable(&alarm.place),
        };
        (found, all)
    }
}

/// The names of the alarms whose going to ALARM can make a rule true: `ALARM(x)` where it is not
/// negated, `OK(x)` and `INSUFFICIENT_DATA(x)` where it is.
fn children(rule: &str) -> Known<Vec<String>> {
    let mut children = Vec::new();
    let mut reader = Reader { rest: rule };
    if reader.expression(false, &mut children).is_some() && reader.rest.trim_start().is_empty() {
        return Known::Yes(children);
    }
    Unknown::undetermined("the rule of a composite alarm can't be read").into()
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Terms joined by AND and OR; none where it is malformed.
    fn expression(&mut self, negated: bool, into: &mut Vec<String>) -> Option<()> {
        loop {
            self.term(negated, into)?;
            if !(self.word("AND") || self.word("OR")) {
                return Some(());
            }
        }
    }

    fn term(&mut self, mut negated: bool, into: &mut Vec<String>) -> Option<()> {
        while self.word("NOT") {
            negated = !negated;
        }
        if self.token('(') {
            self.expression(negated, into)?;
            return self.token(')').then_some(());
        }
        for (state, raises) in [
            ("ALARM", !negated),
            ("OK", negated),
            ("INSUFFICIENT_DATA", negated),
        ] {
            if self.word(state) {
                let name = self.argument()?;
                if raises {
                    into.push(name);
                }
                return Some(());
            }
        }
        (self.word("TRUE") || self.word("FALSE")).then_some(())
    }

    /// `(name)`, `("name")`, or an ARN in either form.
    fn argument(&mut self) -> Option<String> {
        if !self.token('(') {
            return None;
        }
        self.rest = self.rest.trim_start();
        let text = if let Some(quoted) = self.rest.strip_prefix('"') {
            let mut text = String::new();
            let mut chars = quoted.char_indices();
            loop {
                match chars.next()? {
                    (i, '"') => {
                        self.rest = quoted.get(i + 1..)?;
                        break text;
                    }
                    (_, '\\') => text.push(chars.next()?.1),
                    (_, c) => text.push(c),
                }
            }
        } else {
            let end = self.rest.find(')')?;
            let (name, rest) = self.rest.split_at(end);
            self.rest = rest;
            name.trim_end().to_owned()
        };
        if !self.token(')') {
            return None;
        }
        let alarm = Arn::parse(&text).filter(|a| a.service == "cloudwatch");
        Some(alarm.map_or(text.clone(), |a| a.name().to_owned()))
    }

    fn token(&mut self, c: char) -> bool {
        self.take(self.rest.trim_start().strip_prefix(c))
    }

    fn word(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(word);
        self.take(rest.filter(|r| !r.starts_with(|c: char| c.is_alphanumeric() || c == '_')))
    }

    fn take(&mut self, rest: Option<&'a str>) -> bool {
        match rest {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_raise_a_composite() {
        for (rule, wanted) in [
            ("ALARM(a) OR ALARM(\"b c\")", &["a", "b c"][..]),
            ("ALARM(a) AND NOT ALARM(maintenance)", &["a"]),
            ("NOT (OK(a) OR ALARM(b))", &["a"]),
            (
                "(ALARM(arn:aws:cloudwatch:us-east-2:392853978631:alarm:a)) AND TRUE",
                &["a"],
            ),
            (r#"ALARM("say \"x\"")"#, &[r#"say "x""#]),
            ("INSUFFICIENT_DATA(a)", &[]),
        ] {
            assert_eq!(
                children(rule),
                Known::Yes(wanted.iter().map(|w| (*w).to_owned()).collect()),
                "{rule}"
            );
        }
        for rule in ["ALARM(", "ALARM(a) XOR ALARM(b)", "", "(ALARM(a)"] {
            assert!(!children(rule).is_known(), "{rule}");
        }
    }
}
