//! The simulated cloud on ports of this computer, and the settings that lead to it. Used by the demo and by `sim`, so the
//! demo's channels come in by the same door as an operator's: as the text of a settings file.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use toml::Value;

use super::Trouble;
use super::args::Story;
use crate::settings::{self, CUSTOMER_KEY, CUSTOMER_SECRET, Settings, units};
use crate::sim::scenario::{Channel, Span};
use crate::sim::{Scenario, SimCloud, SimServer};
use crate::worker::clock::{Clock, Speed};

/// The longest scenario that is read: 1 MiB. What is longer is no scenario.
const SCENARIO_LIMIT: u64 = 1024 * 1024;

/// What tokens are made from, for whoever makes them.
const APP_CERTIFICATE: &str = "REELWATCH_APP_CERTIFICATE";
const ACCESS_KEY: &str = "REELWATCH_SIMULATED_ACCESS_KEY";
const SECRET_KEY: &str = "REELWATCH_SIMULATED_SECRET_KEY";

/// What the simulated storage is told. Nothing is ever stored, so any pair will do.
const STORAGE_KEYS: (&str, &str) = ("simulated-access-key", "simulated-secret-key");

/// A scenario, ready to be played.
pub struct Play {
    /// What happens.
    pub scenario: Scenario,
    /// Where the random numbers come from.
    pub seed: u64,
    /// How fast.
    pub speed: Speed,
    /// Where the truth is written at the end.
    journal: Option<PathBuf>,
}

/// The simulated cloud while it is played.
pub struct Stage {
    server: SimServer,
    cloud: Arc<Mutex<SimCloud>>,
    clock: Clock,
    journal: Option<(PathBuf, File)>,
}

impl Stage {
    /// Where it answers, in the order of the scenario's domains.
    pub fn bases(&self) -> Vec<String> {
        self.server.bases()
    }

    /// Closes the ports, and writes the truth where that was asked for.
    pub fn close(self) -> Result<(), Trouble> {
        self.server.stop();
        let Some((path, file)) = self.journal else { return Ok(()) };
        let mut cloud = self.cloud.lock().unwrap_or_else(PoisonError::into_inner);
        let truth = cloud.journal(self.clock.now().as_millis());
        truth.write_json_lines(BufWriter::new(file)).map_err(|why| Trouble::Journal { path, why })
    }
}

impl Play {
    /// The scenario that was asked for, or else `built_in`, with seed and speed of its own unless others were given.
    pub fn read(story: &Story, built_in: &str) -> Result<Self, Trouble> {
        let (name, text) = match &story.scenario {
            Some(path) => (path.clone(), text_of(path).map_err(|why| bad(path.clone(), &why))?),
            None => (PathBuf::from("the built-in scenario"), built_in.to_owned()),
        };
        let scenario = Scenario::parse(&text).map_err(|why| bad(name, &why))?;
        let own_speed = Speed::new(scenario.speed).unwrap_or(Speed::REAL);
        let (seed, speed) = (story.seed.unwrap_or(scenario.seed), story.speed.unwrap_or(own_speed));
        Ok(Self { scenario, seed, speed, journal: story.journal.clone() })
    }

    /// Opens the addresses, and the journal, so that a wrong place for it is told at once. The simulated cloud runs on `clock`
    /// until the server is dropped.
    pub fn open(&self, clock: Clock, addresses: &[SocketAddr]) -> Result<Stage, Trouble> {
        let journal = self.journal.clone().map(|path| match File::create(&path) {
            Ok(file) => Ok((path, file)),
            Err(why) => Err(Trouble::Journal { path, why }),
        });
        let journal = journal.transpose()?;
        let cloud = SimCloud::new(self.scenario.clone(), self.seed, clock.now().as_millis());
        let cloud = Arc::new(Mutex::new(cloud));
        let now = Arc::new(move || clock.now().as_millis());
        let server =
            SimServer::bind(Arc::clone(&cloud), addresses, now, clock.speed().times()).map_err(Trouble::Ports)?;
        Ok(Stage { server, cloud, clock, journal })
    }

    /// The settings that lead to the ports.
    pub fn settings(&self, stage: &Stage) -> Result<Settings, Trouble> {
        let environment =
            |name: &str| self.variables().iter().find(|(n, _)| *n == name).map(|(_, value)| value.clone());
        settings::parse(&self.settings_text(&stage.bases()), &environment).map_err(|problems| {
            let list: Vec<String> =
                problems.iter().map(|problem| format!("{}: {}", problem.setting, problem.what)).collect();
            bad(PathBuf::from(format!("scenario \"{}\"", self.scenario.name)), &list.join("; "))
        })
    }

    /// The variables that the settings name, with what the simulated cloud accepts, and the App Certificate where it has one.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let project = &self.scenario.project;
        let mut variables = vec![
            (CUSTOMER_KEY, project.customer_id.clone()),
            (CUSTOMER_SECRET, project.customer_secret.clone()),
            (ACCESS_KEY, STORAGE_KEYS.0.to_owned()),
            (SECRET_KEY, STORAGE_KEYS.1.to_owned()),
        ];
        variables.extend(project.app_certificate.clone().map(|certificate| (APP_CERTIFICATE, certificate)));
        variables
    }

    /// The settings as a file.
    pub fn settings_text(&self, bases: &[String]) -> String {
        let project = &self.scenario.project;
        let bases = Value::Array(bases.iter().map(|base| Value::from(base.as_str())).collect());
        let mut text = format!(
            "[project]\nname = {}\napp_id = {}\ndomains = {bases}\n",
            quoted(&project.name),
            quoted(&project.app_id)
        );
        if let Some(Span(millis)) = self.scenario.poll_every {
            let every = units::spelled(std::time::Duration::from_millis(millis));
            let _ = write!(text, "\n[policy]\npoll_every = \"{every}\"\n");
        }
        let mut idle_times: Vec<u64> = self.scenario.channels.iter().map(idle_seconds).collect();
        idle_times.sort_unstable();
        idle_times.dedup();
        for seconds in idle_times {
            text.push_str(&profile_text(seconds));
        }
        for channel in &self.scenario.channels {
            let Channel { cname, main_uid, backup_uid, spare_uids, .. } = channel;
            let (name, idle) = (quoted(cname), idle_seconds(channel));
            let _ = write!(text, "\n[[channel]]\nname = {name}\nuid = {main_uid}\nbackup_uid = {backup_uid}\n");
            let _ = write!(text, "spare_uids = {spare_uids:?}\nprofile = \"idle-{idle}s\"\n");
        }
        text
    }
}

/// A scenario file's text; an endless file is refused like a long one.
fn text_of(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let read = File::open(path)?.take(SCENARIO_LIMIT + 1).read_to_string(&mut text)?;
    if u64::try_from(read).is_ok_and(|read| read <= SCENARIO_LIMIT) {
        return Ok(text);
    }
    Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is longer than 1 MiB, which no scenario is"))
}

fn bad(name: PathBuf, why: &dyn std::fmt::Display) -> Trouble {
    Trouble::Scenario { name, why: why.to_string() }
}

/// A TOML string.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// `max_idle_time` counts whole seconds.
fn idle_seconds(channel: &Channel) -> u64 {
    channel.max_idle.0 / 1000
}

fn profile_text(seconds: u64) -> String {
    format!(
        "\n[profile.idle-{seconds}s.recording]\nchannel_type = \"live_broadcast\"\nmax_idle_time = {seconds}\n\
         \n[profile.idle-{seconds}s.storage]\nvendor = 1\nregion = 0\nbucket = \"simulated\"\n\
         access_key = {{ env = \"{ACCESS_KEY}\" }}\nsecret_key = {{ env = \"{SECRET_KEY}\" }}\n"
    )
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::*;
    use crate::sim::{CALM, DEMO};

    fn demo() -> Play {
        Play::read(&Story::default(), DEMO).expect("the built-in scenario")
    }

    #[test]
    fn the_demo_is_24_channels_of_one_project_on_two_ports() {
        let play = demo();
        let clock = Clock::start(play.speed);
        let server = play.open(clock, &[]).expect("loopback ports");
        let settings = play.settings(&server).expect("settings that fit");
        let [project] = &settings.projects[..] else { panic!("{settings:?}") };
        assert_eq!((project.channels.len(), project.account.domains.len()), (24, 2));
        assert_eq!(project.policy.poll_every, Duration::from_secs(30));
        let bases: Vec<&str> = project.account.domains.iter().map(crate::agora::account::Domain::base).collect();
        assert_eq!(bases, server.bases());
    }

    #[test]
    fn settings_of_a_scenario_keep_every_channel_as_it_is() {
        let play = demo();
        let bases = ["http://127.0.0.1:1".to_owned(), "http://127.0.0.1:2".to_owned()];
        let variables = play.variables();
        let environment = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone());
        let settings = settings::parse(&play.settings_text(&bases), &environment).expect("valid");
        for (theirs, ours) in play.scenario.channels.iter().zip(&settings.projects[0].channels) {
            assert_eq!(theirs.cname, ours.cname.as_str());
            assert_eq!([theirs.main_uid, theirs.backup_uid], [ours.main_uid.get(), ours.backup_uid.get()]);
            assert_eq!(theirs.spare_uids, ours.spare_uids.iter().map(|uid| uid.get()).collect::<Vec<_>>());
            let idle = settings.profiles[&ours.profile].max_idle().expect("a composite recording");
            assert_eq!(Duration::from_millis(theirs.max_idle.0), idle, "{}", theirs.cname);
        }
    }

    #[test]
    fn a_scenario_that_is_not_there_or_not_one_is_named_with_the_reason() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("s.toml");
        let story = Story { scenario: Some(path.clone()), ..Story::default() };
        let error = Play::read(&story, DEMO).err().expect("not there").to_string();
        assert!(error.contains("s.toml"), "{error}");
        fs::write(&path, "name = 3\n").expect("written");
        let error = Play::read(&story, DEMO).err().expect("no scenario").to_string();
        assert!(error.contains("s.toml") && error.contains("line 1"), "{error}");
        fs::write(&path, " ".repeat(1024 * 1024 + 1)).expect("written");
        let error = Play::read(&story, DEMO).err().expect("too long").to_string();
        assert!(error.contains("s.toml") && error.contains("1 MiB"), "{error}");
    }

    #[test]
    fn settings_lead_to_the_calm_scenario_too() {
        let play = Play::read(&Story::default(), CALM).expect("the built-in scenario");
        let server = play.open(Clock::start(play.speed), &[]).expect("loopback ports");
        let settings = play.settings(&server).expect("settings that fit");
        assert_eq!((settings.projects[0].channels.len(), play.speed.times()), (3, 1));
        assert_eq!((play.scenario.service.qps, play.scenario.happenings.len()), (10, 0));
    }

    #[test]
    fn a_journal_that_cannot_be_written_is_told_before_anything_is_served() {
        let folder = tempfile::tempdir().expect("a folder");
        let story = Story { journal: Some(folder.path().join("no").join("truth.jsonl")), ..Story::default() };
        let play = Play::read(&story, CALM).expect("built in");
        let error = play.open(Clock::start(play.speed), &[]).err().expect("no such folder").to_string();
        assert!(error.contains("truth.jsonl") && error.contains("--journal"), "{error}");
    }

    #[test]
    fn seed_and_speed_of_the_command_line_come_first() {
        let story = Story { seed: Some(7), speed: Speed::new(60), ..Story::default() };
        let play = Play::read(&story, DEMO).expect("built in");
        assert_eq!((play.seed, play.speed.times()), (7, 60));
        assert_eq!(demo().speed.times(), 10);
    }
}
