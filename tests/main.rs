//! All integration tests in one binary, one module per subject: linking once is what keeps the suite quick.

mod rig;
mod simulation;
mod stories;
mod worker;
