//! Files that are written: never through a link out of the working directory, whole or not at all.

use super::*;

#[test]
fn no_output_follows_a_link_out_of_the_working_directory() {
    let machine = Machine::new();
    std::fs::write(machine.0.path().join(".bashrc"), "mine").unwrap();
    machine
        .link("harden.sarif", "../.bashrc")
        .link("new.json", "../.profile")
        .link("out", "..")
        .link("device.json", "/dev/null");
    machine.file(".git/HEAD", "ref: refs/heads/main\n");
    std::fs::create_dir(machine.path(".git/hooks")).unwrap();
    machine.link("hook.json", ".git/hooks/post-checkout");
    let out = machine.path("harden.sarif").display().to_string();
    for args in [
        &["audit", "--demo", "-q", "--output", "sarif=harden.sarif"][..],
        &["audit", "--demo", "-q", "--output", &format!("sarif={out}")],
        &["audit", "--demo", "-q", "--output", "json=new.json"],
        &["audit", "--demo", "-q", "--output", "json=out/.bashrc"],
        &["audit", "--demo", "-q", "--output", "json=device.json"],
        &["audit", "--demo", "-q", "--output", "json=hook.json"],
        &["audit", "--demo", "-q", "--record", "new.json"],
        &["snapshot", "--demo", "-q", "new.json"],
        &["init", "--demo", "-q", "--force", "--output", "new.json"],
        &["man", "--directory", "out/pages"],
        &["iam", "lint", "policy.json", "--output", "json=new.json"],
    ] {
        machine.file("policy.json", "{}");
        let done = machine.run(args).exits(2);
        assert!(
            done.stderr.contains("link out of the working directory"),
            "{args:?}: {}",
            done.stderr
        );
    }
    let bashrc = std::fs::read_to_string(machine.0.path().join(".bashrc")).unwrap();
    assert_eq!(bashrc, "mine");
    assert!(!machine.0.path().join(".profile").exists());
    assert!(!machine.0.path().join("pages").exists());
    assert!(!machine.path(".git/hooks/post-checkout").exists());
    assert_eq!(machine.left(), [""; 0]);
}

#[test]
fn a_page_of_the_manual_replaces_no_file_behind_a_link() {
    let machine = Machine::new();
    std::fs::write(machine.0.path().join(".bashrc"), "mine").unwrap();
    std::fs::create_dir(machine.path("man")).unwrap();
    machine.link("man/harden-cli.1", "../../.bashrc");
    machine.run(&["man", "--directory", "man"]).exits(2);
    let bashrc = std::fs::read_to_string(machine.0.path().join(".bashrc")).unwrap();
    assert_eq!(bashrc, "mine");
}

#[test]
fn one_output_that_cannot_be_written_does_not_discard_the_others() {
    let machine = Machine::new();
    if !Path::new("/dev/full").exists() {
        return;
    }
    let args = [
        "audit",
        "--demo",
        "-q",
        "--output",
        "json=/dev/full",
        "--output",
        "sarif=a.sarif",
        "--record",
        "a.json",
        "--format",
        "text",
    ];
    let done = machine
        .run(&args)
        .exits(2)
        .says(&["could not write the report to /dev/full"]);
    assert!(done.stdout.contains(" failed, "), "{}", done.stdout);
    assert!(machine.text("a.sarif").contains("\"runs\""));
    assert!(machine.text("a.json").contains("harden_snapshot"));
    assert_eq!(machine.left(), [""; 0]);
}

/// Whether the tests were started by `nohup`: what they start ignores the signal too.
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 != 0)
}

/// A signal while the program waits for its input ends it, and leaves no temporary file.
#[test]
fn a_signal_leaves_no_temporary_file() {
    for (signal, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        if signal == "HUP" && is_hangup_ignored() {
            continue;
        }
        let machine = Machine::new();
        machine.file("a.json", "old");
        let args = ["audit", "--snapshot", "-", "--output", "json=a.json"];
        let mut command = machine.command(&args);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while machine.left().is_empty() {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "no temporary file"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(100));
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"{").unwrap();
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        let output = child.wait_with_output().unwrap();
        drop(stdin);
        Done::from_output(&output, begun.elapsed()).exits(code);
        assert_eq!(machine.left(), [""; 0], "{signal}");
        assert_eq!(machine.text("a.json"), "old");
    }
}
