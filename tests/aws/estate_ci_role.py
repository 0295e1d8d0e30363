"""Roles that CI takes, keys of users, and the root user: the parts of the estates that the
checks of the CI role judge.

moto makes roles and keys of now and knows no root user: their ages and the root user are
posted (`state.py`), and what a role was used for is worked out in `supplements.py`.
"""

from __future__ import annotations

import json
from typing import Any

from builder import Builder

ISSUER = "token.actions.githubusercontent.com"
ROLE = "saaspe-production-github-actions-role"
ADMIN = "saaspe-production-terraform-role"
CLUSTER, SERVICE = "saaspe-production-cluster", "saaspe-production-service"
PRODUCTION = "repo:acme/shop:environment:production"
TASK_ROLES = ("saaspe-task", "saaspe-execution")
PUSH = (
    "BatchCheckLayerAvailability BatchGetImage InitiateLayerUpload UploadLayerPart "
    "CompleteLayerUpload PutImage"
).split()

Json = dict[str, Any]


def document(*statements: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions: str | list[str], resource: str | list[str], **more: Any) -> Json:
    return {"Effect": "Allow", "Action": actions, "Resource": resource} | more


def trust(b: Builder, subject: str | None, audience: str | None = "sts.amazonaws.com") -> str:
    wanted: Json = {}
    if audience:
        wanted["StringEquals"] = {f"{ISSUER}:aud": audience}
    if subject:
        operator = "StringLike" if "*" in subject else "StringEquals"
        wanted.setdefault(operator, {})[f"{ISSUER}:sub"] = subject
    statement: Json = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{b.account}:oidc-provider/{ISSUER}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
    }
    return document(statement | ({"Condition": wanted} if wanted else {}))


def role(b: Builder, name: str, trust_policy: str, days: int = 300, **inline: str) -> str:
    """A role of an age, with inline policies."""
    iam = b.client("iam")
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust_policy)["Role"]["Arn"]
    for policy, text in inline.items():
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=text)
    b.override("iam", "RoleDetailList", name, CreateDate=b.ago(days=days))
    return arn


def used(b: Builder, arn: str, **days: float) -> None:
    """How long ago a role used each service."""
    for service, ago in days.items():
        b.record(
            "iam",
            "ServicesLastAccessed",
            ServiceName=service,
            ServiceNamespace=service,
            LastAuthenticated=b.ago(days=ago),
            LastAuthenticatedEntity=arn,
            TotalAuthenticatedEntities=1,
        )


def provider(b: Builder, *audiences: str) -> str:
    made = b.client("iam").create_open_id_connect_provider(
        Url=f"https://{ISSUER}", ClientIDList=list(audiences), ThumbprintList=["0" * 40]
    )
    arn: str = made["OpenIDConnectProviderArn"]
    return arn


def user(b: Builder, name: str, days: int) -> str:
    """A user with a key of an age."""
    iam = b.client("iam")
    arn: str = iam.create_user(UserName=name)["User"]["Arn"]
    key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
    b.override("iam", "AccessKeyMetadata", key, CreateDate=b.ago(days=days))
    return arn


def task_roles(b: Builder) -> None:
    """The roles that tasks have: little, and nothing of IAM."""
    tasks = document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    )
    reads = document(allow("s3:GetObject", "arn:aws:s3:::saaspe-production-uploads/*"))
    for name in TASK_ROLES:
        role(b, name, tasks, reads=reads)


def least(b: Builder) -> str:
    """What a deployment to ECS calls, and nothing else."""
    cluster = b.arn("ecs", f"cluster/{CLUSTER}")
    return document(
        allow("ecr:GetAuthorizationToken", "*", Sid="EcrLogin"),
        allow([f"ecr:{a}" for a in PUSH], b.arn("ecr", "repository/saaspe-backend"), Sid="EcrPush"),
        allow("ecs:DescribeTaskDefinition", "*", Sid="EcsRead"),
        allow(
            "ecs:RegisterTaskDefinition",
            b.arn("ecs", "task-definition/saaspe-backend:*"),
            Sid="EcsRegister",
        ),
        allow(
            "iam:PassRole",
            [f"arn:aws:iam::{b.account}:role/{name}" for name in TASK_ROLES],
            Sid="PassTaskRoles",
            Condition={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
        allow(
            ["ecs:UpdateService", "ecs:DescribeServices"],
            b.arn("ecs", f"service/{CLUSTER}/{SERVICE}"),
            Sid="EcsDeploy",
            Condition={"ArnEquals": {"ecs:cluster": cluster}},
        ),
    )


def guide(b: Builder) -> str:
    """The guide's own policy (§5), with its faults."""
    repository = b.arn("ecr", "repository/saaspe-backend")
    ecr = ["GetAuthorizationToken", *PUSH[:1], "GetDownloadUrlForLayer", *PUSH[1:]]
    ecs = ["DescribeTaskDefinition", "RegisterTaskDefinition", "UpdateService", "DescribeServices"]
    cluster = b.arn("ecs", f"cluster/{CLUSTER}")
    return document(
        allow([f"ecr:{a}" for a in ecr], repository),
        allow(
            [f"ecs:{a}" for a in ecs], "*", Condition={"StringEquals": {"ecs:cluster": cluster}}
        ),
        allow(
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            b.arn("logs", "log-group:/ecs/saaspe-production:*"),
        ),
    )


def good(b: Builder) -> None:
    """One role with what its deployment calls, for one environment; a young key."""
    n = b.names
    n["oidc-provider"] = provider(b, "sts.amazonaws.com")
    task_roles(b)
    n["ci-role"] = role(b, ROLE, trust(b, PRODUCTION), deploy=least(b))
    used(b, n["ci-role"], ecr=1, ecs=1)
    n["user"] = user(b, "saaspe-monitoring", days=20)


def bad(b: Builder) -> None:
    """The guide's own role, open to every ref and audience; an administrator that anybody can
    be; an old key; a root user with a key and without MFA."""
    n = b.names
    # For something else's tokens, and not for AWS.
    n["oidc-provider"] = provider(b, "https://github.com/acme")
    task_roles(b)
    n["ci-role"] = role(b, ROLE, trust(b, "repo:acme/shop:*", audience=None), deploy=guide(b))
    used(b, n["ci-role"], ecr=1, ecs=1)  # it never wrote a log
    # A managed policy with five versions, of which the last allows everything.
    n["ci-role-admin"] = role(b, ADMIN, trust(b, "repo:*"))
    iam = b.client("iam")
    narrow = document(allow("ecr:PutImage", b.arn("ecr", "repository/saaspe-backend")))
    policy = iam.create_policy(PolicyName="saaspe-terraform", PolicyDocument=narrow)
    arn = policy["Policy"]["Arn"]
    for text in [narrow] * 3 + [document(allow("*", "*"))]:
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=text, SetAsDefault=True)
    iam.attach_role_policy(RoleName=ADMIN, PolicyArn=arn)
    used(b, n["ci-role-admin"], ecr=1, ecs=1, s3=1)
    n["user"] = user(b, "saaspe-deploy-bot", days=400)
    b.record("iam", "SummaryMap", AccountAccessKeysPresent=1, AccountMFAEnabled=0)
    n["account"] = b.account


def managed(b: Builder) -> None:
    """Roles with AWS's own managed policies, for a server that has them: an administrator, the
    same within a boundary, and one that may do all of two services."""
    n = b.names
    iam = b.client("iam")
    n["oidc-provider"] = provider(b, "sts.amazonaws.com")
    task_roles(b)
    ours = "arn:aws:iam::aws:policy"
    attached = {
        "administrator": ["AdministratorAccess"],
        "bounded": ["AdministratorAccess"],
        "power-user": ["AmazonEC2ContainerRegistryPowerUser", "AmazonECS_FullAccess"],
    }
    for name, policies in attached.items():
        n[name] = role(b, f"saaspe-{name}", trust(b, PRODUCTION))
        for policy in policies:
            iam.attach_role_policy(RoleName=f"saaspe-{name}", PolicyArn=f"{ours}/{policy}")
    iam.put_role_permissions_boundary(
        RoleName="saaspe-bounded",
        PermissionsBoundary=f"{ours}/AmazonEC2ContainerRegistryPowerUser",
    )


def demo(b: Builder) -> None:
    """The guide's own role, which every ref of the repository can take, and the key of the user
    that deployed before there was a role."""
    provider(b, "sts.amazonaws.com")
    task_roles(b)
    arn = role(b, ROLE, trust(b, "repo:saaspe/saaspe:*", audience=None), deploy=guide(b))
    used(b, arn, ecr=1, ecs=1)
    user(b, "saaspe-deploy-bot", days=400)


def hostile(b: Builder, texts: list[str]) -> None:
    """A role whose policies hold texts that break shells and reports: they go into commands."""
    wild = document(
        *(allow("s3:PutObject", "*", Condition={"StringLike": {"s3:prefix": t}}) for t in texts),
        *json.loads(guide(b))["Statement"],
    )
    statement = json.loads(trust(b, "repo:acme/shop:*"))["Statement"][0]
    statement["Condition"]["StringNotEquals"] = {"sts:RoleSessionName": texts}
    b.names["ci-role"] = role(b, ROLE, document(statement), deploy=wild)
