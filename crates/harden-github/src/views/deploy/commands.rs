//! The actions and commands that are known to deploy, as data.

use super::names;
use super::test_commands::is_test_command;
use crate::resources::workflow::{Command, Step};
use crate::views::workflow::action;

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
    ("amplify", &["publish"]),
    ("argocd", &["app", "sync"]),
    ("aws", &["amplify", "start-deployment"]),
    ("aws", &["amplify", "start-job"]),
    ("aws", &["apprunner", "start-deployment"]),
    ("aws", &["deploy", "create-deployment"]),
    ("aws", &["ecs", "deploy"]),
    ("aws", &["ecs", "update-service"]),
    ("aws", &["elasticbeanstalk", "update-environment"]),
    ("aws", &["lambda", "update-function-code"]),
    ("az", &["containerapp", "update"]),
    ("az", &["webapp", "deploy"]),
    ("cdk", &["deploy"]),
    ("chalice", &["deploy"]),
    ("copilot", &["deploy"]),
    ("doctl", &["apps", "create-deployment"]),
    ("eb", &["deploy"]),
    ("ecs-deploy", &[]),
    ("firebase", &["deploy"]),
    ("flyctl", &["deploy"]),
    ("gcloud", &["deploy"]),
    ("helm", &["upgrade"]),
    ("heroku", &["container:release"]),
    ("kamal", &["deploy"]),
    ("kamal", &["redeploy"]),
    ("kubectl", &["rollout", "restart"]),
    ("kubectl", &["set", "image"]),
    ("netlify", &["deploy", "--prod"]),
    ("railway", &["up"]),
    ("sam", &["deploy"]),
    ("serverless", &["deploy"]),
    ("sst", &["deploy"]),
    ("vercel", &["--prod"]),
    ("vercel", &["promote"]),
    ("wrangler", &["deploy"]),
    ("zappa", &["deploy"]),
    ("zappa", &["update"]),
];

/// Commands that deploy if the job runs in the production environment. Elsewhere they often do
/// something else: `aws s3 cp` uploads a report, `terraform apply` builds a test environment.
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
pub(crate) struct DeployingPart {
    /// The action, or the command.
    pub(crate) by: String,
    /// The index of the command in its step; 0 for an action.
    pub(crate) command: usize,
    /// Whether it deploys in any job, and not only in a job of production.
    pub(crate) certain: bool,
    /// Whether the script ignores its failure.
    pub(crate) tolerated: bool,
}

/// The parts of a step that deploy, in order.
pub(crate) fn deploying_parts(step: &Step, production: bool) -> Vec<DeployingPart> {
    if let Some(uses) = &step.uses {
        let action = action(uses);
        // without `--prod`, Vercel makes a preview deployment
        let preview = action == "amondnet/vercel-action"
            && step
                .with
                .get("vercel-args")
                .is_none_or(|args| args != "--prod");
        if (ACTIONS.contains(&&*action) && (production || !preview)) || is_wrangler_deploy(step) {
            return vec![DeployingPart {
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
        // `vercel deploy --target=production` is `vercel --prod`
        let target = command.option(&["--target", "--environment"]);
        let targeted = command.tool == "vercel" && target == Some("production");
        let stage = command
            .option(&["--stage"])
            .filter(|_| command.tool == "sst");
        let elsewhere = stage.is_some_and(names::is_other_stage);
        let certain = (is(command, COMMANDS) || targeted) && !elsewhere;
        let may = || is(command, IN_PRODUCTION) || has_deploying_name(command);
        (certain || (production && may())).then(|| DeployingPart {
            by: command.line(),
            command: number,
            // a name or an upload alone does not prove that the step is the deployment
            certain,
            tolerated: command.tolerated,
        })
    });
    found.collect()
}

/// Actions that deploy nothing, in lower case: they set up, sign in, cache, test and report. Those of
/// `actions/` are not among them, since only one of these deploys.
const HARMLESS_ACTIONS: &[&str] = &[
    "8398a7/action-slack",
    "aws-actions/amazon-ecr-login",
    "aws-actions/aws-secretsmanager-get-secrets",
    "aws-actions/configure-aws-credentials",
    "azure/login",
    "codecov/codecov-action",
    "cypress-io/github-action",
    "denoland/setup-deno",
    "docker/login-action",
    "docker/metadata-action",
    "docker/setup-buildx-action",
    "docker/setup-qemu-action",
    "dorny/paths-filter",
    "getsentry/action-release",
    "google-github-actions/auth",
    "google-github-actions/setup-gcloud",
    "hashicorp/setup-terraform",
    "hashicorp/vault-action",
    "oven-sh/setup-bun",
    "pnpm/action-setup",
    "ruby/setup-ruby",
    "slackapi/slack-github-action",
    "step-security/harden-runner",
    "treosh/lighthouse-ci-action",
];

/// Programs that deploy nothing, whatever their words are.
const HARMLESS_TOOLS: &[&str] = &["git", "gh", "node", "playwright", "cypress", "sentry-cli"];

/// Whether a step certainly deploys nothing: all that it runs is known.
pub(crate) fn deploys_nothing(step: &Step) -> bool {
    if step.others || step.sends || !step.unfollowed.is_empty() {
        return false;
    }
    if let Some(uses) = &step.uses {
        let action = action(uses);
        let known = action.starts_with("actions/") && action != "actions/deploy-pages";
        // the steps of a local action are looked at themselves
        if !known && !uses.starts_with("./") && !HARMLESS_ACTIONS.contains(&&*action) {
            return false;
        }
    }
    step.commands.iter().all(|command| {
        is_test_command(command) == Some(true)
            || HARMLESS_TOOLS.contains(&&*command.tool)
            || (command.tool == "aws" && command.says(&["sts"]))
            || (command.tool == "terraform" && !command.says(&["apply"]))
            || (matches!(&*command.tool, "file" | "script" | "task")
                && command
                    .words
                    .first()
                    .is_some_and(|name| names::is_chore(name)))
    })
}

/// A script that may deploy by its name, in a job that has no environment.
pub(crate) fn deploying_script(step: &Step) -> Option<&Command> {
    step.commands
        .iter()
        .find(|command| has_deploying_name(command))
}

/// Whether the command runs a script whose name contains "deploy".
fn has_deploying_name(command: &Command) -> bool {
    matches!(&*command.tool, "file" | "script" | "task")
        && command
            .words
            .first()
            .is_some_and(|name| names::deploys(name))
}

/// Whether the step is `wrangler-action` and deploys: it does without a command.
fn is_wrangler_deploy(step: &Step) -> bool {
    let uses = step.uses.as_deref().unwrap_or_default();
    action(uses) == "cloudflare/wrangler-action"
        && step
            .with
            .get("command")
            .is_none_or(|command| command.contains("deploy"))
}
