//! What the name of a script, a file or a workflow says of the tests that it runs.

/// Words in the names of scripts and workflows that do not test, or that test without a browser.
const OTHER_WORK: &[&str] = &[
    "analyze",
    "approve",
    "assemble",
    "assign",
    "audit",
    "backport",
    "bench",
    "benchmark",
    "biome",
    "build",
    "bump",
    "bundle",
    "check",
    "checks",
    "changelog",
    "changeset",
    "changesets",
    "cherry",
    "cla",
    "clean",
    "cleanup",
    "codegen",
    "codeql",
    "comment",
    "compile",
    "copy",
    "coverage",
    "cspell",
    "db",
    "deploy",
    "dependabot",
    "dependency",
    "deprecate",
    "dev",
    "dist",
    "docker",
    "docs",
    "doctor",
    "eslint",
    "fix",
    "fmt",
    "format",
    "gen",
    "generate",
    "i18n",
    "install",
    "jest",
    "knip",
    "label",
    "labeler",
    "labels",
    "license",
    "licenses",
    "lint",
    "lock",
    "lockfile",
    "mergebot",
    "migrate",
    "migration",
    "migrations",
    "notify",
    "oxlint",
    "pack",
    "package",
    "postbuild",
    "postinstall",
    "postpack",
    "prebuild",
    "preinstall",
    "prepack",
    "prepare",
    "prepublish",
    "prepublishonly",
    "prettier",
    "preview",
    "prisma",
    "publish",
    "release",
    "renovate",
    "report",
    "review",
    "scan",
    "schema",
    "security",
    "seed",
    "sentry",
    "serve",
    "setup",
    "slack",
    "spellcheck",
    "stale",
    "start",
    "storybook",
    "stylelint",
    "sync",
    "tag",
    "translations",
    "triage",
    "tsc",
    "typecheck",
    "types",
    "typescript",
    "unit",
    "units",
    "update",
    "upload",
    "version",
    "vitest",
    "watch",
];

/// Words that leave open whether a script tests in a browser, whatever else its name says.
const BROWSER_TESTS: &[&str] = &[
    "acceptance",
    "browser",
    "browsers",
    "chromium",
    "cypress",
    "firefox",
    "functional",
    "integration",
    "regression",
    "visual",
    "webkit",
];

/// Whether the name of a script or a workflow says that it does not run smoke tests: `lint`,
/// `build:web`, `test:unit`.
pub(super) fn is_other_work(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace("type-check", "typecheck");
    let words = || name.split(|c: char| !c.is_ascii_alphanumeric());
    let has = |known: &[&str]| words().any(|word| known.contains(&word));
    has(OTHER_WORK) && !has(BROWSER_TESTS) && !suggests_smoke_tests(&name)
}

/// Whether a file that a script runs may run tests in a browser: by its own name, or by that of the
/// script where its own says nothing.
pub(super) fn may_run_tests(file: &str, script: &str) -> bool {
    // a test of its own: `names.test.mjs`
    if file.contains(".test.") || file.contains(".spec.") || is_other_work(script) {
        return false;
    }
    let tests = |name: &str| {
        let name = name.to_ascii_lowercase();
        let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| matches!(word, "test" | "tests") || BROWSER_TESTS.contains(&word))
    };
    let stem = file.split('.').next().unwrap_or(file);
    let says_nothing = matches!(stem, "" | "ci" | "index" | "main" | "run" | "runner" | "…");
    tests(file) || (says_nothing && tests(script))
}

/// Whether the name of a script or a workflow suggests that it runs smoke tests.
pub(super) fn suggests_smoke_tests(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["e2e", "smoke", "playwright"]
        .iter()
        .any(|word| name.contains(word))
}
