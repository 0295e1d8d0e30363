//! wafv2:ListWebACLs in scope REGIONAL, and wafv2:ListResourcesForWebACL for each.
//!
//! Asked by web ACL and not by load balancer (wafv2:GetWebACLForResource): accounts have few web
//! ACLs and many load balancers, AWS answers one such call a second, and where the question is
//! denied, which it is for all or for none, no load balancer is taken for unprotected.

use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::types::{ResourceType, Scope};
use futures::future::join_all;
use harden_core::{FactError, Known};

use super::at::At;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::WebAcl;

const LIST: &str = "wafv2:ListWebACLs";
const RESOURCES: &str = "wafv2:ListResourcesForWebACL";

impl Live for WebAcl {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_regions(read).await)
    }
}

async fn read(at: At) -> Read<WebAcl> {
    let client = Client::new(&at.config);
    let (at, client) = (&at, &client);
    let found = pages(LIST, |token| {
        let request = client
            .list_web_acls()
            .scope(Scope::Regional)
            .limit(100)
            .set_next_marker(token);
        async move {
            let answer = at.call(LIST, request.send()).await?;
            let page = answer.web_acls.unwrap_or_default();
            // a marker may stand beside the last page too: an empty one is the end
            let next = answer.next_marker.filter(|_| !page.is_empty());
            Ok((page, next))
        }
    })
    .await;
    let arns = found.items.into_iter().filter_map(|acl| acl.arn);
    let acls = join_all(arns.map(|arn| on(at, client, arn))).await;
    Read {
        resources: acls.into_iter().flatten().collect(),
        gaps: found.failed.into_iter().map(Into::into).collect(),
    }
}

/// What a web ACL is on; none if it was deleted since it was listed.
async fn on(at: &At, client: &Client, arn: String) -> Option<WebAcl> {
    let request = client
        .list_resources_for_web_acl()
        .web_acl_arn(&arn)
        .resource_type(ResourceType::ApplicationLoadBalancer);
    let load_balancers = match at.call(RESOURCES, request.send()).await {
        Ok(answer) => {
            let mut arns = answer.resource_arns.unwrap_or_default();
            arns.sort_unstable();
            Known::Yes(arns)
        }
        Err(failure) if failure.is("WAFNonexistentItemException") => return None,
        Err(failure) => failure.unknown.into(),
    };
    Some(WebAcl {
        arn,
        load_balancers,
    })
}
