//! What a run prints: no command for a CI service, no invisible character, no progress without a terminal.

use super::*;

/// Lines that GitHub Actions or Azure Pipelines would run.
fn commands(text: &str) -> Vec<&str> {
    let is_command = |line: &&str| {
        let start = line.trim_start();
        start.starts_with("::") || line.contains("##[") || line.contains("##vso[")
    };
    text.split(['\n', '\r']).filter(is_command).collect()
}

/// The example estate with hostile names.
fn hostile(machine: &Machine, name: &str) {
    machine.run(&["snapshot", "--demo", "-q", "demo.json"]);
    let mut estate: serde_json::Value = serde_json::from_str(&machine.text("demo.json")).unwrap();
    for kind in estate["kinds"].as_object_mut().unwrap().values_mut() {
        for resource in kind["resources"].as_array_mut().into_iter().flatten() {
            for key in ["description", "name", "title", "default_branch"] {
                if resource[key].is_string() {
                    resource[key] = name.into();
                }
            }
        }
    }
    machine.file("estate.json", &estate.to_string());
}

#[test]
fn no_line_is_a_workflow_command_in_ci() {
    let machine = Machine::new();
    let word = "::add-mask::aaaaaaaaaa ";
    hostile(
        &machine,
        &format!(
            "{}##[add-mask]b ##vso[task.x]c\n::error::d",
            word.repeat(30)
        ),
    );
    machine.file(
        "harden.toml",
        "[checks]\noff = ['aws/waf-*']\n[[accept]]\ncheck = 'aws/rds-*'\nresource = '*'\n\
         reason = \"\"\"a\n::set-output name=x::y\n##[group]z\"\"\"\nowner = '::error::o'\nexpires = '2099-01-01'\n",
    );
    for format in ["text", "json", "markdown", "sarif"] {
        for width in ["40", "77", "100", "160"] {
            let env = [
                ("GITHUB_ACTIONS", "true"),
                ("CI", "true"),
                ("COLUMNS", width),
            ];
            let args = ["audit", "--snapshot", "estate.json", "--format", format];
            let done = machine.run_with(&args, &env);
            assert!(done.stdout.len() > 1000, "{}", done.stderr);
            assert_eq!(commands(&done.stdout), [""; 0], "{format} {width}");
            assert_eq!(commands(&done.stderr), [""; 0], "{format}");
            if format == "json" || format == "sarif" {
                let report: serde_json::Value = done.json();
                assert!(report.to_string().contains("##[add-mask]"));
            }
        }
    }
}

#[test]
fn errors_are_no_workflow_commands_in_ci() {
    let ci = [("GITHUB_ACTIONS", "true")];
    for text in [
        "[checks]\noff = [\"\\n::add-mask::x\"]\n",
        "[aws]\n\"\\n::add-mask::x\" = 1\n",
        "[aws]\nregions = [\"##[add-mask]x\"\n",
        "::add-mask::x\n",
        "\"::stop-commands::x\" = 1\n",
    ] {
        let machine = Machine::new();
        machine.file("harden.toml", text);
        let done = machine.run_with(&["audit", "--demo"], &ci).exits(2);
        assert_eq!(commands(&done.stderr), [""; 0], "{}", done.stderr);
    }
    let machine = Machine::new();
    let policy = r###"{"Version": "2012-10-17", "Statement": [{"Sid": "##[add-mask]x", "Effect": "::error::"}]}"###;
    machine.file("policy.json", policy);
    for format in ["text", "json", "sarif"] {
        let done = machine.run_with(&["iam", "lint", "policy.json", "--format", format], &ci);
        let all = format!("{}\n{}", done.stdout, done.stderr);
        assert_eq!(commands(&all), [""; 0], "{all}");
    }
}

#[test]
fn nothing_is_printed_about_progress_without_a_terminal() {
    let machine = Machine::new();
    let done = machine.run(&["audit", "--demo", "--format", "json"]);
    done.json();
    assert_eq!(done.stderr, "");
}

#[test]
fn invisible_characters_are_escaped() {
    let machine = Machine::new();
    let unseen = "a\u{202e}b\u{3164}c\u{fe0f}d\u{e0041}e\u{a0}f\u{2800}g\u{1b}[31m";
    hostile(&machine, unseen);
    for format in ["text", "json", "markdown", "sarif"] {
        let args = [
            "audit",
            "-q",
            "--snapshot",
            "estate.json",
            "--format",
            format,
        ];
        let done = machine.run(&args);
        for c in [
            '\u{202e}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{e0041}',
            '\u{a0}',
            '\u{2800}',
            '\u{1b}',
        ] {
            assert!(!done.stdout.contains(c), "{format}: U+{:04X}", c as u32);
        }
    }
}

#[test]
fn a_repository_without_an_owner_is_an_error() {
    let machine = Machine::new();
    let args = [
        "audit",
        "--repository",
        "foo",
        "--only",
        "aws/budget-missing",
        "--region",
        "us-east-2",
        "-q",
    ];
    machine
        .run(&args)
        .exits(2)
        .says(&["foo", "write owner/repo"]);
}
