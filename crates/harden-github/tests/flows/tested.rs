//! The commands that count as tests, and the tests whose failure is ignored.

use serde_json::json;

use crate::support::{FIRST, gated, judged};

#[test]
fn tests_whose_failure_is_ignored_do_not_count() {
    let on = "{push: {branches: [main]}, pull_request: {branches: [main]}}";
    for (run, more, expected) in [
        ("npx playwright test", "", "pass"),
        ("npx playwright test || exit 0", "", "fail"),
        ("npx playwright test | tee out.log", "", "fail"),
        (
            "npx playwright test | tee out.log",
            "        shell: bash\n",
            "pass",
        ),
        (
            "set -o pipefail; npx playwright test | tee out.log",
            "",
            "pass",
        ),
        ("if npx playwright test; then echo yes; fi", "", "fail"),
        ("npx playwright test &", "", "fail"),
        (
            "npx playwright test",
            "        continue-on-error: ${{ true }}\n",
            "fail",
        ),
        (
            "npx playwright test",
            "        continue-on-error: ${{ false }}\n",
            "pass",
        ),
        (
            "npx playwright test",
            "    continue-on-error: ${{ true }}\n",
            "fail",
        ),
        (
            "npx playwright test | tee x",
            "    defaults: {run: {shell: bash}}\n",
            "pass",
        ),
        (
            "npx playwright test | Tee-Object x",
            "    runs-on: windows-2025\n",
            "pass",
        ),
    ] {
        let runner = if more.contains("runs-on") {
            ""
        } else {
            "    runs-on: x\n"
        };
        let text = format!(
            "on: {on}\njobs:\n  test:\n{runner}    steps:\n      - run: {}\n{more}  deploy:\n    \
             runs-on: x\n    environment: production\n    needs: test\n    \
             if: github.event_name == 'push'\n    steps:\n      \
             - run: aws ecs update-service --cluster a --service b\n",
            json!(run)
        );
        for check in ["deploy-not-gated", "workflow-e2e-missing"] {
            judged(
                check,
                &format!("{run}\n{more}"),
                &[(FIRST, &text)],
                expected,
            );
        }
    }
}

#[test]
fn test_runners_and_scripts_named_after_tests_count() {
    const CHECK: &str = "deploy-not-gated";
    for (run, expected) in [
        ("npx jest", "pass"),
        ("yarn jest --ci", "pass"),
        ("npm t", "pass"),
        ("npx nx affected -t test", "pass"),
        ("npx nx affected -t lint test", "pass"),
        ("pnpm nx run-many --target=test", "pass"),
        ("yarn turbo run test", "pass"),
        ("poetry run pytest -x", "pass"),
        ("python -m pytest", "pass"),
        ("python3 manage.py test", "pass"),
        ("uv run pytest", "pass"),
        ("bundle exec rspec", "pass"),
        ("node --test", "pass"),
        ("deno test", "pass"),
        ("deno task test", "pass"),
        ("docker compose run --rm api npm test", "pass"),
        ("docker run --rm -v .:/x node:24 npx jest", "pass"),
        ("./scripts/run-tests.sh", "pass"),
        ("bash ci/test.sh", "pass"),
        ("bash -ec 'npm test'", "pass"),
        ("mvn -B verify", "pass"),
        ("mvn package", "pass"),
        ("./gradlew build", "pass"),
        ("npx cypress run", "pass"),
        ("npm run check", "pass"),
        ("npm run check:all", "pass"),
        ("npm run web:e2e", "pass"),
        ("mvn -DskipTests package", "fail"),
        ("./gradlew assemble", "fail"),
        ("./gradlew build -x test", "fail"),
        ("npx cypress install", "fail"),
        ("npx playwright test --list", "fail"),
        ("npx playwright install", "fail"),
        ("npm run build:ci", "fail"),
        ("npm run install:ci", "fail"),
        ("make check-env", "fail"),
        ("npm run build:test", "fail"),
        ("npx jest --listTests", "fail"),
        (
            "npm ci && npm run build && docker build -t x . && docker push x",
            "fail",
        ),
        ("npx tsc", "fail"),
        ("npm run ci", "unknown"),
        ("make all", "unknown"),
        ("./gradlew :app:connectedCheck", "unknown"),
        ("./ci.sh", "unknown"),
        ("quality-gate", "unknown"),
        ("npx some-runner", "unknown"),
        ("docker compose up --exit-code-from tests", "unknown"),
    ] {
        let text = gated("push", "test", "true").replace("npm test", run);
        judged(CHECK, run, &[(FIRST, &text)], expected);
    }
    for (uses, expected) in [
        ("cypress-io/github-action@v6", "unknown"),
        ("acme/run-tests@v1", "unknown"),
        ("docker/build-push-action@v6", "fail"),
    ] {
        let text = gated("push", "test", "true").replace("run: npm test", &format!("uses: {uses}"));
        judged(CHECK, uses, &[(FIRST, &text)], expected);
    }
}
