//! What a settings file may say, and what is said about one that is wrong.

use std::time::Duration;

use secrecy::ExposeSecret;

use super::*;
use crate::agora::account::Domain;
use crate::agora::admission::Tokens;
use crate::agora::hosts::HostArea;
use crate::monitor::policy::OldRecorder;

/// Every variable the example names, and a few that are wrong.
fn environment(name: &str) -> Option<String> {
    match name {
        CUSTOMER_KEY => Some("key-from-env".to_owned()),
        CUSTOMER_SECRET => Some("secret-from-env".to_owned()),
        "CLASSES_ACCESS_KEY" | "CLASSES_SECRET_KEY" => Some("storage-from-env".to_owned()),
        "A_TOKEN" => Some(" 007CANARY ".to_owned()),
        "EMPTY" => Some(" ".to_owned()),
        _ => None,
    }
}

/// The smallest file that loads, with room for more lines.
fn with(project: &str, rest: &str) -> String {
    format!(
        "[project]\nname = \"p\"\napp_id = \"0123456789abcdef0123456789abcdef\"\n{project}\n\
         [profile.a]\nrecording = {{ channel_type = \"live_broadcast\" }}\n[profile.a.storage]\nvendor = 1\nregion = 0\n\
         bucket = \"b\"\naccess_key = {{ env = \"CLASSES_ACCESS_KEY\" }}\nsecret_key = {{ env = \"CLASSES_SECRET_KEY\" }}\n{rest}"
    )
}

fn channel(name: &str, more: &str) -> String {
    format!("[[channel]]\nname = \"{name}\"\n{more}\n")
}

fn problems(text: &str) -> Vec<String> {
    parse(text, &environment).expect_err("there is something wrong").iter().map(ToString::to_string).collect()
}

#[track_caller]
fn one_problem(text: &str, parts: &[&str]) {
    let found = problems(text);
    assert_eq!(found.len(), 1, "{found:#?}");
    for part in parts {
        assert!(found[0].contains(part), "{part:?} is not in {:?}", found[0]);
    }
}

#[test]
fn the_example_loads_and_shows_the_defaults() {
    let mut settings = parse(EXAMPLE, &environment).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(settings.projects.len(), 1);
    assert_eq!(settings.projects[0].policy, settings.policy, "it has no numbers of its own");
    let Policy { verify, .. } = Policy::default();
    for tries in 1..10 {
        assert_eq!(
            settings.policy.verify.after(tries),
            verify.after(tries),
            "the same waits, the last one listed or not"
        );
    }
    settings.policy.verify = verify;
    assert_eq!(settings.policy, Policy::default(), "the example names every number with its default");
    let bases: Vec<&str> = settings.projects[0].account.domains.iter().map(Domain::base).collect();
    assert_eq!(bases, DOMAINS);
    assert_eq!(settings.projects[0].account.customer_secret.expose_secret(), "secret-from-env");
    let [first, second] = &settings.projects[0].channels[..] else { panic!("{:?}", settings.projects[0].channels) };
    assert_eq!((&*first.name, first.cname.as_str()), ("Room 1", "class-01"));
    assert_eq!((&*second.name, second.cname.as_str()), ("class-02", "class-02"));
    assert_eq!([first.main_uid, first.backup_uid, first.spare_uids[0]].map(Uid::get), [900_001, 900_002, 900_003]);
    assert_eq!(first.profile, second.profile, "both name it");
    assert_eq!(
        [first.auto_restart, second.auto_restart],
        [AutoRestart::On, AutoRestart::Off],
        "off unless it is asked for"
    );
}

#[test]
fn the_example_names_every_number_of_the_rules() {
    let used: std::collections::BTreeSet<&str> = EXAMPLE
        .lines()
        .skip_while(|line| *line != "[policy]")
        .filter_map(|line| line.split_once(" = ").map(|(key, _)| key))
        .collect();
    // `Debug` of the policy names its fields, so a new one cannot be forgotten here.
    let debug = format!("{:#?}", Policy::default());
    let fields: Vec<&str> = debug
        .lines()
        .filter(|line| line.starts_with("    ") && !line.starts_with("     "))
        .filter_map(|line| line.trim().split_once(':').map(|(field, _)| field))
        .collect();
    assert!(fields.len() > 20, "{debug}");
    for field in &fields {
        assert!(used.contains(field), "policy.{field} is not in assets/settings.example.toml");
    }
    assert_eq!(used.len(), fields.len(), "{used:?}");
}

#[test]
fn a_file_may_do_without_everything_that_has_a_default() {
    let settings = parse(&with("", ""), &environment).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(settings.policy, Policy::default());
    assert_eq!(settings.projects[0].account.domains.len(), 2);
    assert!(settings.projects[0].channels.is_empty());
}

#[test]
fn numbers_of_the_rules_can_be_changed_within_their_ranges() {
    let text = with(
        "",
        "[policy]\npoll_every = \"5s\"\nmissing = [\"4s\", \"8s\"]\nstop = [\"2s\"]\nold_recorder = \"stop\"\n",
    );
    let policy = parse(&text, &environment).expect("valid").policy;
    assert_eq!(policy.poll_every, Duration::from_secs(5));
    assert_eq!([1, 2, 3].map(|n| policy.missing.after(n).map(|d| d.as_secs())), [Some(4), Some(8), Some(8)]);
    assert_eq!(policy.stop.tries(), Some(2));
    assert_eq!(policy.old_recorder, OldRecorder::Stop);

    one_problem(
        &with("", "[policy]\npoll_every = \"4s\"\n"),
        &["line 14, column 14", "policy.poll_every", "\"4s\"", "5s to 1h"],
    );
    one_problem(&with("", "[policy]\npoll_every = 120\n"), &["policy.poll_every", "text in quotes"]);
    one_problem(&with("", "[policy]\npoll_evry = \"9s\"\n"), &["policy.poll_evry", "no such setting", "poll_every"]);
    one_problem(&with("", "[policy]\nquota_per_second = 1\n"), &["quota_reserved", "1 of 1"]);
    one_problem(
        &with("", "[policy]\nfile_name_after = [\"9s\", \"9s\"]\n"),
        &["file_name_after", "the second one longer"],
    );
    one_problem(&with("", "[policy]\nmissing = []\n"), &["policy.missing", "at least one"]);
    one_problem(&with("", "[policy]\nold_recorder = \"kill\"\n"), &["\"kill\"", "\"ask\", \"stop\""]);
}

#[test]
fn all_problems_come_at_once_in_the_order_of_the_file() {
    let text = "[project]\nname = \"\"\napp_id = \"short\"\ndomains = [\"http://api.agora.io\"]\ncolour = 1\n\
                [[channel]]\nname = \"c\"\nuid = 0\nbackup_uid = 2\n";
    let found = problems(text);
    let lines: Vec<&str> = found.iter().filter_map(|problem| problem.split(',').next()).collect();
    assert_eq!(lines, ["line 2", "line 3", "line 4", "line 5", "line 6", "line 8"], "{found:#?}");
    assert!(found[2].contains("http://api.agora.io"), "{found:#?}");
}

#[test]
fn a_wrong_domain_is_told_once() {
    one_problem(&with("domains = [\"http://api.example\"]", ""), &["line 4", "project.domains", "write https://"]);
    one_problem(&with("domains = []", ""), &["at least one is needed"]);
}

#[test]
fn names_differ() {
    let pair = |uid: u32| format!("uid = {uid}\nbackup_uid = {}", uid + 1);
    let text = with("", &[channel("a", &pair(1)), channel("a", &format!("cname = \"b\"\n{}", pair(1)))].concat());
    one_problem(&text, &["line 18, column 8", "channel 2 name", "\"a\" is the name of channel 1"]);
}

#[test]
fn recorders_of_one_agora_channel_never_share_a_uid() {
    one_problem(
        &with("", &channel("a", "uid = 7\nbackup_uid = 7")),
        &["channel 1 backup_uid", "7 is channel 1 uid already"],
    );
    let spare = channel("a", "uid = 7\nbackup_uid = 8\nspare_uids = [9, 8]");
    one_problem(&with("", &spare), &["column 18", "channel 1 spare_uids", "8 is channel 1 backup_uid"]);
    let two = [
        channel("a", "cname = \"x\"\nuid = 7\nbackup_uid = 8"),
        channel("b", "cname = \"x\"\nuid = 9\nbackup_uid = 7"),
    ];
    one_problem(&with("", &two.concat()), &["channel 2 backup_uid", "7 is channel 1 uid already", "\"x\""]);
    let apart = [channel("a", "uid = 7\nbackup_uid = 8"), channel("b", "uid = 7\nbackup_uid = 8")];
    assert!(parse(&with("", &apart.concat()), &environment).is_ok(), "other channels may use the same UIDs");
}

#[test]
fn a_name_that_agora_does_not_allow_needs_a_cname() {
    one_problem(&with("", &channel("Räume", "uid = 1\nbackup_uid = 2")), &["channel 1 name", "set cname"]);
    assert!(parse(&with("", &channel("Räume", "cname = \"r\"\nuid = 1\nbackup_uid = 2")), &environment).is_ok());
}

#[test]
fn the_mode_of_the_profile_decides_what_a_cname_may_be() {
    let page = "[profile.page]\nmode = \"web\"\n[profile.page.web]\nurl = \"https://example.org\"\nvideo_width = 1280\n\
                video_height = 720\nmax_recording_hour = 3\n[profile.page.storage]\nvendor = 1\nregion = 0\nbucket = \"b\"\n\
                access_key = { env = \"CLASSES_ACCESS_KEY\" }\nsecret_key = { env = \"CLASSES_SECRET_KEY\" }\n";
    let of = |cname: &str, profile: &str| {
        let more = format!("cname = \"{cname}\"\nuid = 1\nbackup_uid = 2\nprofile = \"{profile}\"");
        with("", &format!("{page}{}", channel("a", &more)))
    };
    let label = format!("köln / {}", "x".repeat(492));
    let settings = parse(&of(&label, "page"), &environment).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(
        (settings.projects[0].channels[0].cname.as_str(), &settings.projects[0].channels[0].mode),
        (&*label, &Mode::Web)
    );
    one_problem(&of(&"x".repeat(1025), "page"), &["channel 1 cname", "1024 bytes"]);
    one_problem(&of(&"x".repeat(64), "a"), &["channel 1 cname", "63 bytes"]);
    one_problem(&of(&label, "nowhere"), &["channel 1 profile", "nowhere"]);
}

#[test]
fn a_profile_that_does_not_exist_is_named_with_those_that_do() {
    one_problem(&with("", &channel("c", "uid = 1\nbackup_uid = 2\nprofile = \"z\"")), &["\"z\"", "one of \"a\""]);
}

#[test]
fn a_profile_is_checked_by_the_client_and_the_place_is_kept() {
    let text = with("", "").replace("live_broadcast\" }", "live_broadcast\", max_idle_time = 3 }");
    one_problem(&text, &["line 6", "profile.a.recording", "max_idle_time 3", "5 to 2592000"]);
    let text = with("", "").replace("bucket = \"b\"", "bucket = \"b\"\ncolour = 1");
    one_problem(&text, &["line 11", "profile.a.storage", "colour"]);
}

#[test]
fn a_secret_in_the_file_is_refused_and_never_repeated() {
    let literal = with("", "").replace("{ env = \"CLASSES_SECRET_KEY\" }", "\"hunter2hunter2\"");
    let as_name = with("", "").replace("CLASSES_SECRET_KEY", "hunter2hunter2");
    let in_project = with("customer_secret = \"hunter2hunter2\"", "");
    let unknown = with("password = \"hunter2hunter2\"", "");
    let open_quote = with("", "").replace("{ env = \"CLASSES_SECRET_KEY\" }", "\"hunter2hunter2");
    let in_url = with("domains = [\"https://key:hunter2hunter2@api.agora.io\"]", "");
    for text in [&literal, &as_name, &in_project, &unknown, &open_quote, &in_url] {
        let found = problems(text).join("\n");
        assert!(found.contains("line ") && !found.contains("hunter2"), "{found}");
    }
    one_problem(
        &literal,
        &["line 12, column 14", "profile.a.storage.secret_key", "does not belong", "env = \"ITS_NAME\""],
    );
    one_problem(&in_project, &["project.customer_secret", CUSTOMER_SECRET]);
}

#[test]
fn variables_that_are_not_set_are_named() {
    let nothing = |_: &str| None;
    let found = parse(&with("", ""), &nothing).expect_err("no variable is set");
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(found[0].contains("profile.a.storage.access_key") && found[0].contains("not set"), "{found:#?}");
    assert!(found[2].starts_with("environment variable REELWATCH_CUSTOMER_KEY"), "{found:#?}");
    one_problem(&with("", "").replace("CLASSES_ACCESS_KEY", "EMPTY"), &["is empty"]);
}

#[test]
fn no_secret_is_in_what_debug_shows() {
    let settings = parse(EXAMPLE, &environment).expect("valid");
    let shown = format!("{settings:?}");
    assert!(!shown.contains("from-env"), "{shown}");
}

#[test]
fn a_file_that_is_not_there_is_a_case_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("settings.toml");
    assert_eq!(load(&path).expect_err("not there"), SettingsError::Missing { path });
    let error = load(folder.path()).expect_err("a folder").to_string();
    assert!(error.contains("cannot be read"), "{error}");
}

#[test]
fn a_file_that_is_no_text_is_told_with_the_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.toml");
    fs::write(&path, b"[project]\nname = \"R\xe4ume\"\n").expect("written");
    let told = load(&path).expect_err("Latin-1").to_string();
    assert!(told.contains("line 2, column 10: is not text in UTF-8"), "{told}");
}

#[test]
fn a_file_too_long_to_be_settings_is_not_read_to_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.toml");
    // Sparse: longer than this computer has memory.
    fs::File::create(&path).and_then(|file| file.set_len(1 << 40)).expect("made");
    let told = load(&path).expect_err("too long").to_string();
    assert!(told.contains("s.toml cannot be read: it is longer than 16 MiB"), "{told}");
}

#[test]
fn every_problem_of_a_profile_has_its_own_place() {
    let text = with("", "").replace(
        "recording = { channel_type = \"live_broadcast\" }",
        "recording = { channel_type = \"radio\", max_idle_time = 3, transcoding = { bitrate = 9000 }, colour = 1 }",
    );
    let found = problems(&text.replace("bucket = \"b\"", "bucket = \"b c\""));
    let settings: Vec<&str> = found.iter().filter_map(|problem| problem.split(": ").nth(1)).collect();
    assert_eq!(
        settings,
        [
            "profile.a.recording.channel_type",
            "profile.a.recording.max_idle_time",
            "profile.a.recording.transcoding",
            "profile.a.recording.colour",
            "profile.a.storage",
        ],
        "{found:#?}"
    );
    assert!(found[0].contains("line 6, column 30") && found[0].contains("communication"), "{found:#?}");
}

#[test]
fn a_profile_has_the_tables_of_its_mode() {
    let web = with("", "").replace("[profile.a]\n", "[profile.a]\nmode = \"web\"\n");
    one_problem(&web, &["profile.a.web", "is missing"]);
    let stray = with("", "[profile.a.snapshot]\n");
    one_problem(&stray, &["profile.a:", "mode \"mix\"", "snapshot is for mode = \"individual\" only"]);
    one_problem(
        &with("", "").replace("[profile.a]\n", "[profile.a]\nmode = \"raw\"\n"),
        &["profile.a.mode", "\"raw\" is none of"],
    );
    let individual = with("", "").replace("[profile.a]\n", "[profile.a]\nmode = \"individual\"\n");
    one_problem(&individual, &["subscribe_uid_group", "individual recordings need it"]);
    let settings = parse(
        &individual.replace("\"live_broadcast\" }", "\"live_broadcast\", subscribe_uid_group = 1 }"),
        &environment,
    );
    assert!(settings.is_ok(), "{settings:?}");
}

#[test]
fn a_channel_is_recorded_in_the_mode_of_its_profile() {
    let pair = "uid = 1\nbackup_uid = 2\n";
    let text = EXAMPLE.replace("[policy]\n", &format!("[[channel]]\nname = \"x\"\n{pair}profile = \"exams\"\n[[channel]]\nname = \"y\"\n{pair}profile = \"page\"\n[policy]\n"));
    let settings = parse(&text, &environment).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let modes: Vec<&str> = settings.projects[0].channels.iter().map(|channel| channel.mode.as_str()).collect();
    assert_eq!(modes, ["mix", "mix", "individual", "web"]);
}

#[test]
fn files_of_the_first_version_still_load() {
    let text = with("", "").replace("\"live_broadcast\" }", "\"live_broadcast\", resource_expired_hour = 24 }");
    let settings = parse(&text, &environment).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(settings.profiles["a"].acquire.resource_expired_hour.get(), 24);
    one_problem(&format!("{text}[profile.a.acquire]\nresource_expired_hour = 3\n"), &["in acquire too"]);
}

#[test]
fn drafts_are_read_without_their_secrets() {
    let (drafts, problems) = drafts(EXAMPLE);
    assert_eq!(drafts.keys().map(String::as_str).collect::<Vec<_>>(), ["classes", "exams", "page"]);
    assert_eq!(problems, []);
    assert!(drafts.values().all(|draft| draft.warnings().is_empty()), "the example bites nobody");
}

#[test]
fn an_area_stands_for_its_four_hosts() {
    let settings = parse(&with("area = \"eu\"", ""), &environment).expect("valid");
    let bases: Vec<&str> = settings.projects[0].account.domains.iter().map(Domain::base).collect();
    assert_eq!(bases, HostArea::Eu.domains());
    one_problem(&with("area = \"mars\"", ""), &["line 4", "area", "\"mars\"", "\"cn\""]);
    one_problem(&with("area = \"eu\"\ndomains = [\"a.example\"]", ""), &["line 4", "area", "leave one of the two out"]);
}

#[test]
fn tokens_are_made_where_there_is_a_certificate() {
    let certificate = |name: &str| match name {
        APP_CERTIFICATE => Some("00112233445566778899aabbccddeeff".to_owned()),
        _ => environment(name),
    };
    let life = |project: &str| match parse(&with(project, ""), &certificate).expect("valid").projects[0].account.tokens
    {
        Tokens::Mint { life, .. } => life.seconds(),
        Tokens::Off => 0,
    };
    assert_eq!((life(""), life("token_lifetime = \"90m\"")), (86_400, 5_400));
    let without = parse(&with("token_lifetime = \"90m\"", ""), &environment).expect("valid");
    assert!(matches!(without.projects[0].account.tokens, Tokens::Off));
    for bad in ["59s", "721h"] {
        one_problem(
            &with(&format!("token_lifetime = \"{bad}\""), ""),
            &["line 4", "token_lifetime", "1m to 720h", bad],
        );
    }
    let wrong = |name: &str| if name == APP_CERTIFICATE { Some("CANARY".to_owned()) } else { environment(name) };
    let found =
        parse(&with("", ""), &wrong).expect_err("no certificate").iter().map(ToString::to_string).collect::<String>();
    assert!(found.contains(APP_CERTIFICATE) && found.contains("32 characters") && !found.contains("CANARY"), "{found}");
    one_problem(&with("app_certificate = \"CANARY\"", ""), &["line 4", "app_certificate", APP_CERTIFICATE]);
}

#[test]
fn a_channel_brings_tokens_by_the_names_of_variables_only() {
    let room = |more: &str| with("", &channel("r", &format!("uid = 1\nbackup_uid = 2\n{more}")));
    let settings = parse(&room("backup_token = { env = \"A_TOKEN\" }"), &environment).expect("valid");
    let tokens = settings.projects[0].fixed_tokens();
    let cname: Cname = "r".parse().expect("valid");
    let token = tokens.get(&(cname.clone(), Uid::new(2).expect("valid"))).map(Token::expose);
    assert_eq!((token, tokens.len()), (Some("007CANARY"), 1));
    assert!(!format!("{settings:?}").contains("CANARY"));
    for (line, word) in [
        ("token = \"007CANARY\"", "secrets are not kept in this file"),
        ("token = { env = \"007CANARY/+\" }", "does not belong"),
        ("token = { env = \"EMPTY\" }", "is empty"),
        ("token = { env = \"NOWHERE\" }", "is not set"),
        ("token = {}", "env"),
    ] {
        let found = problems(&room(line)).join(" ");
        assert!(found.contains("token") && found.contains(word) && !found.contains("CANARY"), "{found}");
    }
}
