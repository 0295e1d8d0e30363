//! Web ACLs on load balancers.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject};

use super::ip_sets::IpSets;
use crate::arn::{Arn, id_of};
use crate::resources::{RuleGroup, WafRule, WebAcl, WebAclLogging, WebAclRules};
use crate::views::details::details_of;
use crate::views::edge::balancers::is_regional;

/// A web ACL that protects a load balancer, or may protect one, with its rules.
pub(crate) struct ProtectingAcl {
    pub(crate) arn: Box<str>,
    pub(crate) place: Place,
    /// The load balancers that it protects.
    pub(crate) load_balancers: Known<Vec<String>>,
    pub(crate) rules: Known<WebAclRules>,
}

impl ProtectingAcl {
    fn of(id: &ResourceId, acl: &WebAcl, rules: &Listing<WebAclRules>) -> Self {
        let found = acl.load_balancers.as_ref();
        let rules = found.and_then(|_| details_of(rules, WebAclRules::KIND, &id.place, &id.name));
        Self {
            arn: acl.arn.as_str().into(),
            place: id.place.clone(),
            load_balancers: acl.load_balancers.clone(),
            rules: rules.map(Clone::clone),
        }
    }

    /// The name of the web ACL.
    pub(crate) fn name(&self) -> &str {
        self.part(2)
    }

    /// The id of the web ACL. The API requires it together with the name.
    pub(crate) fn id(&self) -> &str {
        self.part(3)
    }

    /// A part of `regional/webacl/NAME/ID`.
    fn part(&self, n: usize) -> &str {
        let resource = Arn::parse(&self.arn).map_or(&*self.arn, |arn| arn.resource);
        resource.split('/').nth(n).unwrap_or_default()
    }
}

/// The web ACLs that protect a load balancer, or may protect one.
fn protecting(acls: &Listing<WebAcl>) -> impl Iterator<Item = (&Arc<ResourceId>, &WebAcl)> {
    acls.iter().filter(|(_, acl)| {
        let on = acl.load_balancers.ok();
        is_regional(&acl.arn) && on.is_none_or(|on| !on.is_empty())
    })
}

#[async_trait]
impl Subject for ProtectingAcl {
    const KINDS: &'static [&'static Kind] = &[WebAcl::KIND, WebAclRules::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let acls = cx.list::<WebAcl>().await?;
        let rules = cx.list::<WebAclRules>().await?;
        let items = protecting(&acls).map(|(id, acl)| (Arc::clone(id), Self::of(id, acl, &rules)));
        let items = items.collect();
        let (scope, gaps) = (acls.scope.clone(), acls.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }
}

/// A protecting web ACL with the rule groups of its rules.
pub(crate) struct AclWithGroups {
    pub(crate) acl: ProtectingAcl,
    /// The rules of each rule group, by its ARN.
    pub(crate) groups: BTreeMap<String, Known<Vec<WafRule>>>,
    /// The addresses of the IP sets that its rules and those of its groups refer to.
    pub(crate) ip_sets: IpSets,
}

#[async_trait]
impl Subject for AclWithGroups {
    const KINDS: &'static [&'static Kind] = &[WebAcl::KIND, WebAclRules::KIND, RuleGroup::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let acls = cx.list::<WebAcl>().await?;
        let rules = cx.list::<WebAclRules>().await?;
        let groups = cx.list::<RuleGroup>().await?;
        let items = protecting(&acls).map(|(id, acl)| {
            let acl = ProtectingAcl::of(id, acl, &rules);
            let rules = acl.rules.ok();
            let of_groups = groups.iter().flat_map(|(_, group)| &group.ip_sets);
            let own = rules.into_iter().flat_map(|rules| &rules.ip_sets);
            let ip_sets = own
                .chain(of_groups)
                .map(|(arn, addresses)| (arn.clone(), addresses.clone()))
                .collect();
            let groups = rules.map(|rules| referenced_groups(rules, &groups));
            let groups = groups.unwrap_or_default();
            let subject = Self {
                acl,
                groups,
                ip_sets,
            };
            (Arc::clone(id), subject)
        });
        let items = items.collect();
        let (scope, gaps) = (acls.scope.clone(), acls.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }
}

/// The rule groups of a web ACL.
fn referenced_groups(
    acl: &WebAclRules,
    groups: &Listing<RuleGroup>,
) -> BTreeMap<String, Known<Vec<WafRule>>> {
    let lists = [&acl.first_rules, &acl.rules, &acl.last_rules];
    let rules = lists.into_iter().filter_map(Known::ok).flatten();
    let references = rules.filter_map(|r| r.statement.rule_group_reference_statement.as_ref());
    references
        .map(|reference| {
            let id = id_of(RuleGroup::KIND.name, &reference.arn);
            let found = details_of(groups, RuleGroup::KIND, &id.place, &id.name);
            let rules = found.and_then(|group| group.rules.clone());
            (reference.arn.clone(), rules)
        })
        .collect()
}

/// A web ACL that protects a load balancer, or may protect one, with its log destinations.
pub(crate) struct AclWithLogging {
    pub(crate) arn: Box<str>,
    pub(crate) place: Place,
    pub(crate) load_balancers: Known<Vec<String>>,
    pub(crate) destinations: Known<Vec<String>>,
}

#[async_trait]
impl Subject for AclWithLogging {
    const KINDS: &'static [&'static Kind] = &[WebAcl::KIND, WebAclLogging::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let acls = cx.list::<WebAcl>().await?;
        let logging = cx.list::<WebAclLogging>().await?;
        let items = protecting(&acls).map(|(id, acl)| {
            let found = details_of(&logging, WebAclLogging::KIND, &id.place, &id.name);
            let subject = Self {
                arn: acl.arn.as_str().into(),
                place: id.place.clone(),
                load_balancers: acl.load_balancers.clone(),
                destinations: found.and_then(|found| found.destinations.clone()),
            };
            (Arc::clone(id), subject)
        });
        let items = items.collect();
        let (scope, gaps) = (acls.scope.clone(), acls.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }
}
