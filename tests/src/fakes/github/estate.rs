//! What the fake has, and how it answers before it looks at what was asked.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};

use super::{Ask, Reply, Repo, TOKEN, answers, decoded};

/// Seconds since 1970 by the fake's clock: the moment of the tests.
pub(crate) const NOW: u64 = 1_768_478_400;

/// Where the installation of an App gets its token.
pub(crate) const INSTALLATION: &str = "/app/installations/7/access_tokens";

/// What the fake has.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    /// The repositories.
    pub repositories: Vec<Repo>,
    /// Repositories that had another name: the old and the new one.
    pub renamed: BTreeMap<String, String>,
    /// The permissions that the token lacks: `administration=read`.
    pub denied: Vec<&'static str>,
    /// Answers that stand for every other: a part of a path, the status and the message.
    pub refuse: Vec<(&'static str, u16, &'static str)>,
    /// How many of the next calls are refused for a secondary limit, and the seconds that it asks
    /// to wait, if it says.
    pub secondary: (u32, Option<u64>),
    /// How many of the next calls whose path holds this fail with a status.
    pub fail_first: Vec<(&'static str, u16, u32)>,
    /// The most items of a page, whatever is asked for.
    pub page: Option<usize>,
    /// A field that is taken out of every answer to an operation: the operation's template, and the
    /// path of the field, where `*` is every item.
    pub drop: Option<(String, Vec<String>)>,
    /// The quota.
    pub limits: Limits,
    /// The SARIF files that were sent.
    pub sarifs: Vec<Sarif>,
    /// What GitHub finds wrong with them.
    pub sarif_errors: Vec<String>,
    /// How often the state of a file is `pending` before it is told.
    pub sarif_pending: u32,
    /// The answers given, by operation: what fields there are to take out.
    pub given: BTreeMap<String, Vec<Value>>,
    /// Where a renamed repository's redirect leads, if not to this server.
    pub redirect_to: Option<String>,
}

/// The hourly quota.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Of how many calls.
    pub limit: u64,
    /// How many are left.
    pub remaining: u64,
    /// In how many seconds it is renewed.
    pub resets_in: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            limit: 5000,
            remaining: 4999,
            resets_in: 1800,
        }
    }
}

/// A SARIF file that was sent.
#[derive(Debug, Clone)]
pub struct Sarif {
    /// What was sent with it.
    pub body: Value,
    /// The repository.
    pub repository: String,
}

impl Reply {
    pub(crate) fn new(status: u16, permission: &'static str, body: Value) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Some(body),
            permission,
        }
    }

    pub(crate) fn refused(status: u16, message: &str) -> Self {
        let body = json!({
            "message": message,
            "documentation_url": "https://docs.github.com/rest",
            "status": status.to_string(),
        });
        Self::new(status, "", body)
    }

    pub(crate) fn empty(status: u16, permission: &'static str) -> Self {
        Self {
            body: None,
            ..Self::new(status, permission, Value::Null)
        }
    }
}

impl Estate {
    /// One repository.
    #[must_use]
    pub fn of(repository: Repo) -> Self {
        Self {
            repositories: vec![repository],
            ..Self::default()
        }
    }

    /// A repository.
    ///
    /// # Panics
    /// When there is none of the name.
    pub fn repo(&mut self, name: &str) -> &mut Repo {
        let mut all = self.repositories.iter_mut();
        all.find(|r| r.name == name).expect("a repository")
    }

    /// The answer to a request.
    pub fn reply(&mut self, ask: &Ask) -> Reply {
        let mut reply = self.before(ask).unwrap_or_else(|| self.asked(ask));
        if reply.status == 304 || ask.path.ends_with("/rate_limit") {
            return self.limited(reply);
        }
        self.limits.remaining = self.limits.remaining.saturating_sub(1);
        if ask.method == "GET" && reply.status == 200 {
            let etag = etag(&reply);
            if ask.etag.as_deref() == Some(&etag) {
                self.limits.remaining += 1;
                reply = Reply::empty(304, reply.permission);
            }
            reply.headers.push(("etag", etag));
        }
        self.limited(reply)
    }

    fn limited(&self, mut reply: Reply) -> Reply {
        let Limits {
            limit,
            remaining,
            resets_in,
        } = &self.limits;
        let reset = NOW + resets_in;
        reply.headers.extend([
            ("date", "Thu, 15 Jan 2026 12:00:00 GMT".to_owned()),
            ("x-ratelimit-limit", limit.to_string()),
            ("x-ratelimit-remaining", remaining.to_string()),
            ("x-ratelimit-used", (limit - remaining).to_string()),
            ("x-ratelimit-reset", reset.to_string()),
            ("x-ratelimit-resource", "core".to_owned()),
        ]);
        reply
    }

    /// What is answered without a look at what was asked.
    fn before(&mut self, ask: &Ask) -> Option<Reply> {
        if ask.path == INSTALLATION {
            // an App shows a token of three parts that its key signed, and gets one of an hour
            let jwt = ask
                .token
                .as_deref()
                .is_some_and(|t| t.split('.').count() == 3);
            let body = json!({"token": TOKEN, "expires_at": "2099-01-01T00:00:00Z",
                "permissions": {}, "repository_selection": "all"});
            return Some(match jwt {
                true => Reply::new(201, "", body),
                false => Reply::refused(401, "A JSON web token could not be decoded"),
            });
        }
        if ask.token.as_deref() != Some(&format!("Bearer {TOKEN}")) {
            return Some(Reply::refused(401, "Bad credentials"));
        }
        if self.secondary.0 > 0 && !ask.path.ends_with("/rate_limit") {
            self.secondary.0 -= 1;
            let mut reply = Reply::refused(
                403,
                "You have exceeded a secondary rate limit. Please wait a few minutes before you \
                 try again.",
            );
            let wait = self.secondary.1.map(|s| ("retry-after", s.to_string()));
            reply.headers.extend(wait);
            return Some(reply);
        }
        if self.limits.remaining == 0 && !ask.path.ends_with("/rate_limit") {
            return Some(Reply::refused(
                403,
                "API rate limit exceeded for user ID 1.",
            ));
        }
        let path = decoded(&ask.path);
        for (part, status, times) in &mut self.fail_first {
            if *times > 0 && path.contains(*part) {
                *times -= 1;
                return Some(Reply::refused(*status, "Server Error"));
            }
        }
        let mut refused = self.refuse.iter();
        let (_, status, message) = refused.find(|(part, _, _)| path.contains(part))?;
        Some(Reply::refused(*status, message))
    }

    fn asked(&mut self, ask: &Ask) -> Reply {
        if ask.method != "GET" {
            return super::write::reply(self, ask);
        }
        let (operation, mut reply) = answers::reply(self, ask);
        if self.denied.contains(&reply.permission) {
            let permission = reply.permission.to_owned();
            let mut denied =
                Reply::refused(403, "Resource not accessible by personal access token");
            denied
                .headers
                .push(("x-accepted-github-permissions", permission));
            return denied;
        }
        if let Some(body) = reply.body.as_mut().filter(|_| reply.status == 200) {
            let given = self.given.entry(operation.to_owned()).or_default();
            given.push(body.clone());
            if let Some((of, field)) = &self.drop
                && of == operation
            {
                take_out(body, field);
            }
        }
        reply
    }
}

fn etag(reply: &Reply) -> String {
    let mut hash = DefaultHasher::new();
    reply.body.as_ref().map(Value::to_string).hash(&mut hash);
    reply.headers.hash(&mut hash);
    format!("W/\"{:016x}\"", hash.finish())
}

/// Takes a field out of a document.
fn take_out(document: &mut Value, field: &[String]) {
    let Some((first, rest)) = field.split_first() else {
        return;
    };
    match document {
        Value::Array(items) if first == "*" => {
            for item in items {
                take_out(item, rest);
            }
        }
        Value::Object(object) if rest.is_empty() => {
            object.remove(first);
        }
        Value::Object(object) => {
            if let Some(inner) = object.get_mut(first) {
                take_out(inner, rest);
            }
        }
        _ => {}
    }
}
