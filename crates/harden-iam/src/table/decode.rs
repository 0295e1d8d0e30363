//! Decodes the bytes of the table; `table/build.py` describes the format.

/// Reads the output of `build.py`. After the end all values are zero or empty.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn byte(&mut self) -> u8 {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        byte
    }

    /// A number in LEB128 encoding.
    pub(super) fn number(&mut self) -> usize {
        let mut number = 0;
        for shift in (0..28).step_by(7) {
            let byte = self.byte();
            number |= usize::from(byte & 127) << shift;
            if byte < 128 {
                break;
            }
        }
        number
    }

    pub(super) fn text(&mut self) -> &'a str {
        let (start, end) = self.span();
        let bytes = self.bytes.get(start as usize..end as usize);
        bytes
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }

    /// The byte range of a text.
    pub(super) fn span(&mut self) -> (u32, u32) {
        let length = self.number();
        let start = self.at;
        self.at += length;
        let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
        (place(start), place(self.at))
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// A front-coded list: each name starts with a number of characters of the previous name.
    pub(super) fn names(&mut self) -> Names {
        let count = self.number();
        let mut names = Names::default();
        let mut last = 0..0;
        for _ in 0..count {
            let shared = self.number();
            let start = names.text.len();
            let rest = self.text();
            names
                .text
                .extend_from_within(last.start..last.start + shared);
            names.text.push_str(rest);
            last = start..names.text.len();
            names.ends.push(u32::try_from(last.end).unwrap_or(u32::MAX));
        }
        names
    }

    /// A list of lists of entries; each entry has `width` numbers.
    pub(super) fn lists(&mut self, width: usize) -> Lists {
        let count = self.number();
        let mut lists = Lists::default();
        for _ in 0..count {
            for _ in 0..self.number() * width {
                let number = self.number();
                lists
                    .numbers
                    .push(u16::try_from(number).unwrap_or(u16::MAX));
            }
            let end = u32::try_from(lists.numbers.len()).unwrap_or(u32::MAX);
            lists.ends.push(end);
        }
        lists
    }
}

/// A list of names in one string.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    text: String,
    ends: Vec<u32>,
}

impl Names {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)? as usize;
        self.text.get(start_of(&self.ends, at)..end)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// The index of a name, ignoring case. The list must be sorted by lower-case names.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let other = self.get(middle)?.bytes().map(|b| b.to_ascii_lowercase());
            match other.cmp(name.bytes().map(|b| b.to_ascii_lowercase())) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * 4
    }
}

/// A list of lists of numbers in one vector.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    numbers: Vec<u16>,
    ends: Vec<u32>,
}

impl Lists {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, at: usize) -> &[u16] {
        let end = self.ends.get(at).map(|end| *end as usize);
        end.and_then(|end| self.numbers.get(start_of(&self.ends, at)..end))
            .unwrap_or_default()
    }
}

fn start_of(ends: &[u32], at: usize) -> usize {
    at.checked_sub(1)
        .and_then(|before| ends.get(before))
        .map_or(0, |end| *end as usize)
}
