//! Amazon Resource Names.

use std::fmt;

/// The six parts of an Amazon Resource Name.
///
/// IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)". Region and account
/// are empty for services without them (`arn:aws:s3:::bucket`). The resource can contain colons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ArnParts<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: &'a str,
    /// The service's namespace (`sns`, `iam`).
    pub service: &'a str,
    /// The region's code, or empty.
    pub region: &'a str,
    /// The account's twelve digits, or empty.
    pub account: &'a str,
    /// Everything after the account (`topic-name`, `role/path/name`, `alarm:name`).
    pub resource: &'a str,
}

impl<'a> ArnParts<'a> {
    /// Splits an ARN. Returns `None` if the text is not an ARN: it has another prefix, fewer than six
    /// parts, or an empty partition, service or resource.
    pub fn parse(arn: &'a str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        if parts.next() != Some("arn") {
            return None;
        }
        let parts = Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        };
        let whole = [parts.partition, parts.service, parts.resource];
        whole.iter().all(|part| !part.is_empty()).then_some(parts)
    }

    /// The account of an account principal: `arn:aws:iam::123456789012:root`.
    pub(crate) fn root_account(self) -> Option<&'a str> {
        (self.service == "iam" && self.resource == "root").then_some(self.account)
    }

    /// The name of a role without its path: `role/team/deploy` is `deploy`.
    pub(crate) fn role_name(self) -> Option<&'a str> {
        let path = (self.service == "iam").then_some(self.resource)?;
        path.strip_prefix("role/")?.rsplit('/').next()
    }

    /// The name of a session's role: `assumed-role/deploy/session` is `deploy`.
    pub(crate) fn session_role(self) -> Option<&'a str> {
        let session = (self.service == "sts").then_some(self.resource)?;
        let (role, _) = session.strip_prefix("assumed-role/")?.split_once('/')?;
        Some(role)
    }

    /// The name of an IAM user without its path.
    pub(crate) fn user_name(self) -> Option<&'a str> {
        let path = (self.service == "iam").then_some(self.resource)?;
        path.strip_prefix("user/")?.rsplit('/').next()
    }
}

impl fmt::Display for ArnParts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            service,
            region,
            account,
            resource,
        } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_has_six_parts() {
        let text = "arn:aws:logs:us-east-2:123456789012:log-group:/ecs/web:*";
        let arn = ArnParts::parse(text).unwrap();
        assert_eq!(
            (arn.partition, arn.service, arn.region),
            ("aws", "logs", "us-east-2")
        );
        assert_eq!(
            (arn.account, arn.resource),
            ("123456789012", "log-group:/ecs/web:*")
        );
        assert_eq!(arn.to_string(), text);
        assert_eq!(ArnParts::parse("arn:aws:s3:::bucket").unwrap().account, "");
    }

    #[test]
    fn other_texts_are_not_arns() {
        for text in [
            "",
            "*",
            "arn:*",
            "arn:aws:sns:us-east-1:123456789012",
            "arn:aws:s3:::",
            "ARN:aws:s3:::b",
        ] {
            assert_eq!(ArnParts::parse(text), None, "{text}");
        }
    }

    #[test]
    fn roles_sessions_and_users_have_names() {
        let name = |text| {
            let arn = ArnParts::parse(text).unwrap();
            arn.role_name().or(arn.session_role()).or(arn.user_name())
        };
        assert_eq!(
            name("arn:aws:iam::123456789012:role/a/b/deploy"),
            Some("deploy")
        );
        assert_eq!(
            name("arn:aws:sts::123456789012:assumed-role/deploy/ci"),
            Some("deploy")
        );
        assert_eq!(name("arn:aws:iam::123456789012:user/team/ann"), Some("ann"));
        assert_eq!(name("arn:aws:iam::123456789012:root"), None);
    }
}
