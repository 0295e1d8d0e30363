//! Files that are read: regular files of the checkout, with a limit, and no line of another file is shown.

use super::*;

const SECRET: &str = "hunter2-secret";

fn mkfifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

#[test]
fn no_file_outside_the_checkout_is_read_through_a_link() {
    for (name, args) in [
        ("harden.toml", &["audit", "--demo"][..]),
        (
            "harden.toml",
            &["audit", "--demo", "--policy", "harden.toml"],
        ),
        ("harden.toml", &["checks"]),
        ("harden.attestations.toml", &["audit", "--demo"]),
        ("a.toml", &["audit", "--demo", "--attestations", "a.toml"]),
        ("estate.json", &["audit", "--snapshot", "estate.json"]),
        ("policy.json", &["iam", "lint", "policy.json"]),
        ("policy.json", &["iam", "trust", "policy.json"]),
    ] {
        for target in ["../.netrc", "/proc/self/environ"] {
            let machine = Machine::new();
            let netrc = format!("machine example.com login me password {SECRET}\n");
            std::fs::write(machine.0.path().join(".netrc"), netrc).unwrap();
            machine.link(name, target);
            let done = machine
                .run_with(args, &[("SENTRY_AUTH_TOKEN", SECRET)])
                .exits(2);
            let shown = format!("{}{}", done.stdout, done.stderr);
            assert!(!shown.contains(SECRET), "{args:?}: {shown}");
            assert!(
                shown.contains("link to a file outside the checkout"),
                "{args:?}: {shown}"
            );
        }
    }
}

#[test]
fn a_link_within_the_checkout_is_followed() {
    let machine = Machine::new();
    machine
        .file("config/harden.toml", "[checks]\noff = ['aws/*']\n")
        .link("harden.toml", "config/harden.toml");
    let report = machine.run(&["audit", "--demo", "--format", "json"]).json();
    assert_eq!(report["policy"]["path"], "harden.toml");
}

#[test]
fn a_pipe_and_a_device_are_not_read() {
    for (name, args) in [
        ("harden.toml", &["audit", "--demo"][..]),
        ("harden.attestations.toml", &["audit", "--demo"]),
        (
            "estate.json",
            &["audit", "--snapshot", "estate.json", "--deadline", "1s"],
        ),
        ("policy.json", &["iam", "lint", "policy.json"]),
    ] {
        let machine = Machine::new();
        mkfifo(&machine.path(name));
        let done = machine.run(args).exits(2).says(&["not a regular file"]);
        assert!(done.took < Duration::from_secs(5), "{:?}", done.took);
    }
    let machine = Machine::new();
    for path in ["/dev/zero", "/dev/urandom"] {
        machine
            .run(&["audit", "--demo", "--policy", path])
            .exits(2)
            .says(&["not a regular file"]);
    }
}

#[test]
fn files_have_a_limit() {
    let machine = Machine::new();
    machine.file("harden.toml", &"# a comment\n".repeat(100_000));
    machine
        .run(&["audit", "--demo"])
        .exits(2)
        .says(&["larger than 1 MiB"]);
    machine.file("harden.toml", "");
    machine.file("harden.attestations.toml", &"# a comment\n".repeat(100_000));
    machine
        .run(&["audit", "--demo"])
        .exits(2)
        .says(&["larger than 1 MiB"]);
}

#[test]
fn no_line_of_a_file_that_is_no_configuration_is_shown() {
    let cases = [
        format!("machine example.com login me password {SECRET}\n"),
        format!("AWS_SECRET_ACCESS_KEY={SECRET}\n"),
        format!("TOKEN = \"{SECRET}\"\n"),
        format!("{{\"token\": \"{SECRET}\"}}\n"),
        format!("[default]\naws_secret_access_key = \"{SECRET}\"\n"),
    ];
    for text in cases {
        let machine = Machine::new();
        machine.file(".env", &text).link("harden.toml", ".env");
        let done = machine.run(&["audit", "--demo"]).exits(2);
        assert!(!done.stderr.contains(SECRET), "{}", done.stderr);
        assert!(done.stderr.contains("harden.toml:"), "{}", done.stderr);
        machine.link("harden.attestations.toml", ".env");
        std::fs::remove_file(machine.path("harden.toml")).unwrap();
        let done = machine.run(&["audit", "--demo"]).exits(2);
        assert!(!done.stderr.contains(SECRET), "{}", done.stderr);
    }
}

#[test]
fn the_shell_can_pass_an_open_file() {
    let machine = Machine::new();
    machine.file("empty.json", EMPTY);
    let script = format!(
        "{} audit -q --snapshot /dev/stdin < empty.json; {} audit -q --snapshot - < empty.json",
        env!("CARGO_BIN_EXE_harden-cli"),
        env!("CARGO_BIN_EXE_harden-cli")
    );
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(machine.path(""));
    Done::of(&mut shell).exits(3);
}
