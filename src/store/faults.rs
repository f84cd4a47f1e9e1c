//! Places where a test lets the program fail or die: `cargo test --features failpoints`. Without that feature each is an empty
//! function, and nothing here reads the environment. Named here, so that a test can go through all of them.

use std::io;

/// The places, in the order in which one command passes them. At those of the store an error can be returned, too.
pub const POINTS: [&str; 8] = [DECIDED, STORE_BEFORE, STORE_INSIDE, STORE_AFTER, SAVED, HEARD, ENDING, ENDED];
/// The core has decided, and nothing of it is on the disk.
pub const DECIDED: &str = "worker::decided";
/// Facts are to be written, and no transaction is open.
pub const STORE_BEFORE: &str = "store::before";
/// Facts are written, and their transaction is not committed.
pub const STORE_INSIDE: &str = "store::inside";
/// Facts are committed, and nobody knows it yet.
pub const STORE_AFTER: &str = "store::after";
/// Facts are on the disk, and the calls they announce have not left.
pub const SAVED: &str = "worker::saved";
/// An answer was heard, and nothing of it is on the disk.
pub const HEARD: &str = "worker::heard";
/// The program was asked to end, and has not said so in the log.
pub const ENDING: &str = "worker::ending";
/// The end is in the log.
pub const ENDED: &str = "worker::ended";

/// Dies here when a test wants that: `return(abort)`. An error is returned by `return`.
///
/// # Errors
/// Only when a test wants one.
#[cfg(feature = "failpoints")]
pub fn pass(point: &str) -> io::Result<()> {
    fail::fail_point!(point, |wanted| match wanted.as_deref() {
        Some("abort") => std::process::abort(),
        Some(_) | None => Err(io::Error::other("a test wants this to fail")),
    });
    Ok(())
}

/// Goes on.
///
/// # Errors
/// Never without the feature `failpoints`.
#[cfg(not(feature = "failpoints"))]
pub const fn pass(_point: &str) -> io::Result<()> {
    Ok(())
}
