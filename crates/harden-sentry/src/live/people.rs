//! The recipients of alerts (members, teams, integrations), and the scopes of the token.

use harden_collect::{Collect, Collected, Operation, Portion};
use harden_core::{FactError, Facts, Known, Unknown};
use serde::Deserialize;

use super::SentryProvider;
use super::api::Api;
use super::field::{Field, Id};
use crate::resources::{Integration, Member, Team, Token};

const MEMBERS: Operation =
    Operation::new("GET /organizations/{organization}/members/", "member:read");
const TEAMS: Operation = Operation::new("GET /organizations/{organization}/teams/", "org:read");
const INTEGRATIONS: Operation = Operation::new(
    "GET /organizations/{organization}/integrations/",
    "org:read",
);
/// Every token can read its own scopes.
const OWN: Operation = Operation::new("GET /", "GET /");

#[derive(Deserialize)]
struct WireMember {
    #[serde(default)]
    user: Field<WireUser>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireUser {
    #[serde(default)]
    id: Field<Id>,
    #[serde(default)]
    is_active: Field<bool>,
}

impl Collect<SentryProvider> for Member {
    async fn collect(sentry: &SentryProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let api = &sentry.api(facts);
        let found = api
            .get_all::<WireMember>(MEMBERS, &[api.organization()], &[])
            .await;
        let read = Portion::from_pages(found, |wire| member(api, wire));
        let mut collected = api.empty();
        collected.add(
            &api.place(),
            Portion {
                // those who were invited and have not joined have no user yet
                resources: read.resources.into_iter().flatten().collect(),
                gaps: read.gaps,
            },
        );
        Ok(collected)
    }
}

fn member(api: &Api<'_>, wire: WireMember) -> Result<Option<Member>, Unknown> {
    let user = match wire.user {
        Field::Given(user) => user,
        Field::Null => return Ok(None),
        Field::Absent => return Err(MEMBERS.missing_field("user")),
    };
    let id = user.id.ok().and_then(Id::text);
    Ok(Some(Member {
        organization: api.organization().to_owned(),
        user_id: id.ok_or_else(|| MEMBERS.missing_field("user.id"))?,
        active: user.is_active.required(MEMBERS, "user.isActive"),
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTeam {
    #[serde(default)]
    id: Field<Id>,
    #[serde(default)]
    slug: Field<String>,
    #[serde(default)]
    member_count: Field<u64>,
}

impl Collect<SentryProvider> for Team {
    async fn collect(sentry: &SentryProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let api = &sentry.api(facts);
        let found = api
            .get_all::<WireTeam>(TEAMS, &[api.organization()], &[])
            .await;
        let mut collected = api.empty();
        let read = Portion::from_pages(found, |wire| {
            let id = wire.id.ok().and_then(Id::text);
            Ok(Self {
                organization: api.organization().to_owned(),
                id: id.ok_or_else(|| TEAMS.missing_field("id"))?,
                slug: wire.slug.required(TEAMS, "slug"),
                members: wire.member_count.required(TEAMS, "memberCount"),
            })
        });
        collected.add(&api.place(), read);
        Ok(collected)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireIntegration {
    #[serde(default)]
    id: Field<Id>,
    #[serde(default)]
    provider: Field<WireProvider>,
    #[serde(default)]
    status: Field<String>,
    #[serde(default)]
    organization_integration_status: Field<String>,
}

#[derive(Deserialize)]
struct WireProvider {
    #[serde(default)]
    key: Field<String>,
}

impl Collect<SentryProvider> for Integration {
    async fn collect(sentry: &SentryProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let api = &sentry.api(facts);
        let organization = api.organization();
        // Sentry pages these by itself; the description knows no per_page of them
        let found = api
            .get_all::<WireIntegration>(INTEGRATIONS, &[organization], &[])
            .await;
        let mut collected = api.empty();
        let read = Portion::from_pages(found, |wire| {
            let id = wire.id.ok().and_then(Id::text);
            let provider = wire.provider.required(INTEGRATIONS, "provider");
            let is_active = |status: Field<String>, name| {
                status.required(INTEGRATIONS, name).map(|s| s == "active")
            };
            Ok(Self {
                organization: organization.to_owned(),
                id: id.ok_or_else(|| INTEGRATIONS.missing_field("id"))?,
                provider: provider.and_then(|p| p.key.required(INTEGRATIONS, "provider.key")),
                active: Known::all([
                    is_active(wire.status, "status"),
                    is_active(
                        wire.organization_integration_status,
                        "organizationIntegrationStatus",
                    ),
                ]),
            })
        });
        collected.add(&api.place(), read);
        Ok(collected)
    }
}

#[derive(Deserialize)]
struct WireOwn {
    #[serde(default)]
    auth: Field<WireAuth>,
}

#[derive(Deserialize)]
struct WireAuth {
    #[serde(default)]
    scopes: Field<Vec<String>>,
}

impl Collect<SentryProvider> for Token {
    async fn collect(sentry: &SentryProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let api = &sentry.api(facts);
        let scopes = match api.get::<WireOwn>(OWN, &[], &[]).await {
            Ok(answer) => {
                let auth = answer.body.auth.required(OWN, "auth");
                auth.and_then(|auth| auth.scopes.required(OWN, "auth.scopes"))
            }
            Err(error) => Unknown::from(error).into(),
        };
        let mut collected = api.empty();
        collected.resources.push(Self {
            organization: api.organization().to_owned(),
            scopes: scopes.map(|mut scopes| {
                scopes.sort();
                scopes
            }),
        });
        Ok(collected)
    }
}
