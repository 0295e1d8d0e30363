//! Real shells read the words of commands as exactly their text.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests"
)]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use harden_core::{Arg, Step, is_unseen};

/// The shells that a command may be pasted into, and how each is started.
const SHELLS: &[&[&str]] = &[
    &["dash"],
    &["bash", "--noprofile", "--norc"],
    &["bash", "--posix"],
    &["zsh", "-f"],
    &["zsh", "-f", "-o", "rcquotes", "-o", "magicequalsubst"],
    &["ksh"],
    &["mksh"],
    &["busybox", "sh"],
    &["yash", "--posixly-correct"],
];

/// Texts that a shell could interpret.
const TEXTS: &[&str] = &[
    "",
    "a b",
    "it's",
    "''",
    "'''",
    "$HOME `id` \"x\" \\",
    "new\nline\ttab\u{1b}[0m",
    "ends in line breaks\n\n\n",
    "\n",
    "\r\n",
    "\nstarts with one",
    "ü€\u{202e}",
    "\u{200b}'; touch pwned; #",
    "\u{200b}\"; touch pwned; \"",
    "\u{200b}$(touch pwned)`touch pwned`",
    "\u{200b}')\"; touch pwned; \"$(printf '",
    "$'\\'; touch pwned; #'",
    "-n",
    "-v x\u{7}",
    "-e\u{7}",
    "--\u{7}",
    "%s %d %n %% %\u{7}",
    "\\033\\x41\\u0041\\c\\0101 \u{7}",
    "\\c\u{7}after",
    "1\u{1}2\u{81}3\u{88}4",
    "=ls",
    "==",
    "~",
    "~root",
    "a=~",
    "PATH=/:~",
    "!!",
    "!\u{7}!!",
    "^a^b",
    "*",
    "?",
    "[a-z]*",
    "{a,b}",
    "a{1..3}",
    "@(a|b)",
    "+(a)",
    "#",
    "# no comment",
    ";",
    "&",
    "&&",
    "|",
    "<",
    ">",
    ">x",
    "2>&1",
    "(",
    ")",
    "case",
    "esac)",
    "{",
    "}",
    "!",
    "${x}",
    "$((1+1))",
    "$[1]",
    "<(id)",
    "\u{1b}]0;title\u{7}\u{1b}[31mred\u{9b}31m",
    "first\nsecond\r\n::error::annotation\n# heading",
    "\u{e0041}\u{feff}\u{ad}\u{61c}",
    "日本語 ünï 💣",
    "\u{a0}\u{2028}\u{2029}\u{85}",
    "\u{ffff}\u{10ffff}\u{fffd}",
    "{\"a\": \"it's %d \\\"b\\\" \\\\ $x `y` !\",\n \"c\": [1, 2]}\n",
    "<<EOF\nx\nEOF\n",
];

fn texts() -> Vec<String> {
    let mut all: Vec<String> = TEXTS.iter().map(|text| (*text).to_owned()).collect();
    let unseen = ('\u{1}'..='\u{ffff}').filter(|c| is_unseen(*c));
    for c in ('\u{1}'..='\u{7f}').chain(unseen) {
        for text in [format!("{c}"), format!("{c}1"), format!("'{c}0\u{7}a{c}")] {
            all.push(text);
        }
    }
    all.push("\u{200b}it's 100% \\ ".repeat(2000));
    all
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Counts a shell that is not installed as skipped, by its name.
fn skip(shell: &str) {
    let required = std::env::var_os("HARDEN_REQUIRE_SHELLS").is_some();
    assert!(
        !required,
        "HARDEN_REQUIRE_SHELLS is set, and {shell} is not installed"
    );
    let line = format!("quoting in {shell}: it is not installed\n");
    eprint!("skipped: {line}");
    if let Some(file) = std::env::var_os("HARDEN_SKIPPED") {
        let mut file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(file)
            .unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }
}

/// What a shell writes to standard output when it runs a script.
fn run(shell: &[&str], locale: &str, folder: &std::path::Path, script: &str) -> Vec<u8> {
    let (program, options) = shell.split_first().unwrap();
    let mut child = Command::new(program)
        .args(options)
        .env("LC_ALL", locale)
        .env_remove("nl")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let script = script.as_bytes().to_vec();
    let writes = std::thread::spawn(move || input.write_all(&script));
    let output = child.wait_with_output().unwrap();
    writes.join().unwrap().unwrap();
    assert!(output.status.success(), "{shell:?}");
    output.stdout
}

#[test]
fn every_shell_reads_every_text_as_its_bytes() {
    let folder = std::env::temp_dir().join(format!("harden-shells-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    // a shell must not find a file that a pattern matches by chance, and may leave none
    let texts = texts();
    let script: String = texts
        .iter()
        .map(|text| {
            let argv = ["printf", "%s|%s\\0", text, "end"].map(Arg::from);
            let command = Step::command("", argv, &[]).to_shell().unwrap();
            assert!(!command.chars().any(is_unseen), "{command}");
            // each command is one that a person pastes alone
            format!("{command}; unset nl\n")
        })
        .collect();
    for shell in SHELLS {
        let name = shell[0];
        if find(name).is_none() {
            skip(name);
            continue;
        }
        for locale in ["C", "C.UTF-8"] {
            // it reads characters, and in this locale no other than those of ASCII
            if name == "yash" && locale == "C" {
                continue;
            }
            let written = run(shell, locale, &folder, &script);
            let mut words = written.split(|byte| *byte == 0);
            for text in &texts {
                let expected = format!("{text}|end");
                assert_eq!(
                    words.next().map(String::from_utf8_lossy),
                    Some(expected.as_str().into()),
                    "{shell:?} in {locale}"
                );
            }
        }
    }
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().collect();
    assert!(left.is_empty(), "a text was executed: {left:?}");
    std::fs::remove_dir(&folder).unwrap();
}

#[test]
fn an_input_that_is_not_set_stops_the_command() {
    let hint = "it's the `id` of $(id) \"x\" } \\ y";
    let argv = [
        Arg::word("printf"),
        Arg::word("%s"),
        Arg::input("KEY_ID", hint),
    ];
    let command = Step::command("", argv, &[]).to_shell().unwrap();
    let folder = std::env::temp_dir();
    for shell in SHELLS {
        let (program, options) = shell.split_first().unwrap();
        if find(program).is_none() {
            continue;
        }
        let with = |value: Option<&str>| {
            let values: BTreeMap<_, _> = value.map(|value| ("KEY_ID", value)).into_iter().collect();
            Command::new(program)
                .args(options.iter().copied())
                .args(["-c", &command])
                .env_remove("KEY_ID")
                .envs(values)
                .current_dir(&folder)
                .output()
                .unwrap()
        };
        let unset = with(None);
        assert!(
            !unset.status.success() && unset.stdout.is_empty(),
            "{shell:?}"
        );
        assert_eq!(with(Some("a b*'")).stdout, b"a b*'", "{shell:?}");
    }
}
