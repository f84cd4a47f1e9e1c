//! The thin shell: one thread and one loop that join the core, the service and the store. It carries out what the core
//! decides and decides nothing itself. Commands come in, snapshots go out.

pub mod clock;
pub mod handle;
