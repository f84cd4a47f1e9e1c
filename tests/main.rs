//! All integration tests in one binary, one module per subject: linking once is what keeps the suite quick.

mod architecture;
mod binary;
mod clock;
mod durability;
mod history;
mod kills;
mod ncs;
mod projects;
mod protocol;
mod rig;
mod rules;
mod simulation;
mod stories;
mod token;
mod truth;
mod worker;
