//! GitHub for harden: what is read of repositories and workflows, and the checks that judge it.
