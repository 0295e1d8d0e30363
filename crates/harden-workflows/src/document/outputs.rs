//! What the outputs of steps hold: of actions that are known, and of commands whose output a script
//! writes for later steps.

use super::scope::Scope;
use crate::expressions::{
    ARTIFACT_TEXT, CHANGED_FILES, COMMENT_TEXT, COMMIT_TEXT, PULL_BRANCH, PULL_COMMIT, PULL_TEXT,
    names_untrusted, perhaps,
};
use crate::script::{Simple, is_variable};

/// Actions that give the names of changed files, in every output but counts and flags.
const LISTS_FILES: &[&str] = &[
    "ahmadnassri/action-changed-files",
    "jitterbit/get-changed-files",
    "karpikpl/list-changed-files-action",
    "knu/changed-files",
    "lots0logs/gh-action-get-changed-files",
    "martinhaintz/ga-file-list",
    "masesgroup/retrieve-changed-files",
    "step-security/changed-files",
    "the-coding-turtle/ga-file-list",
    "tj-actions/changed-files",
    "tj-actions/verify-changed-files",
    "trilom/file-changes-action",
    "wyrihaximus/github-action-files-in-commit",
    "yumemi-inc/changed-files",
];

/// Actions that find the pull request of a comment or of a run, and give its branch and its commit.
const FINDS_PULL: &[&str] = &[
    "alessbell/pull-request-comment-branch",
    "eficode/resolve-pr-refs",
    "gotson/pull-request-comment-branch",
    "potiuk/get-workflow-origin",
    "xt0rted/pull-request-comment-branch",
];

/// Actions that give a title or a text.
const GIVES_TEXT: &[(&str, &str)] = &[
    ("8bitjonny/gh-get-current-pr", PULL_TEXT),
    ("jwalton/gh-find-current-pr", PULL_TEXT),
    ("khan/pull-request-comment-trigger", COMMENT_TEXT),
    ("peter-evans/find-comment", COMMENT_TEXT),
    ("peter-murray/issue-body-parser-action", PULL_TEXT),
    ("peter-murray/issue-forms-body-parser", PULL_TEXT),
    ("stefanbuck/github-issue-parser", PULL_TEXT),
    ("tj-actions/branch-names", PULL_BRANCH),
    ("zentered/issue-forms-body-parser", PULL_TEXT),
];

/// What an output of an action holds; `Some(None)` where that is nothing that an outsider chooses, and
/// `None` for an action that is not known.
pub(super) fn known_output(action: &str, output: &str) -> Option<Option<&'static str>> {
    let has = |words: &[&str]| words.iter().any(|word| output.contains(word));
    if LISTS_FILES.contains(&action) {
        let flag = has(&["count"]) || output.starts_with("any_") || output.starts_with("only_");
        return Some((!flag).then_some(CHANGED_FILES));
    }
    if action == "dorny/paths-filter" {
        return Some(output.ends_with("_files").then_some(CHANGED_FILES));
    }
    if FINDS_PULL.contains(&action) {
        let head = has(&["head", "source"]);
        return Some(match output {
            _ if head && has(&["sha"]) => Some(PULL_COMMIT),
            _ if head && has(&["ref", "branch"]) => Some(PULL_BRANCH),
            _ => None,
        });
    }
    let (_, held) = GIVES_TEXT.iter().find(|(known, _)| *known == action)?;
    let plain = if *held == PULL_BRANCH {
        has(&["is_", "base", "default", "tag"])
    } else {
        has(&[
            "number",
            "author",
            "found",
            "url",
            "id",
            "triggered",
            "state",
            "draft",
        ])
    };
    Some((!plain).then_some(*held))
}

/// What a command inside `$(…)` may print that an outsider chose: by the programs that it names.
/// After an artifact was downloaded, any file may be of it.
pub(super) fn found_by(text: &str, downloaded: bool) -> Vec<&'static str> {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let mut found = Vec::new();
    let format = has(&[
        "%s",
        "%b",
        "%B",
        "%an",
        "%ae",
        "%cn",
        "%ce",
        "%d",
        "%D",
        "--oneline",
        "(subject)",
        "(body)",
        "(contents",
        "(authorname",
        "(authoremail",
    ]);
    if has(&["git log", "git show", "git for-each-ref", "git shortlog"]) && format {
        found.push(COMMIT_TEXT);
    }
    if has(&["--name-only", "--name-status"])
        && has(&[
            "git diff",
            "git show",
            "git log",
            "gh pr diff",
            "git diff-tree",
        ])
    {
        found.push(CHANGED_FILES);
    }
    if downloaded && has(&["$(cat ", "$(<", "$(head ", "$(tail ", "$(jq ", "`cat "]) {
        found.push(ARTIFACT_TEXT);
    }
    let event = has(&["GITHUB_EVENT_PATH", "github.event_path"]);
    if (has(&["gh pr view", "gh issue view", "gh api", "api.github.com"]) || event)
        && has(&["title", "body", "headRefName", "head.ref", "head_branch"])
    {
        found.push(PULL_TEXT);
    }
    found
}

/// What a script of JavaScript may return or set as an output: the parts of the event that it names,
/// and the texts that it asks GitHub for.
pub(super) fn of_javascript(text: &str) -> Vec<String> {
    let path = |rest: &str| -> String {
        let rest = rest.replace("?.", ".");
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
        let whole = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        whole.trim_end_matches('.').to_ascii_lowercase()
    };
    let after = text.split("payload").skip(1);
    let mut found: Vec<String> = after
        .filter_map(|rest| rest.strip_prefix("?.").or_else(|| rest.strip_prefix('.')))
        .flat_map(|rest| {
            let whole = format!("github.event.{}", path(rest));
            // a method may follow: `title.trim()`
            let shorter = whole.rsplit_once('.').map(|(head, _)| head.to_owned());
            std::iter::once(whole.clone()).chain(shorter)
        })
        .filter(|context| names_untrusted(context))
        .collect();
    let asks = [
        "pulls.get",
        "issues.get",
        "pulls.list",
        "issues.list",
        "graphql",
    ];
    let texts = [".title", ".body", "head.ref", "headRefName"];
    let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if any(&asks) && any(&texts) {
        found.push(PULL_TEXT.to_owned());
    }
    found.sort();
    found.dedup();
    found.iter().map(|context| perhaps(context)).collect()
}

impl Scope {
    /// Learns what a script writes for later steps: into the environment, or into the outputs of a
    /// step. `own` is what the script sees.
    pub(crate) fn take_written(&mut self, script: &[Simple], id: Option<&str>, own: &Self) {
        let mut open: Option<(String, String)> = None;
        for simple in script {
            let to = |file: &str| simple.words.iter().any(|word| word.contains(file));
            let environment = to("GITHUB_ENV");
            if !environment && !to("GITHUB_OUTPUT") {
                continue;
            }
            let Some(lines) = printed(simple) else {
                // another program: it may write anything that it is given
                let held = simple.words.iter().flat_map(|word| own.in_script(word));
                let held = held.filter(|context| context != "…");
                self.may_hold(id, held.map(|context| perhaps(&context)).collect());
                continue;
            };
            for line in lines {
                let line = line.trim();
                if let Some((name, end)) = &open {
                    if line == end {
                        open = None;
                    } else {
                        let name = name.clone();
                        self.holds_more(&name, own.in_script(line), environment, id);
                    }
                    continue;
                }
                let named = |c: &str| {
                    let pair = line.split_once(c).map(|(name, rest)| (name.trim(), rest));
                    pair.filter(|(name, _)| is_variable(&name.replace('-', "_")))
                };
                if let Some((name, end)) = named("<<") {
                    let end = end.trim().to_owned();
                    self.set(name, Vec::new(), environment, id);
                    open = Some((name.to_owned(), end));
                } else if let Some((name, value)) = named("=") {
                    self.set(name, own.in_script(value), environment, id);
                } else {
                    let held = own.in_script(line).into_iter();
                    let held = held.filter(|context| context != "…");
                    self.may_hold(id, held.map(|context| perhaps(&context)).collect());
                }
            }
        }
    }

    fn set(&mut self, name: &str, held: Vec<String>, environment: bool, id: Option<&str>) {
        if environment {
            self.literals.insert(name.to_owned(), None);
            self.held.insert(name.to_ascii_lowercase(), held);
        } else if let Some(id) = id {
            self.outputs.insert(output(id, name), held);
        }
    }

    fn holds_more(&mut self, name: &str, more: Vec<String>, environment: bool, id: Option<&str>) {
        let held = match id {
            _ if environment => self.held.entry(name.to_ascii_lowercase()).or_default(),
            Some(id) => self.outputs.entry(output(id, name)).or_default(),
            None => return,
        };
        held.extend(more);
        held.sort();
        held.dedup();
    }

    /// Any output of a step may hold these.
    pub(crate) fn may_hold(&mut self, id: Option<&str>, held: Vec<String>) {
        if let Some(id) = id.filter(|_| !held.is_empty()) {
            let all = self.any_output.entry(id.to_ascii_lowercase()).or_default();
            all.extend(held);
            all.sort();
            all.dedup();
        }
    }
}

/// The key of an output.
fn output(id: &str, name: &str) -> String {
    format!("steps.{id}.outputs.{name}").to_ascii_lowercase()
}

/// The format of a `printf` with its values in it; those that it does not name come after it.
fn filled(format: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        let mut letters = after.chars();
        match letters.next() {
            Some('%') | None => text.push('%'),
            Some(_) => text.push_str(values.next().copied().unwrap_or_default()),
        }
        rest = letters.as_str();
    }
    text.push_str(rest);
    for value in values {
        text.push(' ');
        text.push_str(value);
    }
    text
}

/// The lines that a command prints, where they can be told: of `echo`, `printf` and `cat`.
fn printed(simple: &Simple) -> Option<Vec<String>> {
    let end = simple
        .words
        .iter()
        .position(|word| matches!(&**word, ">" | ">>" | "<" | "|" | "1>" | "1>>"));
    let own = simple.words.get(..end.unwrap_or(simple.words.len()))?;
    let (name, rest) = own.split_first()?;
    let file = |word: &str| word.contains("GITHUB_OUTPUT") || word.contains("GITHUB_ENV");
    let rest = rest.iter().filter(|word| !file(word));
    match &**name {
        "echo" | "printf" => {
            let words = rest.skip_while(|word| word.starts_with('-') && word.len() <= 3);
            let words: Vec<&str> = words.map(String::as_str).collect();
            let text = match words.split_first() {
                Some((format, values)) if name == "printf" => filled(format, values),
                _ => words.join(" "),
            };
            let text = text.replace("\\n", "\n");
            Some(text.lines().map(str::to_owned).collect())
        }
        "cat" | "tee" => {
            let text = simple.input.as_ref()?;
            Some(text.lines().map(str::to_owned).collect())
        }
        // an assignment before a command, or nothing but a redirection
        _ if name.contains('=') && own.len() == 1 => Some(Vec::new()),
        _ => None,
    }
}
