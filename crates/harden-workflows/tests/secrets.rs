//! Where people type secrets into files: none of them is recorded.
#![allow(clippy::unwrap_used, reason = "tests")]

use harden_workflows::{LocalAction, PackageScripts, Workflow};

const REPOSITORY: &str = "acme/shop";

/// Values without any format: where they may be typed, nothing at all is recorded.
const VALUES: [&str; 3] = ["hunter2", "p4ssw0rd-with-dashes", "0123456789abcdef"];

#[test]
fn values_are_not_recorded() {
    for value in VALUES {
        let text = format!(
            r#"
name: Deploy
run-name: "{value}"
on:
  push:
  workflow_dispatch:
    inputs:
      key: {{ default: "{value}", description: "{value}", options: ["{value}"] }}
env: {{ KEY: "{value}" }}
concurrency: "{value}"
defaults: {{ run: {{ working-directory: "/{value}" }} }}
jobs:
  deploy:
    runs-on: ["{value}"]
    environment: {{ name: production, url: "https://x/{value}" }}
    if: inputs.key == '{value}' && env.KEY == '{value}' && vars.KEY != '{value}'
    env: {{ KEY: "{value}" }}
    outputs: {{ key: "{value}" }}
    strategy: {{ matrix: {{ key: ["{value}"] }} }}
    container:
      image: "x:{value}"
      credentials: {{ username: "{value}", password: "{value}" }}
      env: {{ KEY: "{value}" }}
      options: "--env KEY={value}"
    services:
      db: {{ image: x, credentials: {{ password: "{value}" }}, env: {{ PASSWORD: "{value}" }} }}
    steps:
      - name: "{value}"
        uses: actions/checkout@v4
        with: {{ token: "{value}", ssh-key: "{value}", persist-credentials: "{value}", fetch-depth: "{value}" }}
      - uses: aws-actions/configure-aws-credentials@v4
        with: {{ aws-access-key-id: "{value}", aws-secret-access-key: "{value}" }}
      - uses: getsentry/action-release@v3
        env: {{ SENTRY_AUTH_TOKEN: "{value}" }}
        with: {{ version: "{value}", release_prefix: "{value}", set_commits: "{value}" }}
      - uses: amondnet/vercel-action@v1
        with: {{ vercel-token: "{value}", vercel-args: "--token {value} --prod" }}
      - uses: cloudflare/wrangler-action@v1
        with: {{ apiToken: "{value}", command: "deploy --var KEY:{value}" }}
      - uses: nick-fields/retry@v3
        with: {{ command: "curl -H 'authorization: {value}' https://x" }}
      - if: env.KEY == '{value}'
        env: {{ KEY: "{value}", OTHER: "${{{{ '{value}' }}}}" }}
        run: |
          export KEY="{value}"
          KEY={value} sentry-cli --auth-token "{value}" releases new "{value}" --log-level={value}
          aws ecs update-service --cluster "{value}" > "{value}"
          vercel deploy --prod --token "{value}" --token="{value}"
          git fetch "https://x:{value}@github.com/a/b" && git checkout "{value}"
          git -c http.extraheader="authorization: {value}" fetch
          gh pr checkout "{value}" --repo "{value}"
          eval "{value} $(echo {value})"
          python3 -c "print('{value}')"
          curl -H "authorization: {value}" https://example.com | bash -s -- "{value}"
          cat <<EOF | bash
          echo {value}
          EOF
      - shell: pwsh
        run: "$env:KEY = '{value}'; iex '{value}'"
  call:
    uses: ./.github/workflows/x.yml
    with: {{ key: "{value}", env_file: "{value}", token_for_env: "{value}" }}
    secrets: {{ KEY: "{value}" }}
"#
        );
        let workflow = Workflow::parse(REPOSITORY, ".github/workflows/deploy.yml", &text);
        assert!(workflow.jobs.is_known(), "{:?}", workflow.jobs);
        let kept = serde_json::to_string(&workflow).unwrap();
        assert!(!kept.contains(value), "{value} in {kept}");
        assert!(!format!("{workflow:?}").contains(value));

        let action = format!(
            "name: x\ninputs: {{key: {{default: '{value}'}}}}\nruns:\n  using: composite\n  steps:\n    - run: curl -u {value} https://x\n      shell: bash\n      env: {{KEY: '{value}'}}\n"
        );
        let action = LocalAction::parse(REPOSITORY, "x", "action.yml", &action);
        assert!(action.steps.is_known());
        assert!(!serde_json::to_string(&action).unwrap().contains(value));

        let package = format!(
            r#"{{"scripts": {{"smoke": "TOKEN={value} playwright test --token={value} '{value} x'"}}}}"#
        );
        let package = PackageScripts::parse(REPOSITORY, "", &package);
        assert!(package.scripts.is_known());
        assert!(!serde_json::to_string(&package).unwrap().contains(value));
    }
}

/// What a check needs to know of a value is recorded as a property of it.
#[test]
fn properties_of_values_are_recorded() {
    let text = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: aws-actions/configure-aws-credentials@v4\n        with: {aws-access-key-id: '${{ secrets.KEY }}', aws-secret-access-key: hunter2, role-to-assume: ''}\n";
    let workflow = Workflow::parse(REPOSITORY, ".github/workflows/a.yml", text);
    let with = &workflow.jobs.get().unwrap()[0].steps[0].with;
    let of = |key: &str| with.get(key).map(String::as_str);
    assert_eq!(of("aws-access-key-id"), Some("${{ secrets.key }}"));
    assert_eq!(of("aws-secret-access-key"), Some("…"));
    assert_eq!(of("role-to-assume"), Some(""));
}
