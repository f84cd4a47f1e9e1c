//! The service's REST API: paths, bodies, credentials, answers. It translates between Agora's words and ours and decides
//! nothing: no retries, no waiting, no state of a recording.
//!
//! One exchange: [`request`] turns an order of the core into bytes, a [`transport`] carries them, [`reading`] says what the
//! answer means, and [`client`] joins the three. [`account`] holds what the operator's settings bring,
//! [`admission`] the tokens with which recorders join, made by [`token`]. What is recorded and how is the business of
//! [`crate::profile`].

pub mod account;
pub mod admission;
mod body;
pub mod client;
pub mod hosts;
pub mod https;
pub mod reading;
pub mod request;
mod secrets;
mod streams;
mod text;
mod tls;
pub mod token;
pub mod transport;
mod wire;
