//! What crosses crates: the command line against a real server, reports against their schemas.
