//! The program as a user runs it: the built binary with its own home folder and no display. What it prints, where, and how it
//! ends. Time limits are there to end a test that hangs; none is waited for.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A home of its own, so that no file of whoever runs the tests is read or written.
struct User {
    home: TempDir,
}

impl User {
    fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a temporary folder") }
    }

    fn home(&self) -> &Path {
        self.home.path()
    }

    /// The program with these arguments, in this home, without a display, and with nothing else in its environment.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reelwatch"));
        command.args(arguments).env_clear().current_dir(self.home()).stdin(Stdio::null());
        for (variable, folder) in [
            ("HOME", ""),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("TMPDIR", ""),
            ("APPDATA", "config"),
        ] {
            command.env(variable, self.home().join(folder));
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().expect("the program starts"))
    }

    /// What is left in the folder for temporary files.
    fn left_over(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.home()).expect("the home is there");
        let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with("reelwatch-demo-")).collect()
    }
}

/// How it ended.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    #[track_caller]
    fn fine(&self) -> &Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        assert!(!self.err.contains("panicked"), "{self:#?}");
        self
    }
}

#[test]
fn help_names_every_command_and_the_exit_codes() {
    let ran = User::new().run(&["--help"]);
    for part in ["demo", "watch", "settings", "sim ", "--settings", "--data-dir", "Exit codes", "Examples"] {
        assert!(ran.fine().out.contains(part), "{part} is missing:\n{}", ran.out);
    }
}

#[test]
fn a_command_line_that_cannot_be_understood_ends_with_2() {
    for arguments in
        [&["dmeo"][..], &["demo", "--speed", "601"], &["demo", "--for", "sixty"], &["watch", "--seed", "1"]]
    {
        let ran = User::new().run(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}: {ran:#?}");
    }
}

#[test]
fn the_example_of_the_settings_passes_the_check_once_its_variables_are_set() {
    let user = User::new();
    let example = user.run(&["settings", "example"]);
    let path = user.run(&["settings", "path"]);
    let path = Path::new(path.fine().out.trim());
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(path, &example.fine().out).expect("written");

    let ran = user.run(&["settings", "check"]);
    assert_eq!(ran.code, Some(1), "no variable is set: {ran:#?}");
    assert!(ran.err.contains("REELWATCH_CUSTOMER_KEY") && ran.err.contains("8 things"), "{ran:#?}");

    let mut check = user.command(&["settings", "check"]);
    for variable in ["REELWATCH_CUSTOMER_KEY", "REELWATCH_CUSTOMER_SECRET", "CLASSES_ACCESS_KEY", "CLASSES_SECRET_KEY"]
    {
        check.env(variable, "a-secret-of-the-test");
    }
    let ran = Ran::of(check.output().expect("the program starts"));
    assert!(ran.fine().out.contains("2 channels"), "{ran:#?}");
    assert!(!ran.out.contains("a-secret-of-the-test"));
}

#[test]
fn a_broken_settings_file_is_told_with_place_value_and_rule() {
    let user = User::new();
    let file = user.home().join("mine.toml");
    std::fs::write(&file, "[project]\nname = \"p\"\napp_id = \"too short\"\n[policy]\npoll_every = \"1s\"\n")
        .expect("written");
    for command in [&["--settings", "mine.toml", "watch"][..], &["settings", "check", "--settings", "mine.toml"]] {
        let ran = user.run(command);
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{ran:#?}");
        for part in ["mine.toml", "line 3, column 10", "\"too short\"", "line 5, column 14", "\"1s\"", "5s to 1h"] {
            assert!(ran.err.contains(part), "{part} is missing: {ran:#?}");
        }
    }
}

#[test]
fn without_settings_the_terminal_says_how_to_get_some() {
    for command in [&["watch"][..], &[]] {
        let ran = User::new().run(command);
        assert_eq!(ran.code, Some(1), "{ran:#?}");
        assert!(ran.err.contains("reelwatch settings example > "), "{ran:#?}");
        assert_eq!(ran.err.lines().count(), 1, "{ran:#?}");
    }
}

#[test]
fn the_demo_runs_headless_and_ends_by_itself() {
    let user = User::new();
    let ran = user.run(&["demo", "--headless", "--for", "3s", "--speed", "60"]);
    ran.fine();
    assert_eq!(ran.err, "", "{ran:#?}");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(lines[0].contains("seed") && lines[1].contains("24 channels"), "{ran:#?}");
    assert!(ran.out.contains("court-01") && ran.out.contains("Recording: 200/"), "{ran:#?}");
    assert!(lines.last().is_some_and(|last| last.starts_with("Watched for 3 s")), "{ran:#?}");
    assert_eq!(user.left_over(), [""; 0], "the log of a demo goes with it");
}

#[test]
fn without_a_display_the_demo_says_so_in_one_line_and_goes_on() {
    let ran = User::new().run(&["demo", "--for", "2s", "--speed", "60"]);
    ran.fine();
    assert_eq!(ran.err.lines().count(), 1, "{ran:#?}");
    assert!(ran.err.contains("no display") && ran.err.contains("terminal"), "{ran:#?}");
    assert!(ran.out.contains("Watched for 2 s"), "{ran:#?}");
}

#[test]
fn the_log_of_a_demo_can_be_kept() {
    let user = User::new();
    user.run(&["demo", "--headless", "--for", "1s", "--data-dir", "kept"]).fine();
    let kept = std::fs::read_dir(user.home().join("kept")).expect("the folder was made");
    let names: Vec<_> = kept.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    assert!(names.iter().any(|name| name.starts_with("demo-") && name.ends_with(".db")), "{names:?}");
}

#[test]
fn the_truth_of_a_demo_can_be_kept_beside_what_was_seen() {
    let user = User::new();
    user.run(&["demo", "--headless", "--for", "2s", "--speed", "60", "--journal", "truth.jsonl"]).fine();
    let truth = std::fs::read_to_string(user.home().join("truth.jsonl")).expect("the journal");
    let (events, lives): (Vec<&str>, Vec<&str>) = truth.lines().partition(|line| line.contains("\"event\":"));
    let lives: Vec<reelwatch::sim::Life> =
        lives.iter().map(|line| serde_json::from_str(line).expect("a life")).collect();
    assert!(events.iter().all(|line| serde_json::from_str::<reelwatch::sim::Event>(line).is_ok()), "{truth}");
    assert!(lives.iter().any(|life| life.cname == "court-01" && !life.recorded.is_empty()), "{truth}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_demo_in_order() {
    let user = User::new();
    let mut child = user
        .command(&["demo", "--headless", "--speed", "60"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    // Once something is told, it watches.
    let mut told = String::new();
    while !told.contains("Recording") {
        assert_ne!(out.read_line(&mut told).expect("readable"), 0, "it ended by itself: {told}");
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill is there");
    assert!(killed.success());
    let mut rest = String::new();
    while out.read_line(&mut rest).expect("readable") > 0 {}
    let ran = Ran::of(child.wait_with_output().expect("it ends"));
    ran.fine();
    assert!(rest.lines().last().is_some_and(|last| last.starts_with("Watched for")), "{rest}");
    assert_eq!(user.left_over(), [""; 0]);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_an_end_and_no_failure() {
    let user = User::new();
    let mut child = user
        .command(&["demo", "--headless", "--speed", "60"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    out.read_line(&mut line).expect("readable");
    drop(out);
    Ran::of(child.wait_with_output().expect("it ends")).fine();
}

#[test]
fn facts_that_cannot_be_read_are_told_at_the_start() {
    let user = User::new();
    let printed = user.run(&["sim", "--for", "10ms", "--listen", FREE]).fine().out.clone();
    std::fs::write(user.home().join("s.toml"), &printed).expect("written");
    let watch = || {
        let mut command = user.command(&["watch", "--for", "10ms", "--settings", "s.toml", "--data-dir", "d"]);
        for line in printed.lines() {
            if let Some((variable, value)) = line.strip_prefix("#   export ").and_then(|line| line.split_once('=')) {
                command.env(variable, value.trim_matches('\''));
            }
        }
        Ran::of(command.output().expect("the program starts"))
    };
    assert_eq!(watch().fine().err, "");
    let log = rusqlite::Connection::open(user.home().join("d").join("reelwatch.db")).expect("the log is there");
    log.execute("UPDATE event SET body = '{' WHERE kind = 'watch_began'", []).expect("damaged");
    // What it said is in the checkpoint: only whoever reads the whole log meets it.
    assert_eq!(watch().fine().err, "");
    log.execute("DELETE FROM checkpoint", []).expect("forgotten");
    drop(log);
    let ran = watch();
    assert!(ran.fine().err.contains("1 of the facts in the log cannot be read"), "{ran:#?}");
}

#[cfg(target_os = "linux")]
#[test]
fn where_standard_error_cannot_be_written_the_program_does_what_was_asked() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let user = User::new();
    // Both say something on standard error: that there is no display, that there are no settings.
    for (arguments, code) in [(&["demo", "--for", "10ms"][..], 0), (&["watch"][..], 1)] {
        let ended = user.command(arguments).stdout(Stdio::null()).stderr(full()).status().expect("the program starts");
        assert_eq!(ended.code(), Some(code), "{arguments:?}");
    }
}

/// Ports that the system chooses, so that tests do not meet each other.
const FREE: &str = "127.0.0.1:0,127.0.0.1:0";

#[test]
fn the_simulated_cloud_alone_prints_settings_that_lead_to_it() {
    let user = User::new();
    let ran = user.run(&["sim", "--for", "10ms", "--seed", "7", "--listen", FREE]);
    ran.fine();
    for part in ["seed 7", "http://127.0.0.1:", "App ID 5a3d", "simulated-secret", "for api.sd-rtn.com"] {
        assert!(ran.out.contains(part), "{part} is missing: {ran:#?}");
    }
    assert!(ran.err.contains("http://127.0.0.1:"), "{ran:#?}");
    std::fs::write(user.home().join("s.toml"), &ran.out).expect("written");
    let mut check = user.command(&["settings", "check", "--settings", "s.toml"]);
    let exports = ran.out.lines().filter_map(|line| line.strip_prefix("#   export ")?.split_once('='));
    for (variable, value) in exports {
        check.env(variable, value.trim_matches('\''));
    }
    let ran = Ran::of(check.output().expect("the program starts"));
    assert!(ran.fine().out.contains("3 channels"), "{ran:#?}");
}

#[test]
fn the_simulated_cloud_takes_one_address_of_this_computer_per_domain() {
    for (listen, code, words) in [
        ("127.0.0.1:0", 1, ["1 addresses", "2 domains"]),
        ("0.0.0.0:0,127.0.0.1:0", 2, ["plain HTTP", "this computer only"]),
        ("192.0.2.1:80,127.0.0.1:0", 2, ["plain HTTP", "this computer only"]),
    ] {
        let ran = User::new().run(&["sim", "--for", "1s", "--listen", listen]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(code), ""), "{listen}: {ran:#?}");
        assert!(words.iter().all(|word| ran.err.contains(word)), "{listen}: {ran:#?}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let ran = User::new().run(&["sim", "--for", "1s", "--listen", &format!("127.0.0.1:0,{address}")]);
    assert_eq!(ran.code, Some(1), "{ran:#?}");
    assert!(ran.err.contains(&address) && ran.err.contains("--listen"), "{ran:#?}");
}

#[cfg(unix)]
#[test]
fn an_endless_scenario_is_refused_and_not_read() {
    let ran = User::new().run(&["sim", "--for", "1s", "--listen", FREE, "--scenario", "/dev/zero"]);
    assert_eq!(ran.code, Some(1), "{ran:#?}");
    assert!(ran.err.contains("/dev/zero") && ran.err.contains("1 MiB"), "{ran:#?}");
}

/// One HTTP exchange with the simulated cloud, as any client makes it.
#[cfg(unix)]
fn post(address: &str, path: &str, body: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(address).expect("it listens");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: sim\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Authorization: Basic c2ltdWxhdGVkLWN1c3RvbWVyOnNpbXVsYXRlZC1zZWNyZXQ=\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer.split_once("\r\n\r\n").expect("a body").1.to_owned()
}

#[cfg(unix)]
#[test]
fn the_journal_is_whole_when_the_simulated_cloud_is_told_to_end() {
    for signal in ["-TERM", "-INT"] {
        let user = User::new();
        let mut child = user
            .command(&["sim", "--listen", FREE, "--journal", "truth.jsonl"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut said = String::new();
        BufReader::new(child.stderr.take().expect("piped")).read_line(&mut said).expect("readable");
        let address = said.split_once("http://").and_then(|(_, rest)| rest.split_once(' ')).expect("an address").0;
        let app = "/v1/apps/5a3d0f1e9b2c4d6e8f7a1b0c2d3e4f50/cloud_recording";
        let acquired = post(address, &format!("{app}/acquire"), r#"{"cname":"room-1","uid":"7","clientRequest":{}}"#);
        let acquired: serde_json::Value = serde_json::from_str(&acquired).expect("JSON");
        let resource = acquired["resourceId"].as_str().expect("an id");
        let start = r#"{"cname":"room-1","uid":"7","clientRequest":{"recordingConfig":{"channelType":1},
            "recordingFileConfig":{"avFileType":["hls"]},
            "storageConfig":{"vendor":1,"region":7,"bucket":"b","accessKey":"k","secretKey":"s"}}}"#;
        post(address, &format!("{app}/resourceid/{resource}/mode/mix/start"), start);
        let killed = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill is there");
        assert!(killed.success());
        assert_eq!(child.wait().expect("it ends").code(), Some(0), "{signal}");
        let truth = std::fs::read_to_string(user.home().join("truth.jsonl")).expect("the journal");
        let lines: Vec<serde_json::Value> =
            truth.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines.len(), 2, "{signal}: {truth}");
        assert_eq!((lines[0]["uid"].as_u64(), lines[0]["mode"].as_str()), (Some(7), Some("mix")), "{truth}");
        assert_eq!((lines[1]["event"].as_str(), &lines[1]["sid"]), (Some("started"), &lines[0]["sid"]), "{truth}");
    }
}

#[cfg(unix)]
#[test]
fn commands_on_standard_input_are_asked_for_or_refused_and_bad_lines_and_the_end_of_the_input_end_nothing() {
    use std::io::{Read as _, Write as _};
    let user = User::new();
    let printed = user.run(&["sim", "--for", "10ms", "--listen", FREE]).fine().out.clone();
    std::fs::write(user.home().join("s.toml"), &printed).expect("written");
    let mut command = user.command(&["watch", "--commands", "--settings", "s.toml", "--data-dir", "d"]);
    for line in printed.lines() {
        if let Some((variable, value)) = line.strip_prefix("#   export ").and_then(|line| line.split_once('=')) {
            command.env(variable, value.trim_matches('\''));
        }
    }
    let (_, channel) = printed.split_once("[[channel]]\nname = \"").expect("a channel");
    let (name, _) = channel.split_once('"').expect("its name");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    let mut input = child.stdin.take().expect("piped");
    write!(input, "strat {name}\n\nstop {name}\nstart nobody\nstart {name}\nstart {name}\n").expect("heard");
    drop(input);
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    let mut told = String::new();
    while !told.contains("Start refused") {
        assert_ne!(out.read_line(&mut told).expect("readable"), 0, "the end of its input ends nothing: {told}");
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill is there");
    assert!(killed.success());
    out.read_to_string(&mut told).expect("readable");
    let ran = Ran { out: told, ..Ran::of(child.wait_with_output().expect("it ends")) };
    ran.fine();
    let own: Vec<&str> = ran.out.lines().filter(|line| line.contains(&format!("  {name} "))).collect();
    let said = |part: &str| own.iter().filter(|line| line.contains(part)).count();
    assert_eq!((said("Stop refused: there is no session"), said("Start asked for")), (1, 1), "{ran:#?}");
    assert_eq!(said("Start refused: a start or restart is running already"), 1, "{ran:#?}");
    let errors: Vec<&str> = ran.err.lines().collect();
    assert_eq!(errors.len(), 2, "{ran:#?}");
    assert!(errors[0].contains("line 1 of standard input changes nothing: \"strat\" is no command"), "{ran:#?}");
    assert!(errors[1].contains("line 4 of standard input") && errors[1].contains("\"nobody\""), "{ran:#?}");
}
