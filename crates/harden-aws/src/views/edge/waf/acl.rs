//! Web ACLs on load balancers.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject};

use crate::arn::{Arn, id_of};
use crate::resources::{RuleGroup, WafRule, WebAcl, WebAclLogging, WebAclRules};
use crate::views::details::joined;
use crate::views::edge::balancers::is_regional;

/// A web ACL that is on a load balancer, or may be, with its rules.
pub(crate) struct SeenAcl {
    pub(crate) arn: Box<str>,
    pub(crate) place: Place,
    /// The load balancers that it is on.
    pub(crate) on: Known<Vec<String>>,
    pub(crate) rules: Known<WebAclRules>,
}

impl SeenAcl {
    fn of(id: &ResourceId, acl: &WebAcl, rules: &Listing<WebAclRules>) -> Self {
        let found = acl.load_balancers.as_ref();
        let rules = found.and_then(|_| joined(rules, WebAclRules::KIND, &id.place, &id.name));
        Self {
            arn: acl.arn.as_str().into(),
            place: id.place.clone(),
            on: acl.load_balancers.clone(),
            rules: rules.map(Clone::clone),
        }
    }

    /// The web ACL's name.
    pub(crate) fn name(&self) -> &str {
        self.part(2)
    }

    /// The web ACL's id, which the API wants beside the name.
    pub(crate) fn id(&self) -> &str {
        self.part(3)
    }

    /// A part of `regional/webacl/NAME/ID`.
    fn part(&self, n: usize) -> &str {
        let resource = Arn::parse(&self.arn).map_or(&*self.arn, |arn| arn.resource);
        resource.split('/').nth(n).unwrap_or_default()
    }
}

/// The web ACLs that are on a load balancer, or may be.
fn guarding(acls: &Listing<WebAcl>) -> impl Iterator<Item = (&Arc<ResourceId>, &WebAcl)> {
    acls.iter().filter(|(_, acl)| {
        let on = acl.load_balancers.ok();
        is_regional(&acl.arn) && on.is_none_or(|on| !on.is_empty())
    })
}

#[async_trait]
impl Subject for SeenAcl {
    const KINDS: &'static [&'static Kind] = &[WebAcl::KIND, WebAclRules::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let acls = cx.list::<WebAcl>().await?;
        let rules = cx.list::<WebAclRules>().await?;
        let items = guarding(&acls).map(|(id, acl)| (Arc::clone(id), Self::of(id, acl, &rules)));
        let items = items.collect();
        let (scope, gaps) = (acls.scope.clone(), acls.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }
}

/// The same with the rule groups that its rules refer to.
pub(crate) struct GuardingAcl {
    pub(crate) acl: SeenAcl,
    /// The rules of each rule group, by its ARN.
    pub(crate) groups: BTreeMap<String, Known<Vec<WafRule>>>,
}

#[async_trait]
impl Subject for GuardingAcl {
    const KINDS: &'static [&'static Kind] = &[WebAcl::KIND, WebAclRules::KIND, RuleGroup::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let acls = cx.list::<WebAcl>().await?;
        let rules = cx.list::<WebAclRules>().await?;
        let groups = cx.list::<RuleGroup>().await?;
        let items = guarding(&acls).map(|(id, acl)| {
            let acl = SeenAcl::of(id, acl, &rules);
            let groups = acl.rules.ok().map(|rules| referred(rules, &groups));
            let groups = groups.unwrap_or_default();
            (Arc::clone(id), Self { acl, groups })
        });
        let items = items.collect();
        let (scope, gaps) = (acls.scope.clone(), acls.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }
}

/// The rule groups that a web ACL refers to.
fn referred(
    acl: &WebAclRules,
    groups: &Listing<RuleGroup>,
) -> BTreeMap<String, Known<Vec<WafRule>>> {
    let lists = [&acl.first_rules, &acl.rules, &acl.last_rules];
    let rules = lists.into_iter().filter_map(Known::ok).flatten();
    let references = rules.filter_map(|r| r.statement.rule_group_reference_statement.as_ref());
    references
        .map(|reference| {
            let id = id_of(RuleGroup::KIND.name, &reference.arn);
            let found = joined(groups, RuleGroup::KIND, &id.place, &id.name);
            let rules = found.and_then(|group| group.rules.clone());
            (reference.arn.clone(), rules)
        })
        .collect()
}

/// A web ACL that is on a load balancer, or may be, with where its logs go.
pub(crate) struct LoggedAcl {
    pub(crate) arn: Box<str>,
    pub(crate) place: Place,
    pub(crate) on: Known<Vec<String>>,
    pub(crate) destinations: Known<Vec<String>>,
}

#[async_trait]
impl Subject for LoggedAcl {
    const KINDS: &'static [&'static Kind] = &[WebAcl::KIND, WebAclLogging::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let acls = cx.list::<WebAcl>().await?;
        let logging = cx.list::<WebAclLogging>().await?;
        let items = guarding(&acls).map(|(id, acl)| {
            let found = joined(&logging, WebAclLogging::KIND, &id.place, &id.name);
            let subject = Self {
                arn: acl.arn.as_str().into(),
                place: id.place.clone(),
                on: acl.load_balancers.clone(),
                destinations: found.and_then(|found| found.destinations.clone()),
            };
            (Arc::clone(id), subject)
        });
        let items = items.collect();
        let (scope, gaps) = (acls.scope.clone(), acls.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }
}
