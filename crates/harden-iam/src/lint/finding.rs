//! What a judge of policies says.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::document::{Part, Policy};
use crate::error::{Position, StatementRef};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Advice, or what cannot be told for certain.
    Note,
    /// Broader than it need be, or surplus.
    Warning,
    /// It does not do what it says.
    Error,
}

impl Level {
    /// `note`, `warning` or `error`, as SARIF has them.
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
        /// What a finding is about. The names do not change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Rule {
            /// All rules, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name in reports: `action-unknown`.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id),+ }
            }

            /// How much its findings weigh.
            pub const fn level(self) -> Level {
                match self { $(Self::$name => Level::$level),+ }
            }

            /// What is wrong, in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }
        }
    };
}

rules! {
    /// No service has the action (or no action fits the pattern).
    ActionUnknown = "action-unknown", Error, "The action does not exist";
    /// AWS's own managed policies name the action, and its reference does not: withdrawn, or not
    /// published.
    ActionUnlisted = "action-unlisted", Note, "AWS's reference does not list the action";
    /// The action's service has been retired, so that the statement has become idle.
    ServiceRetired = "service-retired", Note, "The service has been retired";
    /// The action is not authorized on any of the resources given, so that it is never allowed.
    ResourceUnsupported = "resource-unsupported", Error,
        "The action is not authorized on the resource";
    /// The action is never called with the condition key, so that the condition never holds (or
    /// always does, for a negated operator).
    ConditionKeyUnsupported = "condition-key-unsupported", Error,
        "The action is never called with the condition key";
    /// No service sends a condition key of that name.
    ConditionKeyUnknown = "condition-key-unknown", Error, "The condition key does not exist";
    /// The language has no such operator.
    OperatorUnknown = "operator-unknown", Error, "The condition operator does not exist";
    /// The operator does not fit the type of the key.
    OperatorMismatch = "operator-mismatch", Warning,
        "The condition operator does not fit the key's type";
    /// An ARN is compared as text.
    ArnOperator = "arn-operator", Note, "The key holds an ARN, and is compared as text";
    /// The value is none that the operator can compare.
    ValueMalformed = "value-malformed", Error, "The condition value does not fit its operator";
    /// The statement, or an action of it, can never take effect for another reason.
    GrantDead = "grant-dead", Error, "The statement can never take effect";
    /// The resource is not an ARN, or not one of the right shape.
    ResourceMalformed = "resource-malformed", Error, "The resource is not an ARN";
    /// The policy's version has no variables, and it has a `${…}`.
    VariableUnread = "variable-unread", Error, "The policy variable is not read";
    /// `Resource` is `*` for an action that can be limited to resources.
    WildcardResource = "wildcard-resource", Warning, "The action could be limited to resources";
    /// All actions, or all of a service.
    WildcardAction = "wildcard-action", Warning, "The statement allows whole services";
    /// `Allow` with `NotAction`, `NotResource` or `NotPrincipal`: all but some, and what is still
    /// to come.
    AllowExcept = "allow-except", Warning, "The statement allows all but what it names";
    /// The document is no policy that AWS would accept.
    Malformed = "malformed", Error, "The document is not a policy";
    /// A `Sid` that stands twice, or has characters that AWS refuses.
    SidInvalid = "sid-invalid", Error, "The Sid is not accepted";
    /// A statement has no `Sid`.
    SidMissing = "sid-missing", Note, "The statement has no Sid";
    /// A call of the deployment passes a role, and nothing allows passing it.
    PassRoleMissing = "pass-role-missing", Error, "The deployment passes a role that it may not";
    /// A call of the deployment is not allowed.
    CallDenied = "call-denied", Error, "The deployment makes a call that it may not";
    /// An action that the deployment has no use for.
    ActionSurplus = "action-surplus", Warning, "The deployment has no use for the action";
    /// The permissions together run any code with the rights of a role.
    RunsAnyCode = "runs-any-code", Note, "The permissions run any code with the passed role";
    /// The permissions hold a known path to more.
    Escalation = "escalation", Error, "The permissions lead to more";
    /// Who may assume the role is not said.
    TrustMissing = "trust-missing", Note, "The trust policy is not given";
    /// Repositories of other owners than the one meant can assume the role.
    SubjectUnrestricted = "subject-unrestricted", Error, "Other owners can assume the role";
    /// Every repository of an owner can assume the role.
    SubjectOrganization = "subject-organization", Error,
        "Every repository of the owner can assume the role";
    /// More than one ref of the repository can assume the role.
    SubjectAnyRef = "subject-any-ref", Warning, "Every ref of the repository can assume the role";
    /// Pull requests of the repository can assume the role.
    SubjectPullRequests = "subject-pull-requests", Error, "Pull requests can assume the role";
    /// Tokens for any audience are taken.
    AudienceUnchecked = "audience-unchecked", Warning, "The tokens' audience is not checked";
    /// No token can assume the role by the statement.
    TrustNeverMatches = "trust-never-matches", Error, "No token can assume the role";
    /// Who can assume the role cannot be told.
    TrustNotJudged = "trust-not-judged", Warning, "Who can assume the role cannot be told";
}

/// Something wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub rule: Rule,
    /// The action, as AWS spells it where it exists; nothing where no action is at fault.
    pub action: Option<String>,
    /// The statement; nothing where none is at fault.
    pub statement: Option<StatementRef>,
    /// The place in the text; nothing for a policy that was built.
    pub position: Option<Position>,
    /// What is wrong, as a sentence.
    pub message: String,
    /// What to write instead, as a sentence.
    pub instead: Option<String>,
}

impl Finding {
    /// A finding about a document as a whole.
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

    /// At a part of a statement (its place counted from 0) of a policy.
    #[must_use]
    pub fn at(mut self, policy: &Policy, statement: usize, part: Part) -> Self {
        self.statement = Some(policy.reference(statement));
        let statement = policy.statements().get(statement);
        self.position = statement.and_then(|one| one.position_of(part));
        self
    }

    /// About an action.
    #[must_use]
    pub fn of_action(mut self, action: impl Into<String>) -> Self {
        self.action = Some(action.into());
        self
    }

    /// With what to write instead.
    #[must_use]
    pub fn instead(mut self, instead: impl Into<String>) -> Self {
        self.instead = Some(instead.into());
        self
    }

    /// How much it weighs.
    pub const fn level(&self) -> Level {
        self.rule.level()
    }
}

/// With `rule`, `grade`, `action`, `statement` (its place from 0), `sid`, `line`, `column`,
/// `message` and `instead`; what there is none of is `null`.
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
