//! wafv2:ListWebACLs in scope REGIONAL, and wafv2:ListResourcesForWebACL for each.
//!
//! Asked by web ACL and not by load balancer (wafv2:GetWebACLForResource): accounts have few web
//! ACLs and many load balancers, AWS answers one such call a second, and where the question is
//! denied, which it is for all or for none, no load balancer is taken for unprotected.

use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::types::{ResourceType, Scope};
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::resources::WebAcl;

const LIST: &str = "wafv2:ListWebACLs";
const RESOURCES: &str = "wafv2:ListResourcesForWebACL";

impl Collect<AwsProvider> for WebAcl {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<WebAcl> {
    let client = Client::new(&api.config);
    let (api, client) = (&api, &client);
    let found = read_pages(LIST, |token| {
        let request = client
            .list_web_acls()
            .scope(Scope::Regional)
            .limit(100)
            .set_next_marker(token);
        async move {
            let answer = api.call(LIST, request.send()).await?;
            let page = answer.web_acls.sent(LIST, "WebACLs")?;
            // the last page can have a marker too: an empty page ends the listing
            let next = answer.next_marker.filter(|_| !page.is_empty());
            Ok((page, next))
        }
    })
    .await;
    let nameless = found.items.iter().any(|acl| acl.arn.is_none());
    let nameless = nameless.then(|| Unknown::missing(LIST, "ARN"));
    let arns = found.items.into_iter().filter_map(|acl| acl.arn);
    let acls = join_all(arns.map(|arn| on(api, client, arn))).await;
    Portion {
        resources: acls.into_iter().flatten().collect(),
        gaps: found
            .failed
            .map(Unknown::from)
            .or(nameless)
            .into_iter()
            .collect(),
    }
}

/// The load balancers of a web ACL; none if it was deleted after it was listed.
async fn on(api: &PlaceApi, client: &Client, arn: String) -> Option<WebAcl> {
    let request = client
        .list_resources_for_web_acl()
        .web_acl_arn(&arn)
        .resource_type(ResourceType::ApplicationLoadBalancer);
    let load_balancers = match api.call(RESOURCES, request.send()).await {
        Ok(answer) => {
            let arns = Known::present(answer.resource_arns, RESOURCES, "ResourceArns");
            arns.map(|mut arns| {
                arns.sort_unstable();
                arns
            })
        }
        Err(failure) if failure.is("WAFNonexistentItemException") => return None,
        Err(failure) => failure.unknown.into(),
    };
    Some(WebAcl {
        arn,
        load_balancers,
    })
}
