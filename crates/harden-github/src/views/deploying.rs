//! What is known to deploy: actions and commands, as data.

use crate::resources::workflow::{Command, Step};

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

/// Whether a step deploys, and by what.
pub(crate) fn deploys(step: &Step, production: bool) -> Option<String> {
    if let Some(uses) = &step.uses {
        let action = action(uses);
        let preview = action == "amondnet/vercel-action"
            && step
                .with
                .get("vercel-args")
                .is_none_or(|args| args != "--prod");
        if (ACTIONS.contains(&&*action) && (production || !preview)) || is_setup_deploy(step) {
            return Some(uses.clone());
        }
    }
    let is = |command: &Command, known: &[(&str, &[&str])]| {
        let mut known = known.iter();
        known.any(|(tool, words)| *tool == command.tool && command.says(words))
    };
    let mut commands = step.commands.iter();
    let found = commands.find(|c| is(c, COMMANDS) || (production && is(c, IN_PRODUCTION)));
    found.map(Command::line)
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
