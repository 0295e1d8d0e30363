//! The bodies that a description has, and its own examples of them.

use serde_json::Value;

use super::Contract;
use super::find::{self, Template};

impl Contract {
    /// The description's own examples of bodies, each with what is wrong with it.
    #[must_use]
    pub fn examples(&self) -> Vec<(String, Vec<String>)> {
        let mut all = Vec::new();
        for (place, pointer) in self.bodies() {
            let examples = self.resolve(&format!("{pointer}/examples")).1;
            for (name, _) in examples.as_object().into_iter().flatten() {
                let (_, example) = self.resolve(&format!("{pointer}/examples/{name}"));
                // some have no value to show
                if let Some(value) = example.get("value").filter(|v| !v.is_null()) {
                    let wrong = self.validate(&format!("{pointer}/schema"), value);
                    all.push((format!("{place} {name}"), wrong));
                }
            }
        }
        all
    }

    /// Every body that is described: a name for it, and where its media type is in the document.
    fn bodies(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for found in self.0.templates.iter().flat_map(Template::operations) {
            let at = found.pointer();
            let responses = found.operation["responses"]
                .as_object()
                .into_iter()
                .flatten();
            let answers = responses.map(|(s, _)| (s.clone(), format!("{at}/responses/{s}")));
            let request = ("request".to_owned(), format!("{at}/requestBody"));
            for (part, pointer) in [request].into_iter().chain(answers) {
                let (pointer, holder) = self.resolve(&pointer);
                let media = holder["content"].as_object().into_iter().flatten();
                for (media, _) in media {
                    let (method, path) = (found.method.to_uppercase(), &found.template.path);
                    all.push((
                        format!("{method} {path} {part} {media}"),
                        format!("{pointer}/content/{}", find::escaped(media)),
                    ));
                }
            }
        }
        all
    }

    /// Builds the schema of every body that is described, and says how many there are.
    ///
    /// # Panics
    /// When one can't be built.
    #[must_use]
    pub fn build(&self) -> usize {
        let bodies = self.bodies();
        for (_, pointer) in &bodies {
            let _ = self.validate(&format!("{pointer}/schema"), &Value::Null);
        }
        bodies.len()
    }
}
