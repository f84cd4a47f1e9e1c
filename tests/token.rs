//! `reelwatch token` as an operator types it: the built binary, its variables, its settings file, and what it prints.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const APP_ID: &str = "948fa8de1f33f0601aecb1973e1c20bb";
const CERTIFICATE: &str = "dddb052a64c5d837964d95b969319874";
/// The options of the first entry of the fixtures, and the token the vendor's builder made of them.
const MAKE: &str = "token --channel court-01 --uid 900001 --expire 1s --salt 1 --issued-at 1";
const MADE: &str = "007eJxTYLhT4P9xk8sXi9WMi+bzRNRW3mXf2HPoQleu6wc9t7MvHU0UGCxNLNISLVJSDdOMjdMMzAwME1OTkwwtzY1TDZONDJKSGBkYGBCYkYEFTDIwMIFJZjDJAiY5GJLzS4tKdA0M2RgsDQwMDAwBHxEd0w==";

/// A line of arguments, in an empty home, with these variables and nothing else.
fn command(home: &Path, line: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reelwatch"));
    command.args(line.split_whitespace()).env_clear().current_dir(home).stdin(Stdio::null());
    for variable in ["HOME", "XDG_CONFIG_HOME", "APPDATA"] {
        command.env(variable, home);
    }
    command.envs(variables.iter().copied());
    command
}

fn told(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8").trim_end().to_owned();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn run(line: &str, variables: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let home = tempfile::tempdir().expect("a folder");
    told(command(home.path(), line, variables).output().expect("the program starts"))
}

const BOTH: [(&str, &str); 2] = [("REELWATCH_APP_ID", APP_ID), ("REELWATCH_APP_CERTIFICATE", CERTIFICATE)];

#[test]
fn a_token_is_the_vendors_token() {
    assert_eq!(run(MAKE, &BOTH), (Some(0), MADE.to_owned(), String::new()));
    let zlib = run(&format!("{MAKE} --packing zlib"), &BOTH);
    assert!(zlib.0 == Some(0) && zlib.1.starts_with("007eJx") && zlib.2.is_empty(), "{zlib:?}");
}

#[test]
fn a_token_made_now_can_be_explained_and_lives_a_day() {
    let (code, token, _) = run("token --channel court-01 --uid 7", &BOTH);
    assert_eq!(code, Some(0));
    let (code, lines, err) = run(&format!("token --decode {token}"), &BOTH);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    for part in
        [APP_ID, "court-01", "UID              7", "1 d after its issue", "23 h 59 min left", "Publish video", "right:"]
    {
        // A second may pass between making and reading; a slow computer takes no minute.
        assert!(lines.contains(part) || (part.ends_with("left") && lines.contains("1 d left")), "{part}:\n{lines}");
    }
    assert!(!lines.contains(CERTIFICATE) && !lines.contains(&token));
}

#[test]
fn the_project_of_the_settings_counts_where_the_variable_is_missing() {
    let home = tempfile::tempdir().expect("a folder");
    let certificate = [("REELWATCH_APP_CERTIFICATE", CERTIFICATE)];
    let with = |text: &str| {
        std::fs::write(home.path().join("s.toml"), text).expect("written");
        told(command(home.path(), &format!("{MAKE} --settings s.toml"), &certificate).output().expect("it starts"))
    };
    // No other setting, and no variable, has to be right for it.
    assert_eq!(with(&format!("[project]\napp_id = \"{APP_ID}\"\n")), (Some(0), MADE.to_owned(), String::new()));
    let wrong = with("[project]\napp_id = \"abc\"\n");
    assert_eq!((wrong.0, wrong.1.as_str()), (Some(1), ""));
    for part in ["REELWATCH_APP_ID is not set", "s.toml", "line 2, column 10", "32 characters"] {
        assert!(wrong.2.contains(part), "{part}: {wrong:?}");
    }
    let none = run(MAKE, &certificate);
    assert!(none.0 == Some(1) && none.2.contains("REELWATCH_APP_ID is not set"), "{none:?}");
}

#[test]
fn a_token_comes_from_standard_input_and_its_signature_is_checked_only_with_a_certificate() {
    let home = tempfile::tempdir().expect("a folder");
    let explained = |variables: &[(&str, &str)]| {
        let mut command = command(home.path(), "token --decode -", variables);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
        writeln!(child.stdin.take().expect("piped"), "{MADE}").expect("read");
        told(child.wait_with_output().expect("it ends"))
    };
    for (variables, verdict) in [
        (&BOTH[1..], "right:"),
        (&[("REELWATCH_APP_CERTIFICATE", "00000000000000000000000000000000")][..], "wrong:"),
        (&[][..], "not checked"),
    ] {
        let (code, lines, err) = explained(variables);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{lines}");
        assert!(lines.contains(&format!("Signature        {verdict}")) && lines.contains("expired"), "{lines}");
    }
}

#[test]
fn what_is_wrong_is_told_with_place_and_rule_and_no_secret() {
    let canary = [("REELWATCH_APP_ID", APP_ID), ("REELWATCH_APP_CERTIFICATE", "CANARY")];
    for (line, variables, code, parts) in [
        ("token --decode 006", &BOTH, 1, &["character 4", "App ID"][..]),
        ("token --decode 007eJx!", &BOTH, 1, &["character 7", "does not belong"]),
        ("token --decode nonsense", &BOTH, 1, &["character 1", "begins with 007"]),
        ("token --decode -", &BOTH, 1, &["empty"]),
        (MAKE, &canary, 1, &["REELWATCH_APP_CERTIFICATE", "32 characters"]),
        ("token --channel a/b --uid 7", &BOTH, 2, &["a/b", "character that Agora does not allow"]),
        ("token --channel a --uid 0", &BOTH, 2, &["\"0\"", "1 to 4294967295"]),
        ("token --channel a --uid 7 --salt 100000000", &BOTH, 2, &["1 to 99999999"]),
        ("token --channel a --uid 7 --expire 1500ms", &BOTH, 2, &["whole number of seconds"]),
        ("token --channel a", &BOTH, 2, &["--uid"]),
        ("token --channel a --decode 007", &BOTH, 2, &["cannot be used with"]),
    ] {
        let ran = run(line, variables);
        assert_eq!((ran.0, ran.1.as_str()), (Some(code), ""), "{line}: {ran:?}");
        assert!(parts.iter().all(|part| ran.2.contains(part)), "{line}: {ran:?}");
        assert!(!ran.2.contains("CANARY") && !ran.2.contains(CERTIFICATE), "{line}: {ran:?}");
    }
    let none = run(MAKE, &BOTH[..1]);
    assert!(none.0 == Some(1) && none.2.contains("REELWATCH_APP_CERTIFICATE is not set"), "{none:?}");
}

#[test]
fn a_life_longer_than_the_vendor_allows_is_told_beside_the_token() {
    let ran = run("token --channel a --uid 7 --expire 25h", &BOTH);
    assert!(ran.0 == Some(0) && ran.1.starts_with("007") && ran.2.contains("24 h"), "{ran:?}");
}
