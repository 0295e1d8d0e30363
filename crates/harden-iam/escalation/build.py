#!/usr/bin/env python3
"""Builds the catalogue of escalation paths from the public catalogues, and from what they lack.

    python3 build.py FOLDER             writes paths.json
    python3 build.py FOLDER --check     says whether it is what the catalogues make

FOLDER holds pathfinding_cloud_65.json, cloudsplaining_0_9_1_methods.json and
prowler_5_46_combinations.json: the names of paths and their actions, no more, of the three
projects (SOURCE.md says which). A path is a set of actions; the three name many sets in common,
which stand once, with all their names.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent

# What they lack: name, actions, why it leads to more.
OWN = {
    "ecs-update-service": (
        ["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:UpdateService"],
        "a new task definition with any image and any role that may be passed, put on a service that runs already",
    ),
    "ecs-create-task-set": (
        ["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:CreateTaskSet"],
        "a new task definition with any role that may be passed, run as a task set of a service",
    ),
    "ecs-by-rule": (
        ["iam:PassRole", "ecs:RegisterTaskDefinition", "events:PutRule", "events:PutTargets"],
        "a new task definition with any role that may be passed, run by a rule of EventBridge",
    ),
    "lambda-function-url": (
        ["iam:PassRole", "lambda:CreateFunction", "lambda:CreateFunctionUrlConfig"],
        "a new function with any role that may be passed, called by its URL",
    ),
    "lambda-by-rule": (
        ["iam:PassRole", "lambda:CreateFunction", "events:PutRule", "events:PutTargets", "lambda:AddPermission"],
        "a new function with any role that may be passed, called by a rule of EventBridge",
    ),
    "role-of-its-own-attach": (
        ["iam:CreateRole", "iam:AttachRolePolicy"],
        "a new role that trusts the caller, with a policy of the caller's choice; a trust policy that names a role of the same account needs no more",
    ),
    "role-of-its-own-put": (
        ["iam:CreateRole", "iam:PutRolePolicy"],
        "a new role that trusts the caller, with a policy that the caller writes",
    ),
    "ec2-instance-profile": (
        ["iam:PassRole", "ec2:AssociateIamInstanceProfile"],
        "a role that may be passed, given to an instance that is under the caller's control",
    ),
    "role-boundary-replaced": (
        ["iam:PutRolePermissionsBoundary"],
        "a permissions boundary of the role itself, replaced by one that allows everything",
    ),
    "role-policy-deleted": (
        ["iam:DeleteRolePolicy"],
        "an inline policy of the role itself with a Deny, deleted",
    ),
    "role-policy-detached": (
        ["iam:DetachRolePolicy"],
        "a policy of the role itself with a Deny, detached",
    ),
    "user-policy-detached": (
        ["iam:DetachUserPolicy"],
        "a policy with a Deny, detached from a user whose credentials the caller has",
    ),
    "codepipeline-by-role": (
        ["iam:PassRole", "codepipeline:CreatePipeline"],
        "a new pipeline that acts with any role that may be passed, started by being made",
    ),
}

# What pathfinding.cloud has since the file was taken: name and actions.
LATER = {
    "iam-024": ["iam:PutUserPermissionsBoundary"],
    "iam-026": ["iam:DeleteUserPolicy"],
    "amplify-001": ["iam:PassRole", "amplify:CreateApp"],
}

# To which services a path passes the role, by the prefix of its other actions.
PASSED_TO = {
    "amplify": ["amplify.amazonaws.com"],
    "apprunner": ["tasks.apprunner.amazonaws.com"],
    "autoscaling": ["ec2.amazonaws.com"],
    "batch": ["ecs-tasks.amazonaws.com"],
    "bedrock-agentcore": ["bedrock-agentcore.amazonaws.com"],
    "braket": ["braket.amazonaws.com"],
    "cloudformation": ["cloudformation.amazonaws.com"],
    "codebuild": ["codebuild.amazonaws.com"],
    "codepipeline": ["codepipeline.amazonaws.com"],
    "codestar": ["codestar.amazonaws.com"],
    "cognito-identity": ["cognito-identity.amazonaws.com"],
    "datapipeline": ["datapipeline.amazonaws.com", "ec2.amazonaws.com"],
    "ec2": ["ec2.amazonaws.com"],
    "ecs": ["ecs-tasks.amazonaws.com"],
    "elasticmapreduce": ["ec2.amazonaws.com", "elasticmapreduce.amazonaws.com"],
    "emr-serverless": ["emr-serverless.amazonaws.com"],
    "gamelift": ["gamelift.amazonaws.com"],
    "glue": ["glue.amazonaws.com"],
    "imagebuilder": ["ec2.amazonaws.com"],
    "kinesisanalytics": ["kinesisanalytics.amazonaws.com"],
    "lambda": ["lambda.amazonaws.com"],
    "omics": ["omics.amazonaws.com"],
    "sagemaker": ["sagemaker.amazonaws.com"],
    "scheduler": ["scheduler.amazonaws.com"],
    "ssm": ["ssm.amazonaws.com"],
    "states": ["states.amazonaws.com"],
}


def passed_to(actions):
    if "iam:PassRole" not in actions:
        return []
    services = [action.split(":")[0] for action in actions if action != "iam:PassRole"]
    # What runs the code comes before what only triggers it.
    return next(PASSED_TO[one] for one in sorted(services, key=lambda one: one in ("dynamodb", "events", "s3")) if one in PASSED_TO)


def paths(folder):
    def read(name):
        return json.loads((folder / name).read_text())

    named = [("pathfinding.cloud", path["id"], path["required"]) for path in read("pathfinding_cloud_65.json")]
    named += [("pathfinding.cloud", name, actions) for name, actions in LATER.items()]
    named += [("prowler", name, actions) for name, actions in read("prowler_5_46_combinations.json").items()]
    named += [("cloudsplaining", name, actions) for name, actions in read("cloudsplaining_0_9_1_methods.json").items()]
    found = {}
    for catalogue, name, actions in named:
        key = tuple(sorted(action.lower() for action in actions))
        # cloudsplaining writes all in lower case and comes last: the others spell.
        path = found.setdefault(key, {"actions": sorted(actions), "names": {}, "why": None})
        path["names"].setdefault(catalogue, []).append(name)
    spelled = {action.lower(): action for path in found.values() for action in path["actions"] if action != action.lower()}
    for path in found.values():
        path["actions"] = [spelled.get(action, action) for action in path["actions"]]
    for name, (actions, why) in OWN.items():
        key = tuple(sorted(action.lower() for action in actions))
        assert key not in found, f"{name} is in a catalogue by now"
        found[key] = {"actions": sorted(actions), "names": {"harden": [name]}, "why": why}
    for path in found.values():
        path["passed_to"] = passed_to(path["actions"])
    return [found[key] for key in sorted(found)]


def main():
    folder = Path(sys.argv[1])
    lines = ",\n".join(json.dumps(path, separators=(", ", ": ")) for path in paths(folder))
    text = f"[\n{lines}\n]\n"
    target = HERE / "paths.json"
    if "--check" in sys.argv[2:]:
        sys.exit(0 if target.read_text() == text else "paths.json is not what the catalogues make")
    target.write_text(text)


if __name__ == "__main__":
    main()
