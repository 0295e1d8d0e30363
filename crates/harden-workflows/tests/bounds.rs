//! Files that are made to take long, to take memory, or to end the program. Each is read in bounded
//! time, and what is beyond a bound is unknown, with the bound.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::mpsc;
use std::time::Duration;

use harden_workflows::{PackageScripts, Workflow};

/// How long a file may take, in a build that is not optimized and on a machine that does other things.
const LIMIT: Duration = Duration::from_secs(120);

/// A text that is repeated up to this length.
const LENGTH: usize = 200_000;

fn repeat(text: &str) -> String {
    text.repeat(LENGTH / text.len())
}

/// A workflow with a script.
fn script(run: &str) -> String {
    let lines = run.lines().map(|line| format!("          {line}\n"));
    let head = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n";
    std::iter::once(head.to_owned()).chain(lines).collect()
}

/// A workflow with a condition.
fn condition(text: &str) -> String {
    format!(
        "on: push\njobs:\n  a:\n    if: ${{{{ {text} }}}}\n    runs-on: x\n    steps:\n      - run: x\n"
    )
}

/// Reads a file, and returns why its jobs are unknown; else why its scripts are not followed.
fn read(name: &str, text: String) -> String {
    let (sender, receiver) = mpsc::channel();
    // a thread that does not end is left alone; the stack is that of a thread of a program
    std::thread::spawn(move || {
        let workflow = Workflow::parse("acme/shop", ".github/workflows/x.yml", &text);
        serde_json::to_string(&workflow).unwrap();
        let reasons = match workflow.jobs.get() {
            Err(unknown) => unknown.message.to_string(),
            Ok(jobs) => {
                let steps = jobs.iter().flat_map(|job| &job.steps);
                let lost = steps.flat_map(|step| &step.unfollowed);
                lost.map(|lost| lost.why.reason()).collect()
            }
        };
        let _ = sender.send(reasons);
    });
    match receiver.recv_timeout(LIMIT) {
        Ok(reasons) => reasons,
        Err(error) => panic!("{name}: {error}"),
    }
}

#[test]
fn a_document_is_read_in_bounded_time() {
    let numbered = |of: fn(usize) -> String| (0..LENGTH / 40).map(of).collect::<String>();
    let cases = [
        ("open lists", repeat("["), "2000 lists"),
        (
            "open lists below on",
            format!("on: {}", repeat("[")),
            "2000 lists",
        ),
        (
            "closed lists",
            format!("on: {}{}", repeat("["), repeat("]")),
            "2000 lists",
        ),
        (
            "tagged lists",
            format!("on: {}", repeat("!t [")),
            "2000 lists",
        ),
        (
            "anchored lists",
            format!("on: {}", repeat("&a [")),
            "2000 lists",
        ),
        (
            "lists with texts",
            format!("on: {}", repeat("[\"]\",")),
            "2000 lists",
        ),
        ("mappings", repeat("{a: "), "2000 lists"),
        (
            "as many lists as may be",
            format!("a: {}{}", "[".repeat(1990), repeat("a,")),
            "",
        ),
        ("dashes", repeat("- "), ""),
        ("question marks", repeat("? "), ""),
        ("quotes", format!("a: \"{}", repeat("\\")), ""),
        ("spaces", repeat(" "), ""),
        ("documents", repeat("---\n"), ""),
        (
            "anchors of anchors",
            numbered(|i| {
                format!(
                    "a{}: &a{} [{}x]\n",
                    i,
                    i,
                    format!("*a{},", i.max(1) - 1).repeat(8)
                )
            }),
            "",
        ),
        (
            "an anchor in many places",
            format!("a: &a [{}]\nb: [{}]\n", "x,".repeat(1000), repeat("*a,")),
            "200000 values",
        ),
        ("keys", numbered(|i| format!("k{i}: 1\n")), ""),
        (
            "jobs",
            format!(
                "on: push\njobs:\n{}",
                numbered(|i| format!("  j{i}:\n    uses: ./x.yml\n"))
            ),
            "1000 jobs",
        ),
        (
            "steps",
            format!(
                "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{}",
                "      - run: gh x\n".repeat(3000)
            ),
            "lines to find",
        ),
        (
            "references",
            format!(
                "on: push\nenv:\n{}",
                numbered(|i| format!("  K{i}: ${{{{ secrets.K{i} }}}}\n"))
                    + "jobs:\n  a:\n    uses: ./x.yml\n"
            ),
            "lines to find",
        ),
    ];
    for (name, text, reason) in cases {
        let read = read(name, text);
        assert!(read.contains(reason), "{name}: {read}");
        assert_ne!(read, "", "{name}");
    }
}

#[test]
fn an_expression_does_not_fill_the_stack() {
    // those that GitHub's own limit of 21,000 characters lets through
    let texts = [
        format!("{}a{}", "(".repeat(2000), ")".repeat(2000)),
        format!("{}a", "!".repeat(20_000)),
        "(".repeat(20_000),
        format!("a{}", " && a".repeat(4000)),
        format!("a{}", " == a".repeat(4000)),
        format!("a{}", ".a".repeat(10_000)),
        format!("a{}", "[a]".repeat(6000)),
        format!("a{}", "[a".repeat(6000)),
        format!("{}a{}", "contains(a,".repeat(1500), ")".repeat(1500)),
        format!(
            "{}b",
            "(github.ref == 'a' || github.event_name != 'push') && ".repeat(380)
        ),
        repeat("a || "),
    ];
    for text in texts {
        let name = text.get(..20).unwrap().to_owned();
        assert_ne!(read(&name, condition(&text)), "", "{name}");
    }
    let usual = format!("a{}", " || github.ref == 'refs/heads/main'".repeat(50));
    assert_eq!(read("usual", condition(&usual)), "");
}

#[test]
fn scripts_are_followed_in_bounded_time() {
    let long = [
        "(",
        "$(",
        "$(echo ",
        "`",
        "\"$(",
        "{ x; ",
        "if ",
        "if true; then\n",
        "cat <<A\n",
        "a && ",
        "a | ",
        "! ",
        "eval ",
        "bash -c ",
        "${a:-",
        "$((",
        "a=\"$a$a\"\n",
        "for i in a b; do ",
        "case x in a) ",
        "gh pr checkout 1\n",
        "<(",
        "a[",
        "{a,b}",
    ];
    for text in long {
        let read = read(text, script(&repeat(text)));
        assert!(read.contains("20 KiB"), "{text}: {read}");
    }
    // within the bound of length
    let short = |text: &str| text.repeat(4 * 1024 / text.len());
    for text in long {
        read(text, script(&short(text)));
    }
    let again = format!("f() {{ {}b\n}}\n{}", "a | ".repeat(1000), "f\n".repeat(500));
    assert!(read("a function at each call", script(&again)).contains("many of some KiB"));
}

#[test]
fn what_a_script_puts_together_is_bounded() {
    let scripts = [
        // each line doubles the text
        format!("a=xxxxxxxx\n{}$a\n", "a=\"$a$a\"\n".repeat(500)),
        // and each call the arguments, or the parts of one
        format!("f() {{ f {0}; }}\nf {0}\n", "\"$@\" ".repeat(500)),
        format!("f() {{ f a{0}; }}\nf a{0}\n", "$1".repeat(500)),
        format!("if x; then\n{}fi\n$a\n", "a=$b\nb=1\na=2\n".repeat(200)),
    ];
    for text in scripts {
        let name = text.lines().next().unwrap().to_owned();
        assert_ne!(read(&name, script(&text)), "", "{name}");
    }
}

#[test]
fn package_json_is_read_in_bounded_time() {
    let scripts = (0..200).map(|i| format!("\"s{i}\": \"{}\"", "a | ".repeat(1000)));
    let scripts: Vec<String> = scripts.collect();
    let text = format!("{{\"scripts\": {{{}}}}}", scripts.join(","));
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let read = PackageScripts::parse("acme/shop", "", &text);
        let _ = sender.send(serde_json::to_string(&read).unwrap());
    });
    let read = receiver.recv_timeout(LIMIT).unwrap();
    assert!(read.contains("too long"), "{read}");
}
