//! What a settings file says of a profile: readable words, and a variable's name in the place of each secret. Both directions are
//! here, so that what was read can be changed and written again. It knows neither a file nor a place in one.

mod parts;
mod reference;
mod sections;

pub use self::parts::{AcquireText, RecordingText, SnapshotText, StorageText, WebText};
pub use self::sections::Sections;
