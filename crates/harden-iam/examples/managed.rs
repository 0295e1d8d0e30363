//! Parses, prints, parses again and lints many policies. `tests/bench/iam.py` measures it.
//!
//! Standard input is a JSON object of policy documents by name.
#![allow(clippy::print_stdout, reason = "an example prints its result")]

use std::collections::BTreeMap;
use std::error::Error;
use std::io;

use harden_iam::Policy;
use harden_iam::lint::{Linter, PolicyType};
use serde_json::value::RawValue;

fn main() -> Result<(), Box<dyn Error>> {
    let text = io::read_to_string(io::stdin())?;
    let documents: BTreeMap<String, &RawValue> = serde_json::from_str(&text)?;
    let mut linter = Linter::default();
    let (mut statements, mut findings) = (0, 0);
    for (name, document) in &documents {
        let policy = Policy::parse(document.get())?;
        if Policy::parse(&policy.to_string())? != policy {
            return Err(format!("{name} is not read again as it was").into());
        }
        statements += policy.statements().len();
        findings += linter.lint(&policy, PolicyType::Identity).len();
    }
    let count = documents.len();
    println!("{count} policies, {statements} statements, {findings} findings");
    Ok(())
}
