//! Connects topics to a chat.

use harden_core::{Arg, Remediation, Step, hcl_string};

use crate::remediations::cli::aws;

/// Adds the steps that connect a topic to a Slack channel.
pub(crate) fn slack_channel(to: Remediation, topic_arn: &str) -> Remediation {
    to.step(Step::by_hand(
        "Authorize the Slack workspace once, in the console of Amazon Q Developer in chat \
         applications, and invite its app to the channel",
    ))
    .step(
        aws("chatbot", "create-slack-channel-configuration")
            .opt("--configuration-name", "production-alerts")
            .opt(
                "--slack-team-id",
                Arg::input(
                    "SLACK_TEAM_ID",
                    "the id of the workspace, T followed by letters",
                ),
            )
            .opt(
                "--slack-channel-id",
                Arg::input(
                    "SLACK_CHANNEL_ID",
                    "the id of the channel, C followed by letters",
                ),
            )
            .opt(
                "--iam-role-arn",
                Arg::input("ROLE_ARN", "a role that chatbot.amazonaws.com may assume"),
            )
            .opt("--sns-topic-arns", topic_arn)
            // the API exists only in some regions; a configuration accepts topics of every region
            .region("us-east-2")
            .step(
                "Connect the topic to the channel; the subscription confirms itself",
                &[
                    "chatbot:CreateSlackChannelConfiguration",
                    "iam:PassRole",
                    "sns:ListSubscriptionsByTopic",
                    "sns:Subscribe",
                ],
            ),
    )
    .terraform(format!(
        "resource \"aws_chatbot_slack_channel_configuration\" \"alerts\" {{\n  \
         configuration_name = \"production-alerts\"\n  \
         iam_role_arn       = aws_iam_role.chatbot.arn\n  \
         slack_team_id      = var.slack_team_id\n  \
         slack_channel_id   = var.slack_channel_id\n  \
         sns_topic_arns     = [{}]\n}}\n",
        hcl_string(topic_arn),
    ))
    .link("https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html")
}
