//! `reelwatch ncs-ip`: the addresses that Agora's notifications come from, one a line, for whoever keeps a firewall. Asked once,
//! at the first domain that answers; nothing is kept.

use std::sync::Arc;
use std::time::Duration;

use super::args::{Places, Which};
use super::{Trouble, runtime, say, settings as place, tell};
use crate::agora::client::Client;
use crate::agora::https::HttpsTransport;
use crate::monitor::answer::Outcome;
use crate::monitor::describe;
use crate::settings;

const CONNECT_WITHIN: Duration = Duration::from_secs(3);
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Asks and prints.
pub fn run(which: &Which, places: &Places) -> Result<(), Trouble> {
    let settings = settings::load(&place::path(places)?)?;
    let account = &settings.project(which.project.as_deref())?.account;
    let transport = Arc::new(HttpsTransport::new(CONNECT_WITHIN)?);
    let client = Client::new(Arc::new(account.clone()), settings.profiles.clone(), transport);
    let runtime = runtime()?;
    let mut troubles = Vec::new();
    for domain in &account.domains {
        match runtime.block_on(client.ncs_ip(domain.host(), ANSWER_WITHIN)) {
            Ok(addresses) if addresses.is_empty() => {
                tell(&format!("{} lists no address", domain.host()));
                return Ok(());
            }
            Ok(addresses) => {
                let lines: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                return say(&lines.join("\n"));
            }
            Err(answer) => {
                troubles.push(format!("{}: {}", domain.host(), describe::outcome(&answer)));
                // The other domain would refuse it as well.
                if matches!(answer.outcome, Outcome::Refused(_)) {
                    break;
                }
            }
        }
    }
    Err(Trouble::NoAddresses(troubles.join("; ")))
}
