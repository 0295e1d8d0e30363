//! Reads an estate with the default credentials and writes what was read of each kind as JSON:
//! the shortest program over the provider, and a way to see what it makes of an account.
//!
//! ```text
//! cargo run -p harden-aws --example list                    # the region of the profile
//! cargo run -p harden-aws --example list -- us-east-2 eu-west-1
//! cargo run -p harden-aws --example list -- all
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write as _;
use std::sync::Arc;

use harden_aws::AwsPolicy;
use harden_aws::live::{AwsProvider, Connect};
use harden_aws::resources::KINDS;
use harden_core::{Facts, Provider};
use jiff::Timestamp;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(list())
}

async fn list() -> Result<(), Box<dyn Error>> {
    let mut connect = Connect::new(Arc::new(AwsPolicy::default()), Timestamp::now());
    connect.regions = std::env::args().skip(1).collect();
    let provider = Arc::new(AwsProvider::connect(connect).await?);
    let facts = Facts::new(vec![Arc::clone(&provider) as Arc<dyn Provider>]);
    let mut listings = BTreeMap::new();
    for kind in KINDS {
        listings.insert(kind.name, provider.list(kind, &facts).await?);
    }
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &listings)?;
    writeln!(out)?;
    for (operation, calls) in facts.calls() {
        writeln!(std::io::stderr(), "{calls:>5} {operation}")?;
    }
    Ok(())
}
