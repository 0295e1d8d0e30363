//! The words of a known command, reduced to those that may be kept.

use crate::document::Scope;
use crate::expressions;
use crate::names::{LEFT_OUT, names_pull, word as plain_word};

/// The words that are kept.
pub(super) fn reduce(tool: &str, words: &[String], own: &[&str], scope: &Scope) -> Vec<String> {
    let mut kept = Vec::new();
    let mut named = matches!(tool, "file" | "script" | "task");
    let nx = tool == "task"
        && words
            .first()
            .is_some_and(|word| matches!(&**word, "affected" | "run-many"));
    let mut targets = false;
    for word in words {
        if matches!(&**word, ">" | ">>" | "<" | "2>" | "2>&1" | "<<<") {
            break;
        }
        let keep = if own.contains(&&**word) {
            (*word).clone()
        } else if named && tool == "file" {
            // its name without the folder
            pattern(word.rsplit('/').next().unwrap_or(word))
        } else if named || (targets && !is_option(word)) {
            pattern(word)
        } else if let Some((flag, value)) = word.split_once('=').filter(|(f, _)| is_option(f)) {
            let value = if names_next(tool, flag) || (nx && names_target(flag)) {
                pattern(value)
            } else if tool == "git" && own.contains(&value) {
                value.to_owned()
            } else {
                LEFT_OUT.to_owned()
            };
            format!("{flag}={value}")
        } else if is_option(word) {
            (*word).clone()
        } else if matches!(tool, "curl" | "git" | "wget") {
            revision(word, scope)
        } else {
            contexts(word)
        };
        named = names_next(tool, word);
        // of Nx: `-t test lint`
        targets = (targets && !word.starts_with('-')) || (nx && names_target(word));
        kept.push(keep);
    }
    kept
}

/// Whether the word after an option is a plain name that is judged.
fn names_next(tool: &str, option: &str) -> bool {
    match tool {
        "playwright" | "script" | "task" => {
            matches!(
                option,
                "-g" | "--grep" | "--grep-invert" | "--project" | "--shard"
            )
        }
        "sentry-cli" => matches!(option, "-e" | "--env" | "--environment"),
        "sst" => option == "--stage",
        "vercel" => matches!(option, "--target" | "--environment"),
        _ => false,
    }
}

fn names_target(option: &str) -> bool {
    matches!(option, "-t" | "--target" | "--targets")
}

fn is_option(word: &str) -> bool {
    let name = word.trim_start_matches('-');
    let dashes = word.len() - name.len();
    let letters = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    match dashes {
        1 => name.len() == 1,
        2 => name.is_empty() || (letters && name.len() <= 30),
        _ => false,
    }
}

/// The pattern of a `--grep`, or a name.
fn pattern(word: &str) -> String {
    let trimmed = word.trim_matches(['/', '(', ')', '^', '$']);
    let parts: Option<Vec<&str>> = trimmed.split('|').map(|part| plain_word(part)).collect();
    parts.map_or_else(|| contexts(word), |parts| parts.join("|"))
}

/// The contexts of a word, else the mark.
fn contexts(word: &str) -> String {
    let inner = expressions::split(word).unwrap_or_default();
    let read: Vec<String> = inner.into_iter().flat_map(expressions::values).collect();
    if read.is_empty() {
        LEFT_OUT.to_owned()
    } else {
        format!("${{{{ {} }}}}", read.join(" "))
    }
}

/// Of git: the ref of a pull request, or the contexts that a word holds, also by variables; else the
/// mark.
fn revision(word: &str, scope: &Scope) -> String {
    if names_pull(word) {
        return format!("refs/pull/{}/head", LEFT_OUT);
    }
    let inner = expressions::split(word).unwrap_or_default();
    let mut held: Vec<String> = inner.into_iter().flat_map(expressions::values).collect();
    // what is followed is replaced by what it holds
    held.retain(|context| {
        let followed = ["env.", "needs.", "steps."];
        !followed.iter().any(|head| context.starts_with(head))
    });
    for context in scope.in_revision(word) {
        if !held.contains(&context) {
            held.push(context);
        }
    }
    if held.is_empty() {
        return LEFT_OUT.to_owned();
    }
    // `$REF:name` makes a branch of what is fetched
    let names_branch = !word.contains("://") && colon_outside_braces(word);
    let branch = if names_branch { ":…" } else { "" };
    format!("${{{{ {} }}}}{branch}", held.join(" "))
}

/// Whether a word has a colon that is not inside `${…}`, `$(…)` or `${{ … }}`.
fn colon_outside_braces(word: &str) -> bool {
    let mut depth = 0_usize;
    word.chars().any(|c| {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ':' && depth == 0
    })
}
