//! Lints many policies and writes the findings as JSON; with `check` it parses and prints each policy, and
//! parses it again, instead. `tests/bench/iam.py` measures it.
//!
//! Standard input is a JSON object of policy documents by name.
#![allow(
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "an example prints its result"
)]

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, BufWriter, Write as _};

use harden_iam::Policy;
use harden_iam::lint::{Linter, PolicyType};
use serde_json::value::RawValue;

fn main() -> Result<(), Box<dyn Error>> {
    let text = io::read_to_string(io::stdin())?;
    let documents: BTreeMap<String, &RawValue> = serde_json::from_str(&text)?;
    let check = std::env::args().nth(1).as_deref() == Some("check");
    let mut linter = Linter::default();
    let mut out = BufWriter::new(io::stdout().lock());
    let (mut statements, mut findings) = (0, 0);
    for (name, document) in &documents {
        let policy = Policy::parse(document.get())?;
        statements += policy.statements().len();
        if check && Policy::parse(&policy.to_string())? != policy {
            return Err(format!("{name} is not read again as it was").into());
        }
        if !check {
            let found = linter.lint(&policy, PolicyType::Identity);
            findings += found.len();
            serde_json::to_writer(&mut out, &found)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()?;
    let count = documents.len();
    eprintln!("{count} policies, {statements} statements, {findings} findings");
    Ok(())
}
