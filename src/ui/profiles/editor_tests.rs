//! The editor as an operator meets it.
