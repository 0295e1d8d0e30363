//! Workflows from a checkout, without a network.

use std::path::PathBuf;

use harden_collect::{Collect, Collected, Collector, Portion, provide_kinds};
use harden_core::{FactError, Facts, Place, Resource, Scope};

use super::files::Files;
use super::package_scripts::{read_packages, used_packages};
use super::workflow::{read_actions, read_workflows, used_actions};
use crate::resources::{LocalAction, PackageScripts, Workflow};

/// A checkout of one repository: lists its workflows, its actions and the scripts of its packages
/// from the files, so that they can be judged without a token, and before they are pushed.
///
/// That a file is in the checkout does not mean that it is on the default branch: an audit of a
/// checkout judges the checkout.
#[derive(Debug, Clone)]
pub struct Checkout {
    root: PathBuf,
    repository: String,
}

impl Checkout {
    /// The checkout at a path, of `owner/repo`.
    pub fn new(root: impl Into<PathBuf>, repository: impl Into<String>) -> Self {
        Self {
            root: root.into(),
            repository: repository.into(),
        }
    }

    fn place(&self) -> Place {
        Place::global(&*self.repository)
    }

    fn files(&self) -> Files {
        Files::Checkout(self.root.as_path().into())
    }

    fn collected<R: Resource>(&self, portion: Portion<R>) -> Collected<R> {
        let mut collected = Collected::over(Scope::Places(vec![self.place()]));
        collected.add(&self.place(), portion);
        collected
    }
}

impl Collector for Checkout {}

impl Collect<Checkout> for Workflow {
    async fn collect(checkout: &Checkout, _: &Facts) -> Result<Collected<Self>, FactError> {
        let read = read_workflows(&checkout.repository, &checkout.files()).await;
        Ok(checkout.collected(read))
    }
}

impl Collect<Checkout> for LocalAction {
    async fn collect(checkout: &Checkout, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let workflows = facts.list::<Workflow>().await?;
        let used = used_actions(&workflows, &checkout.place());
        let read = read_actions(&checkout.repository, &checkout.files(), used).await;
        let mut collected = checkout.collected(read);
        collected.add_gaps_of(&workflows.gaps);
        Ok(collected)
    }
}

impl Collect<Checkout> for PackageScripts {
    async fn collect(checkout: &Checkout, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let workflows = facts.list::<Workflow>().await?;
        let actions = facts.list::<LocalAction>().await?;
        let used = used_packages(&workflows, &actions, &checkout.place());
        let read = read_packages(&checkout.repository, &checkout.files(), used).await;
        let mut collected = checkout.collected(read);
        collected.add_gaps_of(&workflows.gaps);
        collected.add_gaps_of(&actions.gaps);
        Ok(collected)
    }
}

provide_kinds!(Checkout: [Workflow, LocalAction, PackageScripts]);
