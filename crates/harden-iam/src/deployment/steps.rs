//! The steps of deployments and their calls, as data.

/// A call that a deployment makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// The action that authorizes it.
    pub action: &'static str,
    /// The ARN that it is authorized on, with placeholders such as `{repository}` for the names in
    /// [`Targets`](super::Targets); `*` for an action without resource types.
    pub on: &'static str,
    /// The purpose of the call, as a verb phrase.
    pub why: &'static str,
}

/// A step of a deployment. It is recognized by the GitHub actions that it uses or the commands that it
/// runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeploymentStep {
    /// The name.
    pub id: &'static str,
    /// The `Sid` of its statement in the least-privilege policy.
    pub sid: &'static str,
    /// The GitHub actions that it uses, without versions.
    pub uses: &'static [&'static str],
    /// The beginnings of its commands.
    pub commands: &'static [&'static str],
    /// The calls.
    pub calls: &'static [Call],
    /// The service that it passes roles to, and the action that has them as parameters. No AWS data set
    /// states this.
    pub passes: Option<(&'static str, &'static str)>,
    /// Actions that are useful for the step, but not necessary.
    pub useful: &'static [&'static str],
}

/// A type of deployment, by its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Deployment {
    /// An image to Amazon ECR, a task definition and a service of Amazon ECS.
    Ecs,
    /// A task definition and a service of Amazon ECS. Another role pushes the image.
    EcsService,
    /// An image to Amazon ECR only.
    Ecr,
    /// Code to a function of AWS Lambda.
    Lambda,
    /// Files to Amazon S3, and an invalidation of Amazon CloudFront.
    S3CloudFront,
}

impl Deployment {
    /// All deployments.
    pub const ALL: [Self; 5] = [
        Self::Ecs,
        Self::EcsService,
        Self::Ecr,
        Self::Lambda,
        Self::S3CloudFront,
    ];

    /// The name in policies and reports: `ecs`, `ecs-service`, `ecr`, `lambda`, `s3-cloudfront`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ecs => "ecs",
            Self::EcsService => "ecs-service",
            Self::Ecr => "ecr",
            Self::Lambda => "lambda",
            Self::S3CloudFront => "s3-cloudfront",
        }
    }

    /// Parses a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|deployment| deployment.as_str() == name)
    }

    /// The steps, in the order of a workflow.
    pub const fn steps(self) -> &'static [&'static DeploymentStep] {
        match self {
            Self::Ecs => &[
                &ECR_LOGIN,
                &ECR_PUSH,
                &ECS_READ,
                &ECS_TASK_DEFINITION,
                &ECS_SERVICE,
            ],
            Self::EcsService => &[&ECS_READ, &ECS_TASK_DEFINITION, &ECS_SERVICE],
            Self::Ecr => &[&ECR_LOGIN, &ECR_PUSH],
            Self::Lambda => &[&LAMBDA_CODE],
            Self::S3CloudFront => &[&S3_SYNC, &CLOUDFRONT_INVALIDATION],
        }
    }
}

/// All steps.
pub const STEPS: [&DeploymentStep; 8] = [
    &ECR_LOGIN,
    &ECR_PUSH,
    &ECS_READ,
    &ECS_TASK_DEFINITION,
    &ECS_SERVICE,
    &LAMBDA_CODE,
    &S3_SYNC,
    &CLOUDFRONT_INVALIDATION,
];

const fn call(action: &'static str, on: &'static str, why: &'static str) -> Call {
    Call { action, on, why }
}

/// Amazon ECR User Guide, "Private registry authentication".
const ECR_LOGIN: DeploymentStep = DeploymentStep {
    id: "ecr-login",
    sid: "EcrLogin",
    uses: &["aws-actions/amazon-ecr-login"],
    commands: &["aws ecr get-login-password"],
    calls: &[call(
        "ecr:GetAuthorizationToken",
        "*",
        "log in to the registry",
    )],
    passes: None,
    useful: &[],
};

const REPOSITORY: &str = "arn:{partition}:ecr:{region}:{account}:repository/{repository}";

/// Amazon ECR User Guide, "IAM permissions for pushing an image to an Amazon ECR private
/// repository".
const ECR_PUSH: DeploymentStep = DeploymentStep {
    id: "ecr-push",
    sid: "EcrPush",
    uses: &["docker/build-push-action"],
    commands: &["docker push", "docker buildx build", "docker compose push"],
    calls: &[
        call(
            "ecr:BatchCheckLayerAvailability",
            REPOSITORY,
            "see which layers exist",
        ),
        call(
            "ecr:BatchGetImage",
            REPOSITORY,
            "see whether the image exists",
        ),
        call("ecr:InitiateLayerUpload", REPOSITORY, "push a layer"),
        call("ecr:UploadLayerPart", REPOSITORY, "push a layer"),
        call("ecr:CompleteLayerUpload", REPOSITORY, "push a layer"),
        call("ecr:PutImage", REPOSITORY, "push the image's manifest"),
    ],
    passes: None,
    useful: &["ecr:DescribeImages", "ecr:DescribeRepositories"],
};

/// Amazon ECS API Reference, `DescribeTaskDefinition`.
const ECS_READ: DeploymentStep = DeploymentStep {
    id: "ecs-task-definition-read",
    sid: "EcsReadTaskDefinitions",
    uses: &[],
    commands: &["aws ecs describe-task-definition"],
    calls: &[call(
        "ecs:DescribeTaskDefinition",
        "*",
        "read the running task definition",
    )],
    passes: None,
    useful: &[
        "ecr:BatchGetImage",
        "ecr:DescribeImages",
        "ecs:ListTaskDefinitions",
    ],
};

/// Amazon ECS Developer Guide, "Task definition parameters" (task role and task execution role are
/// parameters), and IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
const ECS_TASK_DEFINITION: DeploymentStep = DeploymentStep {
    id: "ecs-task-definition",
    sid: "EcsRegisterTaskDefinition",
    uses: &["aws-actions/amazon-ecs-deploy-task-definition"],
    commands: &["aws ecs register-task-definition"],
    calls: &[call(
        "ecs:RegisterTaskDefinition",
        "arn:{partition}:ecs:{region}:{account}:task-definition/{family}:*",
        "register the new task definition",
    )],
    passes: Some(("ecs-tasks.amazonaws.com", "ecs:RegisterTaskDefinition")),
    useful: &["ecs:DeregisterTaskDefinition", "ecs:TagResource"],
};

const SERVICE: &str = "arn:{partition}:ecs:{region}:{account}:service/{cluster}/{service}";

/// Amazon ECS API Reference, `UpdateService`, `DescribeServices`.
const ECS_SERVICE: DeploymentStep = DeploymentStep {
    id: "ecs-service",
    sid: "EcsDeploy",
    uses: &["aws-actions/amazon-ecs-deploy-task-definition"],
    commands: &[
        "aws ecs update-service",
        "aws ecs describe-services",
        "aws ecs wait services-stable",
    ],
    calls: &[
        call(
            "ecs:UpdateService",
            SERVICE,
            "update the service to the new task definition",
        ),
        call(
            "ecs:DescribeServices",
            SERVICE,
            "wait until the service is stable",
        ),
    ],
    passes: None,
    useful: &[
        "ecs:DescribeClusters",
        "ecs:DescribeTasks",
        "ecs:ListServices",
        "ecs:ListTasks",
    ],
};

const FUNCTION: &str = "arn:{partition}:lambda:{region}:{account}:function:{function}";

/// AWS Lambda API Reference, `UpdateFunctionCode`; Developer Guide, "Using GitHub Actions to deploy
/// Lambda functions".
const LAMBDA_CODE: DeploymentStep = DeploymentStep {
    id: "lambda-code",
    sid: "LambdaDeploy",
    uses: &["aws-actions/aws-lambda-deploy"],
    commands: &[
        "aws lambda update-function-code",
        "aws lambda wait function-updated",
    ],
    calls: &[
        call("lambda:UpdateFunctionCode", FUNCTION, "upload the new code"),
        call(
            "lambda:GetFunctionConfiguration",
            FUNCTION,
            "wait until the update is complete",
        ),
    ],
    passes: None,
    useful: &[
        "lambda:GetAlias",
        "lambda:GetFunction",
        "lambda:PublishVersion",
        "lambda:UpdateAlias",
        "lambda:UpdateFunctionConfiguration",
    ],
};

/// AWS CLI Command Reference, `s3 sync`: lists the bucket and uploads changed files.
const S3_SYNC: DeploymentStep = DeploymentStep {
    id: "s3-sync",
    sid: "S3Deploy",
    uses: &[],
    commands: &["aws s3 sync", "aws s3 cp"],
    calls: &[
        call(
            "s3:ListBucket",
            "arn:{partition}:s3:::{bucket}",
            "list the bucket",
        ),
        call(
            "s3:PutObject",
            "arn:{partition}:s3:::{bucket}/*",
            "upload changed files",
        ),
    ],
    passes: None,
    useful: &["s3:DeleteObject", "s3:GetBucketLocation", "s3:GetObject"],
};

/// Amazon CloudFront API Reference, `CreateInvalidation`.
const CLOUDFRONT_INVALIDATION: DeploymentStep = DeploymentStep {
    id: "cloudfront-invalidation",
    sid: "CloudFrontInvalidate",
    uses: &[],
    commands: &["aws cloudfront create-invalidation"],
    calls: &[call(
        "cloudfront:CreateInvalidation",
        "arn:{partition}:cloudfront::{account}:distribution/{distribution}",
        "invalidate the cached files",
    )],
    passes: None,
    useful: &["cloudfront:GetDistribution", "cloudfront:GetInvalidation"],
};
