//! The log as a user has it: `reelwatch store`, and what a start does about a log that is damaged, newer, in use or not to be written.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use reelwatch::monitor::event::Event;
use reelwatch::monitor::ids::ChannelId;
use reelwatch::store::{Reader, Store};

/// Where a user keeps things, and settings that lead to a simulated cloud that has ended: nothing answers, and nothing has to.
struct Desk {
    home: tempfile::TempDir,
    settings: String,
}

impl Desk {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let desk = Self { home, settings: String::new() };
        let free = "127.0.0.1:0,127.0.0.1:0";
        let settings = told(&desk.command(&["sim", "--for", "10ms", "--listen", free]).output().expect("it starts")).0;
        std::fs::write(desk.home.path().join("s.toml"), &settings).expect("written");
        Self { settings, ..desk }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reelwatch"));
        command.args(arguments).env_clear().env("HOME", self.home.path()).current_dir(self.home.path());
        command.stdin(Stdio::null());
        command
    }

    /// Watches for a moment.
    fn watch(&self) -> Command {
        let mut command = self.command(&["watch", "--for", "50ms", "--settings", "s.toml", "--data-dir", "d"]);
        for line in self.settings.lines() {
            if let Some((name, value)) = line.strip_prefix("#   export ").and_then(|line| line.split_once('=')) {
                command.env(name, value.trim_matches('\''));
            }
        }
        command
    }

    fn store(&self, what: &str) -> (Option<i32>, String) {
        let out = self.command(&["store", what, "--data-dir", "d"]).output().expect("it starts");
        let code = out.status.code();
        let (printed, complained) = told(&out);
        (code, printed + &complained)
    }

    fn log(&self) -> PathBuf {
        self.home.path().join("d").join("reelwatch.db")
    }
}

fn told(out: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (text(&out.stdout), text(&out.stderr))
}

fn run(mut command: Command) -> (Option<i32>, String) {
    let out = command.output().expect("it starts");
    (out.status.code(), told(&out).1)
}

fn facts(log: &Path) -> usize {
    let store = Store::open(log).expect("a log");
    store.events().expect("readable").records.len()
}

#[test]
fn a_log_can_be_looked_at_rebuilt_made_small_copied_and_brought_back() {
    let desk = Desk::new();
    assert_eq!(run(desk.watch()), (Some(0), String::new()));
    for (what, says) in [
        ("check", "facts"),
        ("rebuild", "made anew"),
        ("compact", "packed"),
        ("backup", "of them new"),
        ("check", "probes"),
    ] {
        let (code, told) = desk.store(what);
        assert_eq!(code, Some(0), "{what}: {told}");
        assert!(told.contains(says), "{what}: {told}");
    }
    let before = facts(&desk.log());
    assert_eq!(run(desk.watch()), (Some(0), String::new()));
    assert!(facts(&desk.log()) > before);
    let (code, told) = desk.store("restore");
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains(&format!("{before} facts of the backup are in")) && told.contains("replaced-1"), "{told}");
    assert_eq!(facts(&desk.log()), before);
}

#[test]
fn damage_is_told_with_the_way_out_and_ends_with_1() {
    let desk = Desk::new();
    assert_eq!(run(desk.watch()), (Some(0), String::new()));
    assert_eq!(desk.store("backup").0, Some(0));
    let db = rusqlite::Connection::open(desk.log()).expect("a log");
    db.execute("UPDATE event SET body = '{' WHERE seq = 1", []).expect("damaged");
    drop(db);
    let (code, told) = desk.store("check");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("problem") && told.contains("facts cannot be read"), "{told}");

    std::fs::write(desk.log(), [0_u8; 4_096]).expect("overwritten");
    let (code, told) = run(desk.watch());
    assert_eq!(code, Some(0), "watching goes on: {told}");
    assert!(told.contains("damaged-1") && told.contains("reelwatch store restore"), "{told}");
    let (code, told) = desk.store("restore");
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(desk.store("check").0, Some(0));
}

#[test]
fn what_cannot_be_done_says_why_and_changes_nothing() {
    let desk = Desk::new();
    for what in ["check", "rebuild", "compact", "backup", "restore"] {
        let (code, told) = desk.store(what);
        assert_eq!(code, Some(1), "{what}: {told}");
        assert!(told.contains("there is no"), "{what}: {told}");
        assert!(!desk.log().exists(), "{what} made one");
    }
    assert_eq!(run(desk.watch()), (Some(0), String::new()));
    let held = Store::open(&desk.log()).expect("a log");
    assert_eq!(desk.store("backup").0, Some(0), "a copy disturbs nobody");
    for what in ["rebuild", "compact", "restore"] {
        assert!(desk.store(what).1.contains("another reelwatch uses the log"), "{what}");
    }
    let (code, told) = run(desk.watch());
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("another reelwatch uses the log"), "{told}");
    assert_eq!(desk.store("check").0, Some(0), "looking disturbs nobody");
    drop(held);
    let db = rusqlite::Connection::open(desk.log()).expect("a log");
    db.pragma_update(None, "user_version", 99).expect("written");
    drop(db);
    let before = std::fs::read(desk.log()).expect("readable");
    for what in ["check", "rebuild", "compact"] {
        let (code, told) = desk.store(what);
        assert!(code == Some(1) && told.contains("version 99"), "{what}: {told}");
    }
    assert!(run(desk.watch()).1.contains("version 99"));
    assert_eq!(std::fs::read(desk.log()).expect("readable"), before);
}

#[test]
fn a_log_that_cannot_be_written_at_the_start_keeps_nobody_from_watching() {
    let desk = Desk::new();
    assert_eq!(run(desk.watch()), (Some(0), String::new()));
    let before = facts(&desk.log());
    let lock = desk.home.path().join("d").join("reelwatch.db.lock");
    std::fs::remove_file(&lock).expect("gone");
    // A folder of this name bars the way, whoever runs the test.
    std::fs::create_dir(&lock).expect("made");
    let (code, told) = run(desk.watch());
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("cannot be written") && told.contains("watching goes on"), "{told}");
    std::fs::remove_dir(&lock).expect("gone");
    assert_eq!(facts(&desk.log()), before);
    assert_eq!(run(desk.watch()), (Some(0), String::new()));
}

#[test]
fn a_start_goes_on_from_the_checkpoint_of_the_last_run() {
    let desk = Desk::new();
    assert_eq!(run(desk.watch()), (Some(0), String::new()));
    let store = Store::open(&desk.log()).expect("a log");
    let kept = store.checkpoint().expect("readable").expect("one was kept");
    // Its end was the last thing that was written.
    assert_eq!(kept.seq, store.last_seq());
    let last = store.events().expect("readable").records.pop().expect("some");
    assert_eq!(last.1.event, Event::WatchEnded);
    assert!(kept.parts.iter().any(|part| part.channel == Some(ChannelId(1))));
    drop(store);
    assert!(Reader::open(&desk.log()).is_ok());
}
