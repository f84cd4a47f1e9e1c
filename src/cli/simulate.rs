//! `reelwatch simulate`: only the simulated cloud, for training and for testing other tools. It prints the settings that lead
//! to it and serves until it is interrupted; it watches nothing.

use std::time::Duration;

use super::args::Simulate;
use super::cloud::Play;
use super::{Trouble, interrupt, say, tell};
use crate::worker::clock::Clock;

/// Serves until the end that was asked for.
pub fn run(args: &Simulate) -> Result<(), Trouble> {
    let play = Play::read(&args.story)?;
    let domains = play.scenario.project.domains.len();
    if args.ports.len() > domains {
        return Err(Trouble::TooManyPorts { given: args.ports.len(), domains });
    }
    let clock = Clock::start(play.speed);
    let stage = play.open(clock, &args.ports)?;
    say(&head(&play))?;
    say(&play.settings_text(&stage.bases()))?;
    tell(&format!("The simulated cloud answers at {}; Ctrl-C ends it", stage.bases().join(" and ")));
    let runtime = super::runtime()?;
    runtime.block_on(until(args.end.after));
    stage.close()
}

/// What stands above the settings: comments, so that the whole output is a settings file.
fn head(play: &Play) -> String {
    let exports: String =
        play.variables().iter().map(|(name, value)| format!("#   export {name}='{value}'\n")).collect();
    format!(
        "# {}, seed {}, {} times as fast as the world. These settings lead to it, once these variables are set:\n#\n{exports}",
        play.scenario.name.replace(char::is_control, " "),
        play.seed,
        play.speed.times()
    )
}

async fn until(after: Option<Duration>) {
    match after {
        Some(after) => {
            tokio::select! {
                () = interrupt::interrupted() => {}
                () = tokio::time::sleep(after) => {}
            }
        }
        None => interrupt::interrupted().await,
    }
}
