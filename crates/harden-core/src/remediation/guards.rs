//! Steps that run only after others have succeeded.

use super::{Arg, Step};

impl Step {
    /// The same step, which runs only if the commands of these steps succeed, in the same line. In an
    /// interactive shell a line that fails does not stop the next one.
    pub(super) fn after(mut self, before: Vec<Self>) -> Self {
        if before.is_empty() {
            return self;
        }
        let titles: Vec<&str> = before.iter().map(|step| &*step.title).collect();
        self.title = format!("{}; then: {}", titles.join("; "), self.title).into();
        self.guards.extend(before);
        self
    }

    /// The same step, which refuses to run until a person has set a shell variable to `yes`: for a
    /// deletion after something that only a person can check.
    #[must_use]
    pub fn confirmed(mut self, name: &'static str, hint: &'static str) -> Self {
        let argv = [
            Arg::word("test"),
            Arg::input(name, hint),
            Arg::word("="),
            Arg::word("yes"),
        ];
        let title = format!("Confirm with {name}=yes");
        self.guards.insert(0, Self::command(title, argv, &[]));
        self
    }

    /// The permissions of the step and of its guards, each once.
    #[must_use]
    pub fn all_permissions(&self) -> Vec<&'static str> {
        let guards = self.guards.iter().flat_map(Self::all_permissions);
        let mut all: Vec<&'static str> = Vec::new();
        for permission in guards.chain(self.permissions.iter().copied()) {
            if !all.contains(&permission) {
                all.push(permission);
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use crate::{Arg, Remediation, Step};

    fn run(words: &[&'static str]) -> Step {
        Step::command("Do", words.iter().map(|word| Arg::word(word)), &["x:Do"])
    }

    #[test]
    fn nothing_is_destroyed_after_a_command_that_failed() {
        let copy = [Arg::word("copy"), Arg::input("KMS_KEY", "the key")];
        let to = Remediation::new("replace it")
            .step(Step::command("Copy", copy, &["x:Copy"]))
            .step(run(&["await", "copy"]))
            .step(run(&["delete", "it"]).destructive())
            .step(Step::by_hand("Check the data"))
            .step(
                run(&["delete", "rest"])
                    .destructive()
                    .confirmed("CHECKED", "yes"),
            );
        let lines: Vec<String> = to.steps.iter().filter_map(Step::to_shell).collect();
        assert_eq!(
            lines,
            [
                r#"copy "${KMS_KEY:?the key}" && await copy && delete it"#,
                r#"test "${CHECKED:?yes}" '=' yes && delete rest"#,
            ]
        );
        assert_eq!(to.steps[0].all_permissions(), ["x:Copy", "x:Do"]);
        // an interactive shell goes on with the next line
        let functions = "copy() { echo copy; }; await() { echo wait; }; delete() { echo delete; }";
        let mut shell = Command::new("bash")
            .args(["--norc", "-i"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = shell.stdin.take().unwrap();
        writeln!(input, "{functions}\n{}\n{}\necho end", lines[0], lines[1]).unwrap();
        drop(input);
        let output = shell.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("end") && !said.contains("delete"), "{said}");
    }
}
