//! Several projects in one file: what each says of itself, and what must not be shared by accident.

use std::time::Duration;

use secrecy::ExposeSecret as _;

use crate::agora::admission::Tokens;
use crate::settings::*;

const CERTIFICATE: &str = "00112233445566778899aabbccddeeff";

/// Each project's variables, the storage's, and the usual ones, which several projects must not use.
fn environment(name: &str) -> Option<String> {
    match name {
        "NORTH_KEY" | "NORTH_SECRET" | "EAST_KEY" | "EAST_SECRET" => Some(format!("{name}-CANARY")),
        "EAST_CERTIFICATE" | APP_CERTIFICATE => Some(CERTIFICATE.to_owned()),
        "NO_CERTIFICATE" => Some("CANARY".to_owned()),
        CUSTOMER_KEY | CUSTOMER_SECRET | "STORAGE" => Some("usual".to_owned()),
        _ => None,
    }
}

const NORTH: &str = "[[project]]
name = \"north\"
app_id = \"0123456789abcdef0123456789abcdef\"
customer_key = { env = \"NORTH_KEY\" }
customer_secret = { env = \"NORTH_SECRET\" }
";

const EAST: &str = "[[project]]
name = \"east\"
app_id = \"fedcba9876543210fedcba9876543210\"
area = \"eu\"
customer_key = { env = \"EAST_KEY\" }
customer_secret = { env = \"EAST_SECRET\" }
app_certificate = { env = \"EAST_CERTIFICATE\" }
token_lifetime = \"2h\"
";

const REST: &str = "[profile.a]
recording = { channel_type = \"live_broadcast\" }
[profile.a.storage]
vendor = 1
region = 0
bucket = \"b\"
access_key = { env = \"STORAGE\" }
secret_key = { env = \"STORAGE\" }
";

fn hall(project: &str) -> String {
    format!("[[channel]]\nname = \"hall\"\nuid = 7\nbackup_uid = 8\n{project}\n")
}

fn read(parts: &[&str]) -> Result<Settings, Vec<String>> {
    let text = [parts.concat().as_str(), REST].concat();
    parse(&text, &environment).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

#[track_caller]
fn one_problem(parts: &[&str], told: &[&str]) {
    let found = read(parts).expect_err("there is something wrong");
    assert_eq!(found.len(), 1, "{found:#?}");
    for part in told {
        assert!(found[0].contains(part) && !found[0].contains("CANARY"), "{part:?} is not in {:?}", found[0]);
    }
}

#[test]
fn each_project_has_its_own_credentials_domains_tokens_and_channels() {
    let channels = [hall("project = \"east\""), hall("project = \"north\"")].concat();
    let settings = read(&[NORTH, EAST, &channels]).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let [north, east] = &settings.projects[..] else { panic!("{settings:?}") };
    assert_eq!((&*north.name, &*east.name), ("north", "east"));
    let key = |project: &ProjectSettings| project.account.customer_key.expose_secret().to_owned();
    assert_eq!((key(north), key(east)), ("NORTH_KEY-CANARY".to_owned(), "EAST_KEY-CANARY".to_owned()));
    assert_eq!((north.account.domains.len(), east.account.domains.len()), (2, 4));
    assert!(matches!(north.account.tokens, Tokens::Off), "the usual variable is nobody's where there are several");
    let Tokens::Mint { life, .. } = &east.account.tokens else { panic!("east has a certificate") };
    assert_eq!(life.seconds(), 7200);
    let names = |project: &ProjectSettings| project.channels.iter().map(|it| it.name.to_string()).collect::<Vec<_>>();
    assert_eq!(
        (names(north), names(east)),
        (vec!["hall".to_owned()], vec!["hall".to_owned()]),
        "the same name and UIDs"
    );
    assert!(!format!("{settings:?}").contains("CANARY"));
}

#[test]
fn a_list_of_one_project_is_that_project_alone_and_needs_no_variables_of_its_own() {
    let alone = "[[project]]\nname = \"p\"\napp_id = \"0123456789abcdef0123456789abcdef\"\n";
    let settings = read(&[alone, &hall("")]).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(settings.projects[0].account.customer_key.expose_secret(), "usual");
    assert_eq!(settings.projects[0].channels.len(), 1);
    let named = format!("{alone}customer_key = {{ env = \"NORTH_KEY\" }}\n");
    let settings = read(&[&named]).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(settings.projects[0].account.customer_key.expose_secret(), "NORTH_KEY-CANARY");
    one_problem(&["project = []\n"], &["project", "is missing"]);
}

#[test]
fn nothing_is_shared_by_accident() {
    let same_id = EAST.replace("fedcba9876543210fedcba9876543210", "0123456789ABCDEF0123456789ABCDEF");
    one_problem(&[NORTH, &same_id], &["line 8, column 10", "project 2 app_id", "project 1", "one quota"]);
    let same_name = EAST.replace("east", "north");
    one_problem(&[NORTH, &same_name], &["line 7, column 8", "project 2 name", "\"north\" is the name of project 1"]);
    let certificate = format!("{NORTH}app_certificate = {{ env = \"EAST_CERTIFICATE\" }}\n");
    one_problem(&[&certificate, EAST], &["project 2 app_certificate", "the variable of project 1"]);
    let without = EAST.replace("customer_key = { env = \"EAST_KEY\" }\n", "");
    one_problem(&[NORTH, &without], &["line 6", "project 2 customer_key", "is missing", "{ env = \"NAME\" }"]);
    let literal = EAST.replace("{ env = \"EAST_SECRET\" }", "\"CANARY\"");
    one_problem(&[NORTH, &literal], &["project 2 customer_secret", "secrets are not kept in this file"]);
    let unset = EAST.replace("EAST_KEY", "NOWHERE");
    one_problem(&[NORTH, &unset], &["line 10", "project 2 customer_key", "is not set"]);
    let wrong = EAST.replace("EAST_CERTIFICATE", "NO_CERTIFICATE");
    one_problem(&[NORTH, &wrong], &["project 2 app_certificate", "32 characters"]);
}

#[test]
fn a_channel_says_which_of_several_projects_it_belongs_to() {
    one_problem(&[NORTH, EAST, &hall("")], &["channel 1 project", "is missing", "\"north\", \"east\""]);
    one_problem(
        &[NORTH, EAST, &hall("project = \"west\"")],
        &["channel 1 project", "no project has the name \"west\"", "\"north\", \"east\""],
    );
    one_problem(
        &[NORTH, EAST, &hall("project = \"east\""), &hall("cname = \"x\"\nproject = \"east\"")],
        &["channel 2 name", "\"hall\" is the name of channel 1"],
    );
    let twin = hall("cname = \"hall\"\nproject = \"east\"").replace("name = \"hall\"\nuid", "name = \"b\"\nuid");
    let found = read(&[NORTH, EAST, &hall("project = \"east\""), &twin]).expect_err("one UID twice");
    assert!(found.iter().all(|problem| problem.contains("kick each other out")), "{found:#?}");
    let nameless = EAST.replace("name = \"east\"", "name = \"\"");
    one_problem(&[NORTH, &nameless, &hall("project = \"east\"")], &["project 2 name", "is empty"]);
}

#[test]
fn a_project_has_numbers_of_its_own_over_those_of_all() {
    let all = "[policy]\npoll_every = \"60s\"\nlost_after = \"2m\"\n";
    let own = "[project.policy]\nquota_per_second = 5\npoll_every = \"30s\"\nmissing = [\"4s\"]\n";
    let settings = read(&[NORTH, EAST, own, all]).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let [north, east] = &settings.projects[..] else { panic!("{settings:?}") };
    assert_eq!((north.policy.quota_per_second, east.policy.quota_per_second), (10, 5));
    assert_eq!((north.policy.poll_every, east.policy.poll_every), (Duration::from_secs(60), Duration::from_secs(30)));
    assert_eq!(east.policy.lost_after, Duration::from_secs(120), "what it does not say is as for all");
    assert_eq!(north.policy, settings.policy);
    one_problem(&[NORTH, EAST, "[project.policy]\nquota_per_second = 1\n"], &["project 2 policy", "1 of 1"]);
    one_problem(&[NORTH, EAST, "[project.policy]\npoll_every = \"1s\"\n"], &["5s to 1h"]);
    for key in ["sleep_is_over", "network_probe_every", "alarm_window"] {
        let own = format!("[project.policy]\n{key} = \"5s\"\n");
        one_problem(&[NORTH, EAST, &own], &[key, "concerns this workstation", "[policy]"]);
    }
}

#[test]
fn a_project_is_chosen_by_name_and_must_be_where_there_are_several() {
    let settings = read(&[NORTH, EAST]).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(&*settings.project(Some("east")).expect("it is there").name, "east");
    let none = settings.project(None).expect_err("two to choose from").to_string();
    assert!(
        none.contains("2 projects") && none.contains("--project") && none.contains("\"north\", \"east\""),
        "{none}"
    );
    assert!(settings.project(Some("west")).expect_err("unknown").to_string().contains("\"west\""));
    let source = |text: &str, name| super::token_source(text, name);
    let east = source(&[NORTH, EAST].concat(), Some("east")).expect("readable").expect("chosen");
    assert_eq!(
        (east.app_id.as_str(), east.certificate.as_deref()),
        ("fedcba9876543210fedcba9876543210", Some("EAST_CERTIFICATE"))
    );
    let north = source(&[NORTH, EAST].concat(), Some("north")).expect("readable").expect("chosen");
    assert_eq!(north.certificate, None, "it names none, and the usual one may be another's");
    assert_eq!(
        source(NORTH, None).expect("readable").expect("the only one").certificate.as_deref(),
        Some(APP_CERTIFICATE)
    );
    assert!(source(&[NORTH, EAST].concat(), None).expect("readable").is_err());
}
