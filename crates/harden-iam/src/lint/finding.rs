//! Rules and findings.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::document::{Part, Policy};
use crate::error::{Position, StatementRef};

/// The level of a finding, as SARIF defines it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Advice, or something that is not certain.
    Note,
    /// A statement is broader than necessary.
    Warning,
    /// A statement has no effect, or grants access that is not intended.
    Error,
}

impl Level {
    /// `note`, `warning` or `error`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal, $level:ident, $title:literal;)+) => {
        /// A lint rule. Its id does not change between versions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Rule {
            /// All rules, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The id in reports: `action-unknown`.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id),+ }
            }

            /// The level of its findings.
            pub const fn level(self) -> Level {
                match self { $(Self::$name => Level::$level),+ }
            }

            /// A short title.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }
        }
    };
}

rules! {
    /// No service has the action, or no action matches the pattern.
    ActionUnknown = "action-unknown", Error, "The action does not exist";
    /// AWS managed policies use the action, but the Service Authorization Reference does not list it: it
    /// was withdrawn, or it is not published.
    ActionUnlisted = "action-unlisted", Warning, "AWS's reference does not list the action";
    /// The action's service is retired, so the entry has no effect.
    ServiceRetired = "service-retired", Warning, "The service is retired";
    /// AWS does not authorize the action on any of the resources, so it is never allowed.
    ResourceUnsupported = "resource-unsupported", Error,
        "The action is not authorized on the resource";
    /// The Service Authorization Reference lists no resource for the action, or another form of ARN. AWS
    /// does not document whether the statement takes effect.
    ResourceUndocumented = "resource-undocumented", Warning,
        "AWS does not document the resource for the action";
    /// The action does not support the condition key, so the condition never holds (or always, for a
    /// negated operator).
    ConditionKeyUnsupported = "condition-key-unsupported", Error,
        "The action does not support the condition key";
    /// No service has a condition key with this name.
    ConditionKeyUnknown = "condition-key-unknown", Error, "The condition key does not exist";
    /// A condition key is twice under one operator, in different cases.
    ConditionKeyTwice = "condition-key-twice", Error, "A condition key is used twice";
    /// The policy language has no such operator.
    OperatorUnknown = "operator-unknown", Error, "The condition operator does not exist";
    /// The operator compares another type than the key has.
    OperatorMismatch = "operator-mismatch", Warning,
        "The condition operator does not match the type of the key";
    /// A string operator compares an ARN.
    ArnOperator = "arn-operator", Note, "A string operator compares an ARN";
    /// The operator cannot compare the value.
    ValueMalformed = "value-malformed", Error, "The condition operator cannot compare the value";
    /// `ForAllValues` on a key with one value: the condition also holds without the key.
    ForAllValues = "for-all-values", Warning, "ForAllValues is used with a key of one value";
    /// The condition matches every value: it only requires that the key is present.
    EquivalentToNull = "equivalent-to-null", Note, "The condition only requires that the key is present";
    /// `aws:SourceIp` is never a private address.
    PrivateSourceIp = "private-source-ip", Warning, "aws:SourceIp is compared with a private address";
    /// The statement, or an action of it, can never take effect for another reason.
    GrantDead = "grant-dead", Error, "The statement can never take effect";
    /// The resource is not an ARN, or not one of the right shape.
    ResourceMalformed = "resource-malformed", Error, "The resource is not an ARN";
    /// The partition, service, region or account of an ARN does not exist.
    ArnInvalid = "arn-invalid", Error, "A part of the ARN does not exist";
    /// A document of version 2008-10-17 contains `${...}`, which is plain text there.
    VariableUnread = "variable-unread", Error, "The policy variable is plain text";
    /// A `${` does not begin a policy variable.
    VariableMalformed = "variable-malformed", Error, "The policy variable is malformed";
    /// `Resource` is `*` for an action that can be limited to resources.
    WildcardResource = "wildcard-resource", Warning, "The action could be limited to resources";
    /// The statement allows all actions, or all actions of a service.
    WildcardAction = "wildcard-action", Warning, "The statement allows whole services";
    /// Another entry or statement already has the same effect.
    Redundant = "redundant", Note, "Another part of the policy already has this effect";
    /// `Allow` with `NotAction`, `NotResource` or `NotPrincipal`: everything except what it names,
    /// including what AWS adds later.
    AllowExcept = "allow-except", Warning, "The statement allows everything except what it names";
    /// AWS would not accept the document as a policy.
    Malformed = "malformed", Error, "The document is not a policy";
    /// A document without `Version` has the version of 2008.
    VersionMissing = "version-missing", Warning, "The policy has no Version";
    /// The document is longer than AWS accepts.
    PolicySize = "policy-size", Error, "The policy exceeds its size limit";
    /// A principal is not of a form that AWS accepts, or cannot call the action.
    PrincipalInvalid = "principal-invalid", Error, "The principal is not valid";
    /// IAM shows the unique id of a principal after the principal was deleted.
    PrincipalUniqueId = "principal-unique-id", Warning, "The principal is a unique id";
    /// Everyone has access, without a condition that restricts the callers.
    PublicAccess = "public-access", Error, "Everyone has access";
    /// A service has access on behalf of any account.
    ConfusedDeputy = "confused-deputy", Warning,
        "A service has access on behalf of any account";
    /// Another account can assume the role without an external id.
    ExternalIdMissing = "external-id-missing", Note,
        "An account can assume the role without an external id";
    /// Everyone who can get a token or session of an identity provider can assume the role.
    FederatedOpen = "federated-open", Error, "Everyone with a token of the provider can assume the role";
    /// Many workloads of one tenant of an identity provider can assume the role.
    FederatedBroad = "federated-broad", Warning, "Many workloads of the provider can assume the role";
    /// The audience of SAML assertions is not checked.
    SamlAudienceUnchecked = "saml-audience-unchecked", Warning,
        "The audience of SAML assertions is not checked";
    /// A `Sid` is used twice, or contains characters that AWS refuses.
    SidInvalid = "sid-invalid", Error, "AWS does not accept the Sid";
    /// A statement has no `Sid`.
    SidMissing = "sid-missing", Note, "The statement has no Sid";
    /// A call of the deployment passes a role without permission to pass it.
    PassRoleMissing = "pass-role-missing", Error, "The deployment may not pass a role that it needs to pass";
    /// A call of the deployment is not allowed.
    CallDenied = "call-denied", Error, "A call of the deployment is denied";
    /// The deployment does not need the action.
    ActionSurplus = "action-surplus", Warning, "The deployment does not need the action";
    /// The permissions together can run any code with the permissions of a role.
    RunsAnyCode = "runs-any-code", Note, "The permissions can run any code with the passed role";
    /// The permissions contain a known privilege escalation path.
    Escalation = "escalation", Error, "The permissions allow privilege escalation";
    /// The permissions contain a known privilege escalation path, under a condition that may be met.
    EscalationConditional = "escalation-conditional", Warning,
        "The permissions allow privilege escalation under a condition";
    /// The trust policy of the role is missing.
    TrustMissing = "trust-missing", Note, "The trust policy is missing";
    /// Repositories of other owners than the intended one can assume the role.
    SubjectUnrestricted = "subject-unrestricted", Error, "Other owners can assume the role";
    /// Every repository of an owner can assume the role.
    SubjectOrganization = "subject-organization", Error,
        "Every repository of the owner can assume the role";
    /// More than one ref of the repository can assume the role.
    SubjectAnyRef = "subject-any-ref", Warning, "Every ref of the repository can assume the role";
    /// Pull requests of the repository can assume the role.
    SubjectPullRequests = "subject-pull-requests", Error, "Pull requests can assume the role";
    /// Tokens for any audience are accepted.
    AudienceUnchecked = "audience-unchecked", Warning, "The audience of the tokens is not checked";
    /// Tokens for other audiences than `sts.amazonaws.com` are accepted too.
    AudienceSeveral = "audience-several", Note, "Tokens for several audiences are accepted";
    /// The role trusts a workflow at a branch or tag, which can move.
    WorkflowRefMutable = "workflow-ref-mutable", Note, "The trusted workflow is at a branch or tag";
    /// No token meets the conditions of the statement.
    TrustNeverMatches = "trust-never-matches", Error, "No token can assume the role";
    /// It could not be determined who can assume the role.
    TrustNotJudged = "trust-not-judged", Warning, "It could not be determined who can assume the role";
}

/// A finding: something that is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The action, in AWS's spelling if it exists; `None` if the finding is not about one action.
    pub action: Option<String>,
    /// The statement; `None` if the finding is not about one statement.
    pub statement: Option<StatementRef>,
    /// The position in the text; `None` if the policy was not parsed from text.
    pub position: Option<Position>,
    /// What is wrong, as a sentence.
    pub message: String,
    /// What to write instead, as a sentence.
    pub instead: Option<String>,
}

impl Finding {
    /// A finding about the whole document.
    pub fn new(rule: Rule, message: impl Into<String>) -> Self {
        Self {
            rule,
            action: None,
            statement: None,
            position: None,
            message: message.into(),
            instead: None,
        }
    }

    /// Sets the statement, by its index, and the position of a part of it.
    #[must_use]
    pub fn at(mut self, policy: &Policy, statement: usize, part: Part) -> Self {
        self.statement = Some(policy.reference(statement));
        let statement = policy.statements().get(statement);
        self.position = statement.and_then(|one| one.position_of(part));
        self
    }

    /// Sets the action.
    #[must_use]
    pub fn of_action(mut self, action: impl Into<String>) -> Self {
        self.action = Some(action.into());
        self
    }

    /// Sets what to write instead.
    #[must_use]
    pub fn instead(mut self, instead: impl Into<String>) -> Self {
        self.instead = Some(instead.into());
        self
    }

    /// The level of the rule.
    pub const fn level(&self) -> Level {
        self.rule.level()
    }
}

/// Serializes as an object with `rule`, `grade` (the level), `action`, `statement` (its index), `sid`,
/// `line`, `column`, `message` and `instead`. Missing values are `null`.
impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let statement = self.statement.as_ref();
        let mut map = serializer.serialize_struct("Finding", 9)?;
        map.serialize_field("rule", self.rule.id())?;
        map.serialize_field("grade", self.level().as_str())?;
        map.serialize_field("action", &self.action)?;
        map.serialize_field("statement", &statement.map(|one| one.index))?;
        map.serialize_field("sid", &statement.and_then(|one| one.sid.as_deref()))?;
        map.serialize_field("line", &self.position.map(|at| at.line))?;
        map.serialize_field("column", &self.position.map(|at| at.column))?;
        map.serialize_field("message", &self.message)?;
        map.serialize_field("instead", &self.instead)?;
        map.end()
    }
}
