//! ECS services and load balancers with the alarms that cover their metrics.

mod alb;
mod ecs;
mod find;

pub(crate) use alb::WatchedLoadBalancer;
pub(crate) use ecs::WatchedService;
pub(crate) use find::{Asked, Coverage, SOURCE as ALARM_SOURCE, coverage, looks_elsewhere};
