//! Expressions that select costs, of budgets and of anomaly monitors.

use serde::{Deserialize, Serialize};

/// An expression that selects costs: `FilterExpression` of a budget, `MonitorSpecification` of an anomaly
/// monitor ([Expression](https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Expression.html)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CostExpression {
    /// Costs that at least one of the expressions selects.
    Or(Vec<Self>),
    /// Costs that all of the expressions select.
    And(Vec<Self>),
    /// Costs that the expression does not select.
    Not(Box<Self>),
    /// Costs with one of the values in a dimension.
    Dimension(CostDimension),
    /// Costs by a tag, a cost category or a product attribute: its type and key.
    Other(String),
}

/// The costs with one of the values in a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CostDimension {
    /// `LINKED_ACCOUNT`, `RECORD_TYPE`, `SERVICE`, …
    pub key: String,
    /// The values.
    pub values: Vec<String>,
    /// How values are compared (MatchOptions). Empty for `EQUALS`.
    #[serde(default)]
    pub match_options: Vec<String>,
}
