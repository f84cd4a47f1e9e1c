//! The command line as it is typed: names, ranges, help. It knows what can be said, and nothing of what is done about it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::agora::token::{Packing, Salt, TokenRole};
use crate::monitor::ids::{Cname, Uid};
use crate::settings::units;
use crate::worker::clock::Speed;

const EXAMPLES: &str = "\
Examples:
  reelwatch demo                          a simulated shift: no account, no settings, no network
  reelwatch settings example > s.toml     a settings file to start from
  reelwatch --settings s.toml             your own channels
  reelwatch watch                         the same in the terminal

Exit codes:
  0  did what was asked
  1  something went wrong; the last line says what and what to do
  2  the command line cannot be understood";

const DEMO_EXAMPLES: &str = "\
Examples:
  reelwatch demo                          the shift in a window, 10 times as fast as the world
  reelwatch demo --speed 60 --seed 7      faster, and another shift
  reelwatch demo --headless --for 60s     in the terminal, ends by itself
  reelwatch demo --headless > shift.txt   one line per event";

const WATCH_EXAMPLES: &str = "\
Examples:
  reelwatch watch                         a table that redraws, worst channels first
  reelwatch watch > shift.txt             one line per event
  reelwatch watch --commands              type commands, see one line per event

Commands, one a line, each with the name of a channel as in the settings:
  start NAME      open a session: acquire, start, verify
  restart NAME    go on with the other UID; a recorder that still runs goes on beside it and is billed
  stop NAME       end the session, waiting for the upload
  stop-old NAME   stop the other recorder that answers beside the channel's own
  check NAME      ask for its state now
  ack NAME REASON…           somebody sees to its incident: silent until it gets worse or is over
  note NAME TEXT…            a line on its incident, or on the last minute where it has none
  mute NAME 15m|1h|session   say nothing of it for so long; it is polled as before
  unmute NAME                hear of it again
They are possible when the window's are: a refusal says why. Nothing is asked back, a stop stops. A line that is not
understood changes nothing. Empty lines and lines that begin with # are passed over; the end of the input ends nothing.";

const SIM_EXAMPLES: &str = "\
Examples:
  reelwatch sim                                      at 127.0.0.1:18101 and 127.0.0.1:18102
  reelwatch sim --listen 127.0.0.1:8081,127.0.0.1:8082
  reelwatch sim --scenario bad-day.toml --journal truth.jsonl
  reelwatch sim --speed 10                           its time runs faster: poll accordingly";

const TOKEN_EXAMPLES: &str = "\
Examples:
  reelwatch token --channel court-01 --uid 900001            lives 24 h from now on
  reelwatch token --channel court-01 --uid 900002 --expire 8h
  reelwatch token --decode 007eJx…                           what is in it, and how long it lives
  pbpaste | reelwatch token --decode -                       the same, without a trace in the shell's history

Variables:
  REELWATCH_APP_ID            the project; without it, the one in the settings file
  REELWATCH_APP_CERTIFICATE   its App Certificate, from the Agora console; with --decode it checks the signature

With --project both come from the settings file: the App ID, and the variable that the project names for its certificate.";

/// A desktop dashboard that watches, starts, stops and restarts Agora Cloud Recordings.
///
/// Without a command it opens on your own channels, as the settings file describes them. Where there is no display it goes on
/// in the terminal.
#[derive(Debug, Parser)]
#[command(name = "reelwatch", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do; nothing opens the dashboard on your own channels.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where things are.
    #[command(flatten)]
    pub places: Places,
}

/// Where things are.
#[derive(Clone, Debug, Default, Args)]
pub struct Places {
    /// Read this settings file instead of the one in the platform's folder
    #[arg(long, value_name = "FILE", global = true)]
    pub settings: Option<PathBuf>,
    /// Keep the log in this folder instead of the platform's one
    #[arg(long, value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Watch a simulated shift: 24 channels, one outage after the other
    Demo(Demo),
    /// Watch your own channels in the terminal, without a window
    Watch(Watch),
    /// Show an example of the settings file, its place, or what is wrong with yours
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// Look at the log, make it small, copy it, or bring the hourly copy back
    #[command(subcommand)]
    Store(StoreCommand),
    /// Make a token for a recorder's UID, or explain one
    Token(TokenArgs),
    /// Print the addresses that Agora's notifications come from, one a line, for a firewall
    ///
    /// They change: Agora asks to look at least once in 24 hours. Asked with the credentials of the settings.
    NcsIp(Which),
    /// Run only the simulated Agora cloud, on ports of this computer, for any client
    Sim(Sim),
}

/// `reelwatch store …`
#[derive(Debug, Subcommand)]
pub enum StoreCommand {
    /// Read all of it, and say what is damaged; may be done while reelwatch runs
    Check {
        /// Another log than that of the folder for data
        log: Option<PathBuf>,
    },
    /// Make everything anew that is derived from the facts: days of bands, and where a start goes on from
    Rebuild {
        /// Another log than that of the folder for data
        log: Option<PathBuf>,
    },
    /// Pack what can be packed, forget what nobody asks for any more, and give free space back
    ///
    /// Needs as much free space as the log takes, and that nobody watches meanwhile.
    Compact {
        /// Another log than that of the folder for data
        log: Option<PathBuf>,
    },
    /// Bring the copy beside the log up to date; reelwatch does so every hour while it runs
    Backup {
        /// Another log than that of the folder for data
        log: Option<PathBuf>,
    },
    /// Put the copy in the log's place; what is there is renamed, never deleted
    Restore {
        /// Another log than that of the folder for data
        log: Option<PathBuf>,
    },
}

/// `reelwatch demo`
#[derive(Debug, Args)]
#[command(after_help = DEMO_EXAMPLES)]
pub struct Demo {
    /// How the simulated cloud behaves.
    #[command(flatten)]
    pub story: Story,
    /// Stay in the terminal even where there is a display
    #[arg(long)]
    pub headless: bool,
    /// When it ends.
    #[command(flatten)]
    pub end: End,
}

/// `reelwatch watch`
#[derive(Debug, Args)]
#[command(after_help = WATCH_EXAMPLES)]
pub struct Watch {
    /// Read commands from standard input, one a line, and tell events in lines
    #[arg(long)]
    pub commands: bool,
    /// When it ends.
    #[command(flatten)]
    pub end: End,
}

/// `reelwatch sim`
#[derive(Debug, Args)]
#[command(after_help = SIM_EXAMPLES)]
pub struct Sim {
    /// How the simulated cloud behaves.
    #[command(flatten)]
    pub story: Story,
    /// An address of this computer for each domain of the scenario, in their order [default: 127.0.0.1:18101,127.0.0.1:18102]
    #[arg(long, value_name = "ADDR", value_delimiter = ',', value_parser = loopback)]
    pub listen: Vec<SocketAddr>,
    /// When it ends.
    #[command(flatten)]
    pub end: End,
}

/// `reelwatch token`
#[derive(Debug, Args)]
#[command(after_help = TOKEN_EXAMPLES)]
pub struct TokenArgs {
    /// Whose token it is.
    #[command(flatten)]
    pub which: Which,
    /// The channel it opens
    #[arg(long, value_name = "C", required_unless_present = "decode", conflicts_with = "decode")]
    pub channel: Option<Cname>,
    /// The recorder's UID it is bound to; a backup UID needs a token of its own
    #[arg(long, value_name = "U", required_unless_present = "decode", conflicts_with = "decode")]
    pub uid: Option<Uid>,
    /// How long it lives, such as 24h; longer than the recording may run
    #[arg(long, value_name = "DURATION", value_parser = life, default_value = "24h", conflicts_with = "decode")]
    pub expire: Life,
    /// What its holder may do
    #[arg(long, value_enum, default_value_t, conflicts_with = "decode")]
    pub role: RoleArg,
    /// A number from 1 to 99999999, to make a token again [default: follows from the other values]
    #[arg(long, value_name = "N", value_parser = salt, conflicts_with = "decode")]
    pub salt: Option<Salt>,
    /// When it was made, in seconds since 1970, to make a token again [default: now]
    #[arg(long, value_name = "T", conflicts_with = "decode")]
    pub issued_at: Option<u32>,
    /// Whose bytes it has; the service takes either
    #[arg(long, value_enum, default_value_t, conflicts_with = "decode")]
    pub packing: PackingArg,
    /// Explain this token instead of making one; - reads it from standard input
    #[arg(long, value_name = "TOKEN", allow_hyphen_values = true)]
    pub decode: Option<String>,
}

/// One project of the settings.
#[derive(Clone, Debug, Default, Args)]
pub struct Which {
    /// The project of the settings that is meant; needed where there are several
    #[arg(long, value_name = "NAME")]
    pub project: Option<String>,
}

/// How long a token lives, in whole seconds.
#[derive(Clone, Copy, Debug)]
pub struct Life(pub u32);

/// What a token's holder may do.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum RoleArg {
    /// Join and publish; what the vendor recommends
    #[default]
    Publisher,
    /// Join only
    Subscriber,
}

impl From<RoleArg> for TokenRole {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Publisher => TokenRole::Publisher,
            RoleArg::Subscriber => TokenRole::Subscriber,
        }
    }
}

/// Whose bytes a token has.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum PackingArg {
    /// As agora-token of npm makes it
    #[default]
    Node,
    /// As the vendor's builders for Python, Java, C++ and PHP make it
    Zlib,
}

impl From<PackingArg> for Packing {
    fn from(packing: PackingArg) -> Self {
        match packing {
            PackingArg::Node => Packing::Node,
            PackingArg::Zlib => Packing::Zlib,
        }
    }
}

/// How the simulated cloud behaves.
#[derive(Clone, Debug, Default, Args)]
pub struct Story {
    /// Simulated seconds per second, 1 to 600 [default: the scenario's]
    #[arg(long, value_name = "N", value_parser = speed)]
    pub speed: Option<Speed>,
    /// What is random comes from this number; the same number makes the same shift [default: the scenario's]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Play this scenario file instead of the built-in one
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
    /// At the end, write here when each recorder really recorded and what befell it, as JSON Lines: hold what you saw against it
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
}

/// When it ends.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct End {
    /// End by itself after this long, such as 60s or 5m, by the clock on the wall
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    pub after: Option<Duration>,
}

/// `reelwatch settings`
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum SettingsCommand {
    /// Print a settings file with every setting explained
    Example,
    /// Print where the settings file belongs on this computer
    Path,
    /// Read the settings file and list everything that has to be put right
    Check,
}

fn speed(text: &str) -> Result<Speed, String> {
    let wrong = || format!("it is a whole number from 1 to {}", Speed::MAX);
    text.parse().ok().and_then(Speed::new).ok_or_else(wrong)
}

fn duration(text: &str) -> Result<Duration, String> {
    units::duration(text).ok_or_else(|| units::RULE.to_owned())
}

fn life(text: &str) -> Result<Life, String> {
    let life = duration(text)?;
    let whole = life.subsec_nanos() == 0 && !life.is_zero();
    let seconds = u32::try_from(life.as_secs()).ok().filter(|_| whole);
    seconds.map(Life).ok_or_else(|| "a token lives a whole number of seconds, from 1s to 4294967295s".to_owned())
}

fn salt(text: &str) -> Result<Salt, String> {
    let wrong = || format!("it is a whole number from 1 to {}", Salt::MAX);
    text.parse().ok().and_then(Salt::new).ok_or_else(wrong)
}

/// Nothing but this computer: whoever reaches the port is served.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr =
        text.parse().map_err(|_| "it is an IP address and a port, such as 127.0.0.1:18101".to_owned())?;
    if address.ip().is_loopback() {
        return Ok(address);
    }
    Err("the simulated cloud speaks plain HTTP and its credentials are public, so it listens on this computer only: take an \
         address of 127.0.0.0/8 or [::1]"
        .to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn the_definitions_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_are_read_with_their_ranges() {
        let cli = parse("reelwatch demo --speed 60 --seed 7 --headless --for 90s --data-dir d").expect("valid");
        assert_eq!(cli.places.data_dir, Some(PathBuf::from("d")));
        let Some(Command::Demo(demo)) = cli.command else { panic!("{:?}", cli.command) };
        assert_eq!(demo.story.speed.map(Speed::times), Some(60));
        assert_eq!(demo.end.after, Some(Duration::from_secs(90)));
        for line in ["demo --speed 0", "demo --speed 601", "demo --for 60", "demo --seed -1", "watch --speed 2", "dmeo"]
        {
            let error = parse(&format!("reelwatch {line}")).expect_err(line);
            assert_eq!(error.exit_code(), 2, "{line}");
        }
    }

    #[test]
    fn the_simulated_cloud_listens_on_this_computer_only() {
        let cli = parse("reelwatch sim --listen 127.0.0.1:8081,[::1]:0").expect("valid");
        let Some(Command::Sim(sim)) = cli.command else { panic!("{:?}", cli.command) };
        assert_eq!(sim.listen.iter().map(ToString::to_string).collect::<Vec<_>>(), ["127.0.0.1:8081", "[::1]:0"]);
        for (address, why) in [
            ("0.0.0.0:8081", "plain HTTP"),
            ("192.168.1.7:8081", "this computer only"),
            ("127.0.0.1:1,[2001:db8::1]:1", "this computer only"),
            ("127.0.0.1", "and a port"),
            ("localhost:80", "and a port"),
        ] {
            let error = parse(&format!("reelwatch sim --listen {address}")).expect_err(address);
            assert_eq!(error.exit_code(), 2, "{address}");
            assert!(error.to_string().contains(why), "{address}: {error}");
        }
        assert!(parse("reelwatch ncs-ip --project x").is_ok() && parse("reelwatch watch --project x").is_err());
        assert!(parse("reelwatch simulate").is_err(), "the former name");
    }
}
