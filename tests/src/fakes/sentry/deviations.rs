//! Where Sentry does otherwise than its description says, each with where that is known from.

use crate::contract::{Deviation, Otherwise};

const SOURCE: &str = "Sentry's source: the endpoint is not published";
const PAGES: &str = "docs.sentry.io/api/pagination: every list takes them";
const REFUSED: &str = "docs.sentry.io/api/permissions: a token without the scope gets a 403";
const RETIRED: &str = "Sentry's source: AlertsApiGone, and the decorator of deprecations";

const fn undescribed(method: &'static str, path: &'static str, source: &'static str) -> Deviation {
    Deviation {
        method,
        path,
        what: Otherwise::Undescribed,
        source,
    }
}

const fn paged(path: &'static str, query: &'static [&'static str]) -> Deviation {
    Deviation {
        method: "get",
        path,
        what: Otherwise::Query(query),
        source: PAGES,
    }
}

const fn status(path: &'static str, status: u16, source: &'static str) -> Deviation {
    Deviation {
        method: "get",
        path,
        what: Otherwise::Status(status),
        source,
    }
}

const CURSOR: &[&str] = &["per_page", "cursor"];

/// Of the description of today.
pub const TODAY: &[Deviation] = &[
    undescribed("GET", "/api/0/", SOURCE),
    undescribed(
        "GET",
        "/api/0/organizations/{organization}/",
        "docs.sentry.io/api/organizations: not in the cut",
    ),
    undescribed(
        "GET",
        "/api/0/organizations/{organization}/projects/",
        "docs.sentry.io/api/organizations: not in the cut",
    ),
    undescribed(
        "GET",
        "/api/0/organizations/{organization}/members/",
        "docs.sentry.io/api/organizations: not in the cut",
    ),
    undescribed(
        "GET",
        "/api/0/organizations/{organization}/teams/",
        "docs.sentry.io/api/teams: not in the cut",
    ),
    undescribed(
        "GET",
        "/api/0/projects/{organization}/{project}/events/",
        "docs.sentry.io/api/events: not in the cut",
    ),
    undescribed(
        "GET",
        "/api/0/projects/{organization}/{project}/files/artifact-bundles/",
        SOURCE,
    ),
    undescribed(
        "GET",
        "/api/0/projects/{organization}/{project}/artifact-bundles/{bundle}/files/",
        SOURCE,
    ),
    undescribed(
        "PUT",
        "/api/0/organizations/{organization}/workflows/",
        "docs.sentry.io/api/monitors: not in the cut",
    ),
    undescribed(
        "DELETE",
        "/api/0/projects/{organization}/{project}/rules/{rule}/snooze/",
        SOURCE,
    ),
    undescribed(
        "PUT",
        "/api/0/projects/{organization}/{project}/rules/{rule}/enable/",
        SOURCE,
    ),
    paged(
        "/api/0/organizations/{organization_id_or_slug}/workflows/",
        CURSOR,
    ),
    paged(
        "/api/0/organizations/{organization_id_or_slug}/detectors/",
        CURSOR,
    ),
    paged(
        "/api/0/organizations/{organization_id_or_slug}/integrations/",
        CURSOR,
    ),
    paged(
        "/api/0/organizations/{organization_id_or_slug}/releases/{version}/deploys/",
        CURSOR,
    ),
    paged(
        "/api/0/organizations/{organization_id_or_slug}/releases/{version}/files/",
        CURSOR,
    ),
    status(
        "/api/0/organizations/{organization_id_or_slug}/integrations/",
        403,
        REFUSED,
    ),
    status(
        "/api/0/organizations/{organization_id_or_slug}/releases/{version}/deploys/",
        403,
        REFUSED,
    ),
];

/// Of the last description that has rules.
pub const RULES: &[Deviation] = &[
    paged(
        "/api/0/projects/{organization_id_or_slug}/{project_id_or_slug}/rules/",
        CURSOR,
    ),
    paged(
        "/api/0/organizations/{organization_id_or_slug}/alert-rules/",
        CURSOR,
    ),
    status(
        "/api/0/projects/{organization_id_or_slug}/{project_id_or_slug}/rules/",
        410,
        RETIRED,
    ),
    status(
        "/api/0/organizations/{organization_id_or_slug}/alert-rules/",
        410,
        RETIRED,
    ),
    Deviation {
        method: "post",
        path: "/api/0/projects/{organization_id_or_slug}/{project_id_or_slug}/rules/",
        what: Otherwise::Status(400),
        source: "Sentry's source: what its serializers refuse",
    },
    Deviation {
        method: "post",
        path: "/api/0/organizations/{organization_id_or_slug}/alert-rules/",
        what: Otherwise::Status(400),
        source: "Sentry's source: what its serializers refuse",
    },
];
