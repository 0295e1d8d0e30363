//! The remediations work: what the report offers for the bad estate is pasted into a real shell,
//! run by the real AWS CLI against the peer, and what failed fails no more.
//!
//! Every command is also looked over by the CLI's own tables of operations and parameters. That
//! the peer does what AWS would is moto's word; what it can't do (time passing, a person who
//! confirms) is listed in `LEFT`.
#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use harden_tests::{Estate, Harden, Report, paths, shell};
use serde_json::{Value, json};

/// What still fails after the commands ran, and why no command can help that here.
const LEFT: &[(&str, &str)] = &[
    ("aws/sns-subscription-pending", "a person confirms"),
    (
        "aws/alarm-flapping",
        "the history of two weeks stays as it is",
    ),
    ("aws/alb-error-rate-high", "the answers of a week are given"),
    ("aws/alb-latency-high", "the answers of a week are given"),
    ("aws/budget-exceeded", "the money is spent"),
    ("aws/ecs-memory-creep", "a person finds the leak"),
    (
        "aws/ecs-utilization-atypical",
        "a person chooses the size, and two weeks pass",
    ),
    ("aws/rds-backup-stale", "AWS makes the next backup"),
    ("aws/rds-pre-change-backup-missing", "the change is made"),
    (
        "aws/rds-restore-drill-overdue",
        "moto writes no CloudTrail events of the restore",
    ),
    (
        "aws/rds-unencrypted",
        "a person moves the application over to the encrypted copy",
    ),
    (
        "aws/ecs-plaintext-secret",
        "a person registers a new revision, and has the values replaced",
    ),
    (
        "aws/secret-rotation-disabled",
        "the rotation function is a program, and moto would run it",
    ),
    (
        "aws/root-access-key",
        "only the root user deletes its own key",
    ),
    (
        "aws/root-mfa-missing",
        "only the root user registers its own device",
    ),
    (
        "aws/sns-slack-direct-webhook",
        "a person connects the workspace of Slack",
    ),
];

/// What a role deploys that may do everything, its policies do not tell.
const POLICY: &str = "\
[[aws.ci.deployments]]
role = \"saaspe-production-terraform-role\"
kind = \"ecs\"
region = \"us-east-2\"
ecr_repository = \"saaspe-backend\"
cluster = \"saaspe-production-cluster\"
service = \"saaspe-production-worker\"
family = \"saaspe-worker\"
passed_roles = [\"saaspe-task\", \"saaspe-execution\"]
";

/// The AWS CLI, in a process of its own for all commands.
struct Cli {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Cli {
    fn start(mode: &str, estate: &Estate) -> Self {
        let home = std::env::temp_dir();
        let mut child = Command::new(paths::python())
            .arg(paths::peer_file("cli.py"))
            .arg(mode)
            .env_clear()
            .env("HOME", &home)
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ENDPOINT_URL", &estate.endpoint)
            .env("AWS_DEFAULT_REGION", &estate.region)
            .env("AWS_ACCESS_KEY_ID", &estate.credentials.access_key_id)
            .env(
                "AWS_SECRET_ACCESS_KEY",
                &estate.credentials.secret_access_key,
            )
            .env("AWS_SESSION_TOKEN", &estate.credentials.session_token)
            .env("AWS_MAX_ATTEMPTS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("cli.py starts");
        Self {
            to: child.stdin.take().unwrap(),
            from: BufReader::new(child.stdout.take().unwrap()),
            child,
        }
    }

    fn ask(&mut self, argv: &[String]) -> Value {
        writeln!(self.to, "{}", json!(argv)).unwrap();
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|e| panic!("cli.py ended on {argv:?}: {e}"))
    }
}

impl Drop for Cli {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A group of subnets, which the estate's account has as every account with databases has one.
const SUBNET_GROUP: &str = "saaspe-private";

fn subnet_group(cli: &mut Cli) {
    let mut ask = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
        let answer = cli.ask(&words);
        assert_eq!(answer["code"], 0, "{answer}");
        answer["said"].as_str().unwrap().to_owned()
    };
    let query = "Subnets[:2].SubnetId";
    let ids = ask(&[
        "ec2",
        "describe-subnets",
        "--query",
        query,
        "--output",
        "text",
    ]);
    let mut words = vec!["rds", "create-db-subnet-group"];
    words.extend(["--db-subnet-group-name", SUBNET_GROUP]);
    words.extend(["--db-subnet-group-description", "private", "--subnet-ids"]);
    words.extend(ids.split_whitespace());
    ask(&words);
}

/// What a person would fill in, where that is plain.
fn values(estate: &Estate) -> BTreeMap<String, String> {
    [
        (
            "SCHEDULER_ROLE_ARN",
            "arn:aws:iam::392853978631:role/scheduler",
        ),
        (
            "ROTATION_LAMBDA_ARN",
            "arn:aws:lambda:us-east-2:392853978631:function:rotate",
        ),
        ("EMAIL", "oncall@example.com"),
        ("TOPIC", "saaspe-production-pages"),
        ("TOPIC_ARN", estate.named("topic-public")),
        ("INSTANCE_CLASS", "db.r6g.large"),
        ("ZONE", "us-east-2b"),
        ("ENGINE", "postgres"),
        ("KMS_KEY", "alias/aws/rds"),
        ("SUBNET_GROUP", SUBNET_GROUP),
        ("COPY_CHECKED", "yes"),
        ("DATA_CHECKED", "yes"),
        ("LOG_BUCKET", "saaspe-production-alb-logs"),
        ("CERTIFICATE_ARN", estate.named("certificate")),
        ("GITHUB_REPOSITORY", "acme/shop"),
        ("ENVIRONMENT", "production"),
        ("SERVICE", "saaspe-production-service"),
        ("FAMILY", "saaspe-backend"),
        ("TASK_ROLE", "saaspe-task"),
        ("EXECUTION_ROLE", "saaspe-execution"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// What an answer names and a later step asks for.
fn learn(said: &str, values: &mut BTreeMap<String, String>) {
    let Ok(answer) = serde_json::from_str::<Value>(said) else {
        return;
    };
    for (name, pointer) in [
        ("KEY_ID", "/KeyMetadata/KeyId"),
        ("TOPIC_ARN", "/TopicArn"),
        ("MONITOR_ARN", "/MonitorArn"),
        ("WEB_ACL_ARN", "/Summary/ARN"),
    ] {
        if let Some(value) = answer.pointer(pointer).and_then(Value::as_str) {
            values.insert(name.to_owned(), value.to_owned());
        }
    }
}

fn audit(estate: &Estate) -> Report {
    let done = Harden::live(estate, ["audit", "--quiet", "--format", "json"])
        .file("harden.toml", POLICY)
        .run();
    assert!(matches!(done.code, 0 | 1), "{}", done.stderr);
    done.report()
}

/// Pastes the commands of every failure, as a person would who works down the report. Tells what
/// could not be run.
fn mend(estate: &Estate, report: &Report, first: bool, cli: &mut Cli) -> Vec<String> {
    let mut trouble = Vec::new();
    let folder = tempfile::tempdir().unwrap();
    for finding in report.with("fail") {
        let excused = LEFT.iter().any(|(check, _)| *check == finding.check());
        if excused && !first {
            continue;
        }
        let mut known = values(estate);
        let file = paths::peer_file("cli.py")
            .to_str()
            .expect("text")
            .to_owned();
        for step in finding.commands() {
            // each secret has an input of its own for the file with its value
            let files = shell::inputs(step).into_iter();
            let files = files.filter(|name| name.ends_with("_VALUE_FILE"));
            known.extend(files.map(|name| (name, file.clone())));
            let missing: Vec<String> = shell::inputs(step)
                .into_iter()
                .filter(|name| !known.contains_key(name))
                .collect();
            let command = step["command"].as_str().unwrap();
            if !missing.is_empty() {
                trouble.push(format!("{}: nobody knows {missing:?}", finding.check()));
                break;
            }
            let called = shell::evaluate(&[command.to_owned()], &known, folder.path());
            // a line with guards makes several calls, and ends at the first that fails
            let mut failed = false;
            for argv in &called[0] {
                let answer = cli.ask(argv);
                let said = answer["said"].as_str().unwrap();
                if answer["code"] != 0 {
                    trouble.push(format!("{}: {command}\n  {}", finding.check(), said.trim()));
                    failed = true;
                    break;
                }
                learn(said, &mut known);
            }
            if failed {
                break;
            }
        }
    }
    trouble
}

fn failures(report: &Report) -> BTreeSet<(String, String)> {
    let failed = report.with("fail").into_iter();
    failed
        .map(|f| (f.check().to_owned(), f.resource().to_owned()))
        .collect()
}

#[test]
fn the_commands_mend_what_failed() {
    let estate = Estate::build("bad");
    let mut cli = Cli::start("run", &estate);
    subnet_group(&mut cli);
    let first = audit(&estate);
    let before = failures(&first);
    let left: BTreeSet<&str> = LEFT.iter().map(|(check, _)| *check).collect();
    let still = |report: &Report| -> Vec<(String, String)> {
        let mut still = failures(report);
        still.retain(|failure| before.contains(failure) && !left.contains(failure.0.as_str()));
        still.into_iter().collect()
    };
    // commands that put a whole object carry what it was when the report was made: where several
    // failures are of one alarm or one web ACL, each round mends one of them
    let mut trouble = mend(&estate, &first, true, &mut cli);
    let mut report = audit(&estate);
    let mut left_before = usize::MAX;
    while !still(&report).is_empty() && still(&report).len() < left_before {
        left_before = still(&report).len();
        trouble = mend(&estate, &report, false, &mut cli);
        report = audit(&estate);
    }
    let still = still(&report);
    // what broke off over a web ACL that had changed since the report is not lost: it is done anew
    let trouble: Vec<String> = trouble.iter().map(|t| format!("{t:.500}")).collect();
    assert!(
        still.is_empty(),
        "still fail: {still:#?}\ntrouble: {}",
        trouble.join("\n")
    );
    // what is excused does occur
    for (check, reason) in LEFT {
        assert!(before.iter().any(|(c, _)| c == check), "{check}: {reason}");
    }
}

#[test]
fn the_commands_are_real() {
    let estate = Estate::build("bad");
    let report = audit(&estate);
    let mut cli = Cli::start("check", &estate);
    let mut seen = 0;
    for finding in report.with("fail") {
        for step in finding.commands() {
            let names = shell::inputs(step).into_iter();
            let values = names.map(|name| (name, "value".to_owned())).collect();
            let argv = shell::argv(step, &values);
            let complaints = cli.ask(&argv[1..])["complaints"].clone();
            assert_eq!(
                complaints,
                json!([]),
                "{}: {}",
                finding.check(),
                step["command"]
            );
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen} commands");
}
