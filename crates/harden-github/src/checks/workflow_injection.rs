use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Section, Severity, Step, Unknown,
    Verdict,
};

use crate::GithubPolicy;
use crate::operation::CONTENTS;
use crate::views::Flow;

pub(crate) static CHECK: Rule<Flow, GithubPolicy> = Rule {
    meta: Meta {
        id: "github/workflow-injection",
        title: "Scripts do not paste what outsiders wrote",
        severity: Severity::High,
        section: Section::Security,
        beyond_guide: true,
        security: true,
        remediation: "Give the value to the script through an environment variable.",
        page: include_str!("workflow_injection.md"),
    },
    judge,
    off: None,
};

/// How many are named in the evidence.
const SHOWN: usize = 5;

fn judge(flow: &Flow, _: &Judging<GithubPolicy>) -> Judgement {
    let mut found = Vec::new();
    let mut unread: Option<Unknown> = None;
    for step in flow.all_steps()? {
        match step {
            Known::Yes(placed) => {
                let injected = placed.step.injected.iter();
                found.extend(injected.map(|i| (i.context.clone(), placed.at(i.at))));
            }
            Known::No(unknown) => {
                unread.get_or_insert(*unknown);
            }
        }
    }
    let Some((context, first)) = found.first().cloned() else {
        if let Some(unknown) = unread {
            return Err(unknown);
        }
        let none = "no value that an outsider controls";
        return Ok(Verdict::Pass(Evidence::of(
            "scripts paste",
            none,
            CONTENTS.name,
        )));
    };
    let mut evidence = Evidence::default();
    for (context, at) in found.iter().take(SHOWN) {
        let setting = format!("script in {} line {}", at.path, at.line);
        evidence = evidence
            .and(setting, format_args!("pastes {context}"), CONTENTS.name)
            .wanted("an environment variable");
    }
    if found.len() > SHOWN {
        evidence = evidence.note(format!("and {} more", found.len() - SHOWN));
    }
    let remediation = remediation(&context, &first.path);
    Ok(Verdict::Fail(evidence.at(first), remediation))
}

fn remediation(context: &str, path: &str) -> Remediation {
    let text = format!(
        "        env:\n          VALUE: ${{{{ {context} }}}}\n        run: |\n          echo \"$VALUE\"\n"
    );
    Remediation::new("give the value to the script through an environment variable, which a shell does not read as code")
        .step(Step::edit(format!("In the step of {path}, instead of ${{{{ {context} }}}} in the script"), text))
        .link("https://docs.github.com/en/actions/reference/security/secure-use#good-practices-for-mitigating-script-injection-attacks")
}
