//! `reelwatch sim`: only the simulated cloud, for training and for pointing other people's clients at. It prints where it answers,
//! whom it lets in and the settings that lead to it, and serves until it is interrupted; it watches nothing.

use std::net::{Ipv4Addr, SocketAddr};

use super::args::Sim;
use super::cloud::{Play, Stage};
use super::{Trouble, interrupt, say, tell};
use crate::sim::CALM;
use crate::sim::scenario::TokenRule;
use crate::worker::clock::Clock;

/// The port of the first domain where no address is given; the others follow it.
const FIRST_PORT: u16 = 18101;

/// Serves until the end that was asked for.
pub fn run(args: &Sim) -> Result<(), Trouble> {
    let play = Play::read(&args.story, CALM)?;
    let addresses = addresses(&args.listen, play.scenario.project.domains.len())?;
    let clock = Clock::start(play.speed);
    // Whoever ends it as soon as it has said where it answers is heard already.
    let runtime = super::runtime()?;
    let interrupted = {
        let _inside = runtime.enter();
        interrupt::listen()
    };
    let stage = play.open(clock, &addresses)?;
    say(&head(&play, &stage))?;
    say(&play.settings_text(&stage.bases()))?;
    tell(&format!("The simulated cloud answers at {}; Ctrl-C ends it", stage.bases().join(" and ")));
    runtime.block_on(async {
        match args.end.after {
            Some(after) => {
                tokio::time::timeout(after, interrupted).await.ok();
            }
            None => interrupted.await,
        }
    });
    stage.close()
}

/// One address for each domain: those given, or neighbouring ports of this computer.
fn addresses(given: &[SocketAddr], domains: usize) -> Result<Vec<SocketAddr>, Trouble> {
    if given.is_empty() {
        let ports = (FIRST_PORT..).take(domains);
        return Ok(ports.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))).collect());
    }
    if given.len() != domains {
        return Err(Trouble::Addresses { given: given.len(), domains });
    }
    Ok(given.to_vec())
}

/// What stands above the settings: comments, so that the whole output is a settings file.
fn head(play: &Play, stage: &Stage) -> String {
    let project = &play.scenario.project;
    let exports: String =
        play.variables().iter().map(|(name, value)| format!("#   export {name}='{value}'\n")).collect();
    let served: String = project
        .domains
        .iter()
        .zip(stage.bases())
        .map(|(domain, base)| format!("#   {base}  for {}\n", domain.replace(char::is_control, " ")))
        .collect();
    let tokens = match project.token {
        TokenRule::Ignored => "not looked at",
        TokenRule::Required => "demanded in the modes individual and mix",
    };
    format!(
        "# {}, seed {}, {} times as fast as the world.\n#\n# It answers the Cloud Recording API, over plain HTTP, at\n{served}\
         # App ID {}, tokens {tokens}. Customer ID and secret, keys of the storage:\n{exports}#\n\
         # With these variables set, the following settings lead to it.\n",
        play.scenario.name.replace(char::is_control, " "),
        play.seed,
        play.speed.times(),
        project.app_id.replace(char::is_control, " "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_neighbouring_ports_or_exactly_those_given() {
        let texts = |given: &[SocketAddr], domains| {
            addresses(given, domains).map(|found| found.iter().map(SocketAddr::to_string).collect::<Vec<_>>())
        };
        assert_eq!(texts(&[], 2).expect("defaults"), ["127.0.0.1:18101", "127.0.0.1:18102"]);
        let one: SocketAddr = "[::1]:0".parse().expect("an address");
        assert_eq!(texts(&[one], 1).expect("given"), ["[::1]:0"]);
        let error = texts(&[one], 2).expect_err("too few").to_string();
        assert!(error.contains("1 addresses") && error.contains("2 domains"), "{error}");
    }
}
