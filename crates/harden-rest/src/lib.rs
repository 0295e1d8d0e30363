//! A client for JSON over HTTPS that the providers on plain REST share.
