//! Workflow files, read.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::Path;

use harden_github::resources::Workflow;

#[test]
fn public_workflows_parse() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workflows/public");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "NOTICE" {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let w = Workflow::parse("acme/shop", ".github/workflows/x.yml", &text);
        match w.jobs.get() {
            Err(e) => println!("{name}: {e}"),
            Ok(jobs) => {
                println!("{name}: {} jobs", jobs.len());
                for j in jobs {
                    println!(
                        "   {} needs {:?} env {:?} if {:?} perms {:?}",
                        j.id,
                        j.needs,
                        j.environment.as_ref().map(|e| &e.names),
                        j.condition.as_ref().map(|c| (&c.demands, c.after_failure)),
                        j.permissions.as_ref().map(|p| &p.scopes)
                    );
                    for s in &j.steps {
                        if !s.injected.is_empty()
                            || !s.references.is_empty()
                            || !s.commands.is_empty()
                            || s.version.is_some()
                        {
                            println!(
                                "      {:?} {:?} {:?} {:?} {:?}",
                                s.at,
                                s.uses,
                                s.commands.iter().map(|c| c.line()).collect::<Vec<_>>(),
                                s.references.iter().map(|r| &r.name).collect::<Vec<_>>(),
                                s.injected
                            );
                        }
                    }
                }
            }
        }
    }
}
