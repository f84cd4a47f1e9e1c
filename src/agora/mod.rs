//! The service's REST API: paths, bodies, credentials, answers. It translates between Agora's words and ours and decides
//! nothing: no retries, no waiting, no state of a recording.

pub mod transport;
