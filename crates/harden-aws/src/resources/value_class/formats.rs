//! The formats of credentials that their issuers document.

/// The prefix of a known credential format, its issuer, and the shortest length of the rest.
const FORMATS: &[(&str, usize, &str)] = &[
    ("AKIA", 16, "AWS access key"),
    ("ASIA", 16, "AWS temporary access key"),
    ("ghp_", 30, "GitHub token"),
    ("gho_", 30, "GitHub token"),
    ("ghu_", 30, "GitHub token"),
    ("ghs_", 30, "GitHub token"),
    ("ghr_", 30, "GitHub token"),
    ("github_pat_", 30, "GitHub token"),
    ("glpat-", 20, "GitLab token"),
    ("xoxb-", 20, "Slack token"),
    ("xoxp-", 20, "Slack token"),
    ("xoxa-", 20, "Slack token"),
    ("xapp-", 20, "Slack token"),
    ("https://hooks.slack.com/services/", 20, "Slack webhook"),
    ("https://hooks.slack.com/workflows/", 20, "Slack webhook"),
    ("https://hooks.slack.com/triggers/", 20, "Slack webhook"),
    ("https://discord.com/api/webhooks/", 20, "Discord webhook"),
    (
        "https://discordapp.com/api/webhooks/",
        20,
        "Discord webhook",
    ),
    ("https://hooks.zapier.com/hooks/", 10, "Zapier webhook"),
    ("https://outlook.office.com/webhook/", 20, "Teams webhook"),
    (
        "https://api.vercel.com/v1/integrations/deploy/",
        10,
        "Vercel deploy hook",
    ),
    ("sk_live_", 16, "Stripe key"),
    ("sk_test_", 16, "Stripe test key"),
    ("rk_live_", 16, "Stripe key"),
    ("whsec_", 16, "webhook signing secret"),
    ("sk-ant-", 20, "Anthropic key"),
    ("sk-proj-", 20, "OpenAI key"),
    ("sk-", 40, "OpenAI key"),
    ("AIza", 35, "Google API key"),
    ("ya29.", 20, "Google token"),
    ("SG.", 40, "SendGrid key"),
    ("key-", 32, "Mailgun key"),
    ("npm_", 36, "npm token"),
    ("pypi-", 50, "PyPI token"),
    ("dop_v1_", 60, "DigitalOcean token"),
    ("hf_", 30, "Hugging Face token"),
    ("lin_api_", 30, "Linear key"),
    ("sntrys_", 40, "Sentry token"),
    ("sntryu_", 40, "Sentry token"),
    ("shpat_", 32, "Shopify token"),
    ("dp.st.", 30, "Doppler token"),
    ("dapi", 32, "Databricks token"),
    ("AGE-SECRET-KEY-1", 40, "age key"),
    ("re_", 24, "Resend key"),
];

pub(super) fn known_format(value: &str) -> Option<&'static str> {
    if value.contains("-----BEGIN ") && value.contains("PRIVATE KEY") {
        return Some("private key");
    }
    if value.contains("\"private_key\"") && value.contains("\"client_email\"") {
        return Some("Google service account key");
    }
    if is_jwt(value) {
        return Some("JSON Web Token");
    }
    let in_token = |c: char| c.is_ascii_alphanumeric() || "-_./=+".contains(c);
    FORMATS
        .iter()
        .find(|(prefix, least, _)| {
            value
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.len() >= *least && rest.chars().all(in_token))
        })
        // the id of an access key has a fixed length and only capitals; words can begin like it
        .filter(|(prefix, least, _)| {
            !prefix.ends_with("IA")
                || (value.len() == prefix.len() + least
                    && value
                        .bytes()
                        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()))
        })
        .map(|(_, _, whose)| *whose)
}

/// Whether a text is a JSON Web Token: three base64url parts, the first two JSON objects.
fn is_jwt(value: &str) -> bool {
    let in_part = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let parts: Vec<&str> = value.split('.').collect();
    matches!(&*parts, [head, body, sign]
        if head.starts_with("eyJ") && body.starts_with("eyJ") && sign.len() >= 16
            && parts.iter().all(|p| p.chars().all(in_part)))
}
