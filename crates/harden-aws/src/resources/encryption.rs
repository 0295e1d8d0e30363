//! Encryption at rest of databases and snapshots.

use harden_core::{Known, Unknown};

/// Whether storage is encrypted at rest, from StorageEncrypted (Encrypted of a DB snapshot) and
/// StorageEncryptionType. The first is false where RDS encrypts with an AWS owned key, as it does in
/// Aurora clusters since 2026: "To determine how the data at rest is protected, use
/// StorageEncryptionType" (API_DBCluster).
pub(crate) fn is_encrypted(flag: &Known<bool>, kind: &Known<Option<String>>) -> Known<bool> {
    let kind = match kind {
        Known::Yes(Some(kind)) => kind.as_str(),
        Known::Yes(None) => return flag.clone(),
        Known::No(unknown) => {
            return match flag {
                Known::Yes(true) => Known::Yes(true),
                _ => Known::No(unknown.clone()),
            };
        }
    };
    match kind {
        "sse-kms" | "sse-rds" => Known::Yes(true),
        "none" => Known::Yes(false),
        _ if *flag == Known::Yes(true) => Known::Yes(true),
        other => Unknown::undetermined(format!(
            "this version does not know the StorageEncryptionType {}",
            harden_core::one_line(other, 40)
        ))
        .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_encrypted;
    use harden_core::Known::{self, Yes};

    #[test]
    fn every_type_of_encryption_is_known() {
        let of = |flag, kind: Option<&str>| {
            is_encrypted(&Yes(flag), &Yes(kind.map(str::to_owned)))
                .ok()
                .copied()
        };
        assert_eq!(of(false, Some("sse-rds")), Some(true));
        assert_eq!(of(true, Some("sse-kms")), Some(true));
        assert_eq!(of(false, Some("none")), Some(false));
        assert_eq!(of(false, Some("sse-later")), None);
        assert_eq!(of(true, Some("sse-later")), Some(true));
        assert_eq!(of(false, None), Some(false));
        assert_eq!(of(true, None), Some(true));
        // a snapshot of an older version lacks the type
        assert_eq!(is_encrypted(&Yes(true), &Known::default()), Yes(true));
        assert!(!is_encrypted(&Yes(false), &Known::default()).is_known());
    }
}
