//! ECS services and load balancers with the alarms that cover their metrics.

mod alb;
mod ecs;
mod find;

pub(crate) use alb::LoadBalancerWithAlarms;
pub(crate) use ecs::ServiceWithAlarms;
pub(crate) use find::{
    Coverage, MetricToCover, SOURCE as ALARM_SOURCE, compares_low_values, find_coverage,
};
