//! An estate of doors, windows and a barn, and the checks of them.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Arg, Check, Cx, Evidence, FactError, Facts, Finding, Judgement, Judging, Kind, Known, Location,
    Meta, Place, Remediation, Resource, ResourceId, Rule, Severity, Snapshot, Step, Verdict,
};
use harden_runner::{Audit, Catalog, NotAudited, PolicyFile, Report, Tables};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Names that a terminal, a Markdown page or an upload could interpret.
pub(crate) fn hostile() -> Vec<String> {
    let mut all: Vec<String> = [
        "\u{1b}]0;title\u{7}\u{1b}[31mred\u{9b}31m",
        "line\nbreak\r\n# heading\n\n- item",
        "`tick` ``` fence ```` ~~~",
        "```\n</details>\n```",
        "<script>alert(1)</script></summary></details><img src=x onerror=y>",
        "[link](https://evil.example) ![image](https://evil.example/x.png) [ref]",
        "| cell | \\| \\\\| x |",
        "@octocat #1 GH-1 www.evil.example https://evil.example a@evil.example",
        "quote ' \" $(id) `id` \\",
        "\u{202e}gnp.exe\u{200b}\u{feff}",
        "{0} [a](1) \\[b](2) \\\\[c\\\\](3)",
        "**bold** __under__ ~~gone~~ $x$ :smile: *",
        "&lt;b&gt; &#64;octocat <!-- --> ]]> <https://evil.example>",
        "1. one",
        "    indented",
        "",
        "日本語 ünï",
    ]
    .map(str::to_owned)
    .into();
    all.push("x`|<é\\[".repeat(1500));
    all.push("w".repeat(10_000));
    all
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Door {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) state: Known<String>,
}

#[derive(Serialize, Deserialize)]
struct Window {
    name: String,
    #[serde(default)]
    open: Known<bool>,
}

macro_rules! resource {
    ($type:ty, $kind:literal, $permission:literal) => {
        impl Resource for $type {
            const KIND: &'static Kind = &Kind::new($kind).permissions(&[$permission]);
            fn id(&self) -> ResourceId {
                let shown = format!("house://{}", self.name);
                ResourceId::new($kind, Place::new("home", "north"), &self.name).shown_as(&shown)
            }
        }
    };
}
resource!(Door, "house/door", "house:ListDoors");
resource!(Window, "house/window", "house:ListWindows");

const PAGE: &str = "# T\n\n## What it checks\n\nEvery `door` is\nlocked.\n\n## Why\n\nThieves.\n\n\
                    ## Remediation\n\n```sh\nlock --door x\n```\n\n## Examples\n\n```json pass\n{}\n```\n";

const fn meta(id: &'static str, severity: Severity) -> Meta {
    Meta::new(id, "Every door is locked", severity)
        .remediation("Lock it.")
        .page(PAGE)
}

fn judge_lock(door: &Door, _: &Judging<()>) -> Judgement {
    let state = door.state.get()?;
    let evidence = Evidence::of("State", state, "house:ListDoors")
        .expected("locked")
        .and("Name", &door.name, "house:ListDoors")
        .note(format!("the door {} was seen", door.name));
    let fix = Remediation::new(format!("lock {}", door.name)).link("https://example.com/locks");
    Ok(match state.as_str() {
        "locked" => Verdict::Pass(evidence),
        "open" => {
            let argv = ["lock", "--door"].map(Arg::from).into_iter();
            let argv = argv.chain([
                Arg::from(door.name.as_str()),
                Arg::input("KEY", "the number of the key"),
            ]);
            let step = Step::command("Lock the door", argv, &["house:LockDoor"]).destructive();
            let fix = fix.step(step).step(Step::by_hand("Try the handle"));
            Verdict::Fail(evidence, fix.terraform("lock = true\n"))
        }
        "stuck" => Verdict::Fail(evidence, fix.withheld("the key is not known")),
        _ => Verdict::not_applicable("a curtain"),
    })
}

fn judge_window(window: &Window, _: &Judging<()>) -> Judgement {
    let evidence = Evidence::of("Open", window.open.get()?, "house:ListWindows");
    Ok(match window.open.get()? {
        true => Verdict::Fail(evidence, Remediation::new("close it")),
        false => Verdict::Pass(evidence),
    })
}

static DOOR_UNLOCKED: Rule<Door, ()> = Rule::new(
    meta("house/door-unlocked", Severity::High)
        .tags(&["guide:5"])
        .security(),
    judge_lock,
);

static WINDOW_OPEN: Rule<Window, ()> = Rule::new(
    meta("house/window-open", Severity::Low).tags(&["guide:5", "beyond-guide"]),
    judge_window,
);

static WINDOW_COLD: Rule<Window, ()> = Rule::new(
    meta("house/window-cold", Severity::Info).tags(&["guide:6", "beyond-guide"]),
    judge_window,
);

static OFF: Rule<Window, ()> = Rule::new(
    meta("house/window-dirty", Severity::Info).tags(&["beyond-guide"]),
    judge_window,
)
.off(|()| Some("off unless the policy asks for clean windows"));

/// A check about a file, which fails twice on one resource or, if the flag is set, cannot run.
struct BarnOpen(Meta, bool);

#[async_trait]
impl Check for BarnOpen {
    fn meta(&self) -> &Meta {
        &self.0
    }

    fn kinds(&self) -> &'static [&'static Kind] {
        &[]
    }

    async fn run(&self, _: &Cx) -> Result<Vec<Finding>, FactError> {
        if self.1 {
            return Err(FactError::provider("the barn is\nout of reach"));
        }
        let id = Arc::new(ResourceId::new("barn/gate", Place::global("farm"), "gate"));
        let finding = |line| Finding {
            location: Some(Box::new(Location {
                path: "./a barn/gates: all.yml".to_owned(),
                line,
                column: 0,
            })),
            ..Finding::new(
                "barn/gate-open",
                Arc::clone(&id),
                Ok(Verdict::Fail(
                    Evidence::default(),
                    Remediation::new("shut the gate"),
                )),
            )
        };
        Ok(vec![finding(7), finding(9)])
    }
}

pub(crate) const BARN: u8 = 1;
pub(crate) const BARN_BROKEN: u8 = 2;

/// The report of an estate. `doors` has names and states, `windows` is a fragment of a snapshot, `barn`
/// selects the check of the barn, and `policy` is the policy file.
pub(crate) fn report(doors: &[(String, &str)], windows: &str, barn: u8, policy: &str) -> Report {
    let doors: Vec<String> = doors
        .iter()
        .map(|(name, state)| {
            let known = match *state {
                "" => harden_core::Unknown::denied(harden_core::DeniedBy::Iam, "house:ReadLock")
                    .into(),
                state => Known::Yes(state.to_owned()),
            };
            let door = Door {
                name: name.clone(),
                state: known,
            };
            serde_json::to_string(&door).unwrap()
        })
        .collect();
    let fragment = format!(
        r#"{{"house/door": [{}], "house/window": {windows}}}"#,
        doors.join(",")
    );
    let now: Timestamp = "2026-01-15T12:00:00Z".parse().unwrap();
    let snapshot = Snapshot::from_fragment(&fragment, now).unwrap();
    let mut checks: Vec<Arc<dyn Check>> = vec![
        Arc::new(&DOOR_UNLOCKED),
        Arc::new(&WINDOW_OPEN),
        Arc::new(&WINDOW_COLD),
        Arc::new(&OFF),
    ];
    if barn != 0 {
        let meta = meta("barn/gate-open", Severity::Critical).security();
        checks.push(Arc::new(BarnOpen(meta, barn == BARN_BROKEN)));
    }
    let catalog = Catalog::new(checks.iter().map(|check| &**check));
    let (file, policies) =
        PolicyFile::parse(policy, "harden.toml", &Tables::new(), &catalog).unwrap();
    let audit = Audit::new(checks, now)
        .policy(file, policies)
        .not_audited(NotAudited::new(
            "garage",
            "no table in harden.toml and no key",
        ));
    futures::executor::block_on(audit.run(&Facts::recorded(snapshot)))
}

pub(crate) fn accept(resource: &str, expires: &str) -> String {
    format!(
        "[[accept]]\ncheck = 'house/door-unlocked'\nresource = '{resource}'\n\
         reason = 'the cat @needs it'\nowner = 'o|wner'\nexpires = '{expires}'\n"
    )
}

pub(crate) const WINDOWS: &str =
    r#"[{"name": "attic", "open": true}, {"name": "kitchen", "open": false}]"#;

/// A fragment of windows. In two regions they could not be listed, for this cause.
pub(crate) fn windows_with_gap(cause: &str) -> String {
    let gap = |region: &str| {
        format!(
            r#"{{"account": "home", "region": "{region}", "unknown": {{"cause": "{cause}", "action": "house:ListWindows", "message": "could not list"}}}}"#
        )
    };
    format!(
        r#"{{"resources": {WINDOWS}, "gaps": [{}, {}]}}"#,
        gap("south"),
        gap("west")
    )
}

/// A report with all kinds of findings and names.
pub(crate) fn everything() -> Report {
    let mut doors: Vec<(String, &str)> = hostile().into_iter().map(|name| (name, "open")).collect();
    for (name, state) in [
        ("front", "locked"),
        ("back", "stuck"),
        ("cellar", ""),
        ("cat flap", "open"),
        ("coal hole", "open"),
        ("curtain", "none"),
    ] {
        doors.push((name.to_owned(), state));
    }
    let policy = format!(
        "[estate]\nname = 'production'\n{}{}",
        accept("house://cat flap", "2026-12-31"),
        accept("house://coal hole", "2025-12-31")
    );
    report(&doors, &windows_with_gap("denied"), BARN, &policy)
}

pub(crate) fn doors(n: usize, state: &str) -> Vec<(String, &str)> {
    (0..n).map(|i| (format!("door-{i:05}"), state)).collect()
}
