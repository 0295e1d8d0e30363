//! Which described operation a request is for.

use serde_json::Value;

/// A path of the description.
#[derive(Debug)]
pub(super) struct Template {
    /// As it is written there.
    pub(super) path: String,
    parts: Vec<Part>,
    item: Value,
}

#[derive(Debug)]
enum Part {
    Text(String),
    /// A parameter; whether it takes the rest of the path.
    Param(String, bool),
}

/// An operation that was found.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) template: &'a Template,
    /// In lower case, as the description has it.
    pub(super) method: &'a str,
    pub(super) operation: &'a Value,
    /// The parameters of the path, unescaped.
    pub(super) params: Vec<(String, String)>,
}

impl Found<'_> {
    /// Where the operation is in the document.
    pub(super) fn pointer(&self) -> String {
        format!("{}/{}", self.path_pointer(), self.method)
    }

    /// Where its path is.
    pub(super) fn path_pointer(&self) -> String {
        format!("/paths/{}", escaped(&self.template.path))
    }
}

impl Template {
    pub(super) fn new(path: &str, item: &Value) -> Self {
        // GitHub marks the parameter of /contents/{path}, which may have slashes
        let takes_rest = |name: &str| {
            let operations = item.as_object().into_iter().flatten();
            operations
                .flat_map(|(_, o)| o["parameters"].as_array().into_iter().flatten())
                .any(|p| p["name"] == name && p["x-multi-segment"] == true)
        };
        let part = |part: &str| match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            Some(name) => Part::Param(name.to_owned(), takes_rest(name)),
            None => Part::Text(part.to_owned()),
        };
        Self {
            path: path.to_owned(),
            parts: path.split('/').map(part).collect(),
            item: item.clone(),
        }
    }

    /// All operations of the path.
    pub(super) fn operations(&self) -> impl Iterator<Item = Found<'_>> {
        const METHODS: [&str; 5] = ["delete", "get", "patch", "post", "put"];
        METHODS.into_iter().filter_map(|method| {
            Some(Found {
                template: self,
                method,
                operation: self.item.get(method)?,
                params: Vec::new(),
            })
        })
    }

    /// The parameters of a path, if it is this one.
    fn params(&self, path: &str) -> Option<Vec<(String, String)>> {
        let segments: Vec<&str> = path.split('/').collect();
        let mut params = Vec::new();
        for (i, part) in self.parts.iter().enumerate() {
            let segment = *segments.get(i)?;
            match part {
                Part::Text(text) if text == segment => {}
                Part::Text(_) => return None,
                Part::Param(name, true) => {
                    params.push((name.clone(), unescaped(&segments[i..].join("/"))));
                    return Some(params);
                }
                Part::Param(_, false) if segment.is_empty() => return None,
                Part::Param(name, false) => params.push((name.clone(), unescaped(segment))),
            }
        }
        (segments.len() == self.parts.len()).then_some(params)
    }

    fn literals(&self) -> usize {
        let texts = self.parts.iter().filter(|p| matches!(p, Part::Text(_)));
        texts.count()
    }
}

/// The operation that a request is for: of several, that with the fewest parameters in its path.
pub(super) fn find<'a>(templates: &'a [Template], method: &str, path: &str) -> Option<Found<'a>> {
    let method = method.to_lowercase();
    let found = templates.iter().filter_map(|template| {
        let params = template.params(path)?;
        let all = template.operations();
        let operation = all.into_iter().find(|found| found.method == method)?;
        Some(Found {
            params,
            ..operation
        })
    });
    found.max_by_key(|found| found.template.literals())
}

/// A key as a part of a JSON pointer.
pub(super) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// A text without percent escapes.
pub(crate) fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escape = (*first == b'%').then(|| after.get(..2)).flatten();
        let hex = escape.and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
