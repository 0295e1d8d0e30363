//! Actions and images, pinned and not pinned.

use crate::support::{FIRST, judged, steps};

#[test]
fn images_are_pinned_by_their_digest() {
    let digest = "8f4b7f84864484a7bf31766abe9204da3cbe65b38f4b7f84864484a7bf31766a";
    for (uses, expected) in [
        (format!("docker://alpine@sha256:{digest}"), "pass"),
        (
            format!("docker://ghcr.io/other/x:1@sha256:{digest}"),
            "pass",
        ),
        ("docker://ghcr.io/acme/x:1".to_owned(), "pass"),
        ("docker://ghcr.io/other/x:1".to_owned(), "fail"),
        ("docker://acme/x:1".to_owned(), "fail"),
        ("docker://alpine@sha256:8f4b7f8".to_owned(), "fail"),
        (format!("other/x@{}", &digest[..40]), "pass"),
        ("other/x@v1".to_owned(), "fail"),
    ] {
        let file = steps("push", &format!("      - uses: {uses}\n"));
        let shown = judged(
            "workflow-action-unpinned",
            &uses,
            &[(FIRST, &file)],
            expected,
        );
        assert!(!shown.contains("repos/ghcr.io"), "{shown}");
    }
}
