//! Requests and answers against a vendor's own OpenAPI description.
//!
//! The descriptions are data that is not ours to copy: they are read at run time from
//! `../shared/contracts`, relative to the root of the workspace, or from the folder that
//! `HARDEN_CONTRACTS` names. Where there is none, that is reported ([`crate::skip`]), and all else runs.
//!
//! This proves shape, not behaviour: the texts of refusals and the paging come from the vendors'
//! documentation. Where a vendor does otherwise than it describes, the test that needs it says so in
//! a [`Deviation`], with where that is known from.

mod bodies;
mod convert;
mod find;
mod query;
mod watch;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use jsonschema::Validator;
use serde_json::Value;

pub use convert::{Unions, schema_2020_12};
pub(crate) use find::unescaped;
use find::{Found, Template};
pub use watch::{Violations, watched};

/// Where a vendor does otherwise than it describes.
#[derive(Debug, Clone, Copy)]
pub struct Deviation {
    /// The method.
    pub method: &'static str,
    /// The path, as a template; of a path that the description does not have, too.
    pub path: &'static str,
    /// What is otherwise.
    pub what: Otherwise,
    /// Where that is known from.
    pub source: &'static str,
}

/// What a vendor does otherwise.
#[derive(Debug, Clone, Copy)]
pub enum Otherwise {
    /// The description lacks the operation: nothing of it is validated.
    Undescribed,
    /// It also answers with this status; such an answer's body is not validated.
    Status(u16),
    /// It also reads these parameters of the query.
    Query(&'static [&'static str]),
    /// Its answers with this status do not follow the description.
    Body(u16),
}

/// A description, ready to validate with. Cheap to clone.
#[derive(Clone)]
pub struct Contract(Arc<Inner>);

struct Inner {
    name: String,
    document: Value,
    unions: Unions,
    templates: Vec<Template>,
    deviations: Vec<Deviation>,
    undescribed: Vec<Template>,
    /// By the place of the schema in the document.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// The folder of the descriptions, if there is one.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("HARDEN_CONTRACTS").map_or_else(
        || crate::paths::root().join("../shared/contracts"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    crate::skip(&format!(
        "there are no API descriptions in {} (HARDEN_CONTRACTS): answers are not validated",
        folder.display()
    ));
    None
}

impl Contract {
    /// A description by its file, `github-cut.json`; none where there are no descriptions.
    ///
    /// # Panics
    /// When there is a folder of descriptions and the file is not in it, or is none.
    #[must_use]
    pub fn load(file: &str, unions: Unions, deviations: &[Deviation]) -> Option<Self> {
        let path = folder()?.join(file);
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let document =
            serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        Some(Self::new(file, document, unions, deviations))
    }

    /// A description.
    ///
    /// # Panics
    /// When it has no paths.
    #[must_use]
    pub fn new(name: &str, document: Value, unions: Unions, deviations: &[Deviation]) -> Self {
        let paths = document["paths"].as_object().expect("paths");
        let templates = paths.iter().map(|(path, item)| Template::new(path, item));
        let templates = templates.collect();
        let lacking = deviations
            .iter()
            .filter(|d| matches!(d.what, Otherwise::Undescribed));
        Self(Arc::new(Inner {
            name: name.to_owned(),
            undescribed: lacking
                .map(|d| Template::new(d.path, &serde_json::json!({(d.method.to_lowercase()): {}})))
                .collect(),
            document,
            unions,
            templates,
            deviations: deviations.to_vec(),
            validators: Mutex::default(),
        }))
    }

    /// Whether the description has the operation, or a deviation says that it lacks it.
    #[must_use]
    pub fn knows(&self, method: &str, path: &str) -> bool {
        find::find(&self.0.templates, method, path).is_some() || self.is_undescribed(method, path)
    }

    fn is_undescribed(&self, method: &str, path: &str) -> bool {
        find::find(&self.0.undescribed, method, path).is_some()
    }

    /// What is wrong with a request: its path, a parameter, its body. `query` is without `?`.
    #[must_use]
    pub fn request(
        &self,
        method: &str,
        path: &str,
        query: &str,
        body: Option<&Value>,
    ) -> Vec<String> {
        let Some(found) = find::find(&self.0.templates, method, path) else {
            return self.unless_undescribed(method, path);
        };
        let mut wrong = Vec::new();
        let parameters = self.parameters(&found);
        for (name, value) in &found.params {
            let place = parameters.iter().find(|p| p.is("path", name));
            match place {
                Some(p) => wrong.extend(self.parameter(p, std::slice::from_ref(value))),
                None => wrong.push(format!("the path's {name} is not described")),
            }
        }
        wrong.extend(self.query(&found, &parameters, query));
        wrong.extend(self.request_body(&found, body));
        self.named(method, path, wrong)
    }

    /// What is wrong with an answer: its status, its body.
    #[must_use]
    pub fn answer(
        &self,
        method: &str,
        path: &str,
        status: u16,
        body: Option<&Value>,
    ) -> Vec<String> {
        let Some(found) = find::find(&self.0.templates, method, path) else {
            return self.unless_undescribed(method, path);
        };
        let deviates = |what: fn(&Otherwise) -> Option<u16>| {
            self.deviations(&found)
                .any(|d| what(&d.what) == Some(status))
        };
        if deviates(|what| match what {
            Otherwise::Status(status) | Otherwise::Body(status) => Some(*status),
            _ => None,
        }) {
            return Vec::new();
        }
        let responses = &found.operation["responses"];
        let class = format!("{}XX", status / 100);
        let described = [status.to_string(), class, "default".to_owned()];
        let Some(key) = described
            .iter()
            .find(|key| responses.get(key.as_str()).is_some())
        else {
            return self.named(
                method,
                path,
                vec![format!("status {status} is not described")],
            );
        };
        let pointer = format!("{}/responses/{key}", found.pointer());
        let (pointer, response) = self.resolve(&pointer);
        let wrong = match (json_content(response), body) {
            (None, _) => Vec::new(),
            (Some(_), None) => vec![format!("the answer with status {status} has no JSON body")],
            (Some(media), Some(body)) => {
                let pointer = format!("{pointer}/content/{}/schema", find::escaped(media));
                self.validate(&pointer, body)
            }
        };
        self.named(method, path, wrong)
    }

    fn unless_undescribed(&self, method: &str, path: &str) -> Vec<String> {
        if self.is_undescribed(method, path) {
            return Vec::new();
        }
        vec![format!("{}: {method} {path} is not described", self.0.name)]
    }

    fn deviations(&self, found: &Found<'_>) -> impl Iterator<Item = &Deviation> {
        let (method, path) = (found.method.to_owned(), found.template.path.clone());
        let all = self.0.deviations.iter();
        all.filter(move |d| d.method.eq_ignore_ascii_case(&method) && d.path == path)
    }

    fn named(&self, method: &str, path: &str, wrong: Vec<String>) -> Vec<String> {
        let name = &self.0.name;
        let named = wrong.into_iter();
        named
            .map(|w| format!("{name}: {method} {path}: {w}"))
            .collect()
    }

    /// What a place of the document holds, a reference followed, and where that is.
    fn resolve(&self, pointer: &str) -> (String, &Value) {
        static NOTHING: Value = Value::Null;
        let found = self.0.document.pointer(pointer).unwrap_or(&NOTHING);
        match found["$ref"].as_str().and_then(|r| r.strip_prefix('#')) {
            Some(to) => self.resolve(to),
            None => (pointer.to_owned(), found),
        }
    }

    fn request_body(&self, found: &Found<'_>, body: Option<&Value>) -> Vec<String> {
        let (pointer, described) = self.resolve(&format!("{}/requestBody", found.pointer()));
        match (json_content(described), body) {
            (Some(media), Some(body)) => {
                let pointer = format!("{pointer}/content/{}/schema", find::escaped(media));
                self.validate(&pointer, body)
            }
            (None, Some(_)) => vec!["the operation takes no body".to_owned()],
            (_, None) if described["required"] == true => vec!["the body is missing".to_owned()],
            (_, None) => Vec::new(),
        }
    }

    /// What is wrong with a value by the schema at a place of the document.
    fn validate(&self, pointer: &str, value: &Value) -> Vec<String> {
        let mut validators = self.0.validators.lock().expect("no test panics in here");
        let validator = validators.entry(pointer.to_owned()).or_insert_with(|| {
            let schema = convert::schema_at(&self.0.document, pointer, self.0.unions);
            let built = jsonschema::draft202012::options()
                .should_validate_formats(false)
                .build(&schema);
            Arc::new(built.unwrap_or_else(|e| panic!("{}{pointer}: {e}", self.0.name)))
        });
        let errors = validator.iter_errors(value);
        errors
            .map(|e| {
                let shown: String = e.to_string().chars().take(300).collect();
                format!("at `{}`: {shown}", e.instance_path())
            })
            .collect()
    }
}

/// The media type of a body in JSON, if one is described.
fn json_content(holder: &Value) -> Option<&str> {
    let content = holder["content"].as_object()?;
    let mut media = content.keys().map(String::as_str);
    if content.contains_key("application/json") {
        return Some("application/json");
    }
    media.find(|media| media.ends_with("+json"))
}
