//! Vercel for harden: what is read of projects, and the checks that judge it.
