//! What is known to deploy: actions and commands, as data.

use crate::resources::workflow::{Command, Step};
use crate::views::names;

/// Actions that deploy, in lower case.
const ACTIONS: &[&str] = &[
    "akhileshns/heroku-deploy",
    "amondnet/vercel-action",
    "aws-actions/amazon-ecs-deploy-express-service",
    "aws-actions/amazon-ecs-deploy-task-definition",
    "aws-actions/aws-cloudformation-github-deploy",
    "aws-actions/aws-lambda-deploy",
    "azure/container-apps-deploy-action",
    "azure/functions-action",
    "azure/k8s-deploy",
    "azure/static-web-apps-deploy",
    "azure/webapps-deploy",
    "cloudflare/pages-action",
    "cloudflare/wrangler-action",
    "digitalocean/app_action",
    "donaldpiret/ecs-deploy",
    "einaregilsson/beanstalk-deploy",
    "firebaseextended/action-hosting-deploy",
    "google-github-actions/deploy-appengine",
    "google-github-actions/deploy-cloud-functions",
    "google-github-actions/deploy-cloudrun",
    "johnbeynon/render-deploy-action",
    "nwtgck/actions-netlify",
    "serverless/github-action",
    "silas/ecs-deploy",
    "superfly/flyctl-actions",
];

/// Commands that deploy an application: the program and words of it, in order.
const COMMANDS: &[(&str, &[&str])] = &[
    ("aws", &["apprunner", "start-deployment"]),
    ("aws", &["deploy", "create-deployment"]),
    ("aws", &["ecs", "update-service"]),
    ("aws", &["elasticbeanstalk", "update-environment"]),
    ("aws", &["lambda", "update-function-code"]),
    ("az", &["containerapp", "update"]),
    ("az", &["webapp", "deploy"]),
    ("cdk", &["deploy"]),
    ("copilot", &["deploy"]),
    ("eb", &["deploy"]),
    ("ecs-deploy", &[]),
    ("firebase", &["deploy"]),
    ("flyctl", &["deploy"]),
    ("gcloud", &["deploy"]),
    ("helm", &["upgrade"]),
    ("heroku", &["container:release"]),
    ("kubectl", &["rollout", "restart"]),
    ("kubectl", &["set", "image"]),
    ("netlify", &["deploy", "--prod"]),
    ("railway", &["up"]),
    ("sam", &["deploy"]),
    ("serverless", &["deploy"]),
    ("vercel", &["--prod"]),
    ("vercel", &["promote"]),
    ("wrangler", &["deploy"]),
];

/// Commands that deploy where the job says that it is production's.
const IN_PRODUCTION: &[(&str, &[&str])] = &[
    ("ansible-playbook", &[]),
    ("aws", &["cloudformation", "deploy"]),
    ("aws", &["s3", "cp"]),
    ("aws", &["s3", "sync"]),
    ("helm", &["install"]),
    ("kubectl", &["apply"]),
    ("netlify", &["deploy"]),
    ("pulumi", &["up"]),
    ("terraform", &["apply"]),
    ("vercel", &[]),
    ("wrangler", &["publish"]),
];

/// The programs that deploy an application.
pub(crate) fn deployers() -> Vec<&'static str> {
    COMMANDS.iter().map(|(tool, _)| *tool).collect()
}

/// A part of a step that deploys.
#[derive(Debug, Clone)]
pub(crate) struct Deploys {
    /// The action, or the command.
    pub(crate) by: String,
    /// Of a command: its number among the step's.
    pub(crate) command: usize,
    /// Whether it deploys wherever it stands.
    pub(crate) certain: bool,
    /// Whether its failure is swallowed by the script.
    pub(crate) tolerated: bool,
}

/// What of a step deploys, in order.
pub(crate) fn deploys(step: &Step, production: bool) -> Vec<Deploys> {
    if let Some(uses) = &step.uses {
        let action = action(uses);
        let preview = action == "amondnet/vercel-action"
            && step
                .with
                .get("vercel-args")
                .is_none_or(|args| args != "--prod");
        if (ACTIONS.contains(&&*action) && (production || !preview)) || is_setup_deploy(step) {
            return vec![Deploys {
                by: uses.clone(),
                command: 0,
                certain: true,
                tolerated: false,
            }];
        }
    }
    let is = |command: &Command, known: &[(&str, &[&str])]| {
        let mut known = known.iter();
        known.any(|(tool, words)| *tool == command.tool && command.says(words))
    };
    let commands = step.commands.iter().enumerate();
    let found = commands.filter_map(|(number, command)| {
        let certain = is(command, COMMANDS);
        let may = || is(command, IN_PRODUCTION) || is_named_so(command);
        (certain || (production && may())).then(|| Deploys {
            by: command.line(),
            command: number,
            certain,
            tolerated: command.tolerated,
        })
    });
    found.collect()
}

/// A script whose name says that it deploys.
fn is_named_so(command: &Command) -> bool {
    matches!(&*command.tool, "file" | "script" | "task")
        && command
            .words
            .first()
            .is_some_and(|name| names::deploys(name))
}

/// wrangler-action without a command deploys; with one, what it says counts.
fn is_setup_deploy(step: &Step) -> bool {
    let uses = step.uses.as_deref().unwrap_or_default();
    action(uses) == "cloudflare/wrangler-action"
        && step
            .with
            .get("command")
            .is_none_or(|command| command.contains("deploy"))
}

/// `owner/repo` and a path in it of an action, in lower case, without its ref.
pub(crate) fn action(uses: &str) -> String {
    uses.split('@').next().unwrap_or(uses).to_ascii_lowercase()
}
