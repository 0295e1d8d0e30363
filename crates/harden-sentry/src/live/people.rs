//! Whom alerts tell, and who asks: members, teams, integrations, the token's own scopes.

use harden_collect::{Gathered, Read};
use harden_core::{FactError, Known, Unknown};
use serde::Deserialize;

use super::field::{Call, Field, Id};
use super::{Live, Run};
use crate::resources::{Integration, Member, Team, Token};

const MEMBERS: Call = Call::new("GET /organizations/{organization}/members/", "member:read");
const TEAMS: Call = Call::new("GET /organizations/{organization}/teams/", "org:read");
const INTEGRATIONS: Call = Call::new(
    "GET /organizations/{organization}/integrations/",
    "org:read",
);
/// Every token may ask for its own scopes.
const OWN: Call = Call::new("GET /", "GET /");

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

impl Live for Member {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let found = run
            .all::<WireMember>(MEMBERS, &[run.organization()], &[])
            .await;
        let read = Read::of(found, MEMBERS.scope, |wire| member(run, wire));
        // of those who were invited and have not joined there is no user yet
        let mut gathered = run.over();
        gathered.add(
            &run.place(),
            Read {
                resources: read.resources.into_iter().flatten().collect(),
                gaps: read.gaps,
            },
        );
        Ok(gathered)
    }
}

fn member(run: &Run<'_>, wire: WireMember) -> Result<Option<Member>, Unknown> {
    let user = match wire.user {
        Field::Given(user) => user,
        Field::Null => return Ok(None),
        Field::Absent => return Err(MEMBERS.missing("user")),
    };
    let id = user.id.ok().and_then(Id::text);
    Ok(Some(Member {
        organization: run.organization().to_owned(),
        user_id: id.ok_or_else(|| MEMBERS.missing("user.id"))?,
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

impl Live for Team {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let found = run.all::<WireTeam>(TEAMS, &[run.organization()], &[]).await;
        let mut gathered = run.over();
        let read = Read::of(found, TEAMS.scope, |wire| {
            let id = wire.id.ok().and_then(Id::text);
            Ok(Self {
                organization: run.organization().to_owned(),
                id: id.ok_or_else(|| TEAMS.missing("id"))?,
                slug: wire.slug.required(TEAMS, "slug"),
                members: wire.member_count.required(TEAMS, "memberCount"),
            })
        });
        gathered.add(&run.place(), read);
        Ok(gathered)
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

impl Live for Integration {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let organization = run.organization();
        // Sentry pages these by itself; the description knows no per_page of them
        let found = run
            .all::<WireIntegration>(INTEGRATIONS, &[organization], &[])
            .await;
        let mut gathered = run.over();
        let read = Read::of(found, INTEGRATIONS.scope, |wire| {
            let id = wire.id.ok().and_then(Id::text);
            let provider = wire.provider.required(INTEGRATIONS, "provider");
            let is_active = |status: Field<String>, name| {
                status.required(INTEGRATIONS, name).map(|s| s == "active")
            };
            Ok(Self {
                organization: organization.to_owned(),
                id: id.ok_or_else(|| INTEGRATIONS.missing("id"))?,
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
        gathered.add(&run.place(), read);
        Ok(gathered)
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

impl Live for Token {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let scopes = match run.get::<WireOwn>(OWN, &[], &[]).await {
            Ok(answer) => {
                let auth = answer.body.auth.required(OWN, "auth");
                auth.and_then(|auth| auth.scopes.required(OWN, "auth.scopes"))
            }
            Err(unknown) => unknown.into(),
        };
        let mut gathered = run.over();
        gathered.resources.push(Self {
            organization: run.organization().to_owned(),
            scopes: scopes.map(|mut scopes| {
                scopes.sort();
                scopes
            }),
        });
        Ok(gathered)
    }
}
