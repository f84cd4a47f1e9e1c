//! That a profile is written so that it is read again the same, and that nothing else in the file changes.

use std::cell::RefCell;

use super::*;
use crate::profile::choices::Kind;
use crate::profile::numbers::MaxIdleTime;
use crate::profile::tests::{draft, fullest, smallest};
use crate::profile::{Body, Draft};
use crate::settings::EXAMPLE;

/// A settings file in a folder of its own.
struct File {
    folder: tempfile::TempDir,
}

impl File {
    fn new(text: &str) -> Self {
        let file = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::write(file.path(), text).expect("written");
        file
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("settings.toml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).expect("there")
    }

    fn draft(&self, name: &str) -> Draft {
        drafts(&self.text()).0.remove(name).expect("a profile of that name")
    }

    #[track_caller]
    fn refused(&self, result: Result<(), SaveError>) -> String {
        let names: Vec<_> = fs::read_dir(self.folder.path()).expect("a folder").collect();
        assert_eq!(names.len(), 1, "nothing is left beside the file");
        result.expect_err("it cannot be saved").to_string()
    }
}

/// The lines that are in one text only, each with the sign of the text.
fn difference(old: &str, new: &str) -> Vec<String> {
    let only = |one: &str, other: &str, sign: &str| {
        let other: Vec<&str> = other.lines().collect();
        one.lines().filter(|line| !other.contains(line)).map(|line| format!("{sign}{line}")).collect::<Vec<_>>()
    };
    [only(old, new, "-"), only(new, old, "+")].concat()
}

fn with_idle_time(draft: &Draft, seconds: u32) -> Draft {
    let mut draft = draft.clone();
    if let Body::Mix(mix) = &mut draft.body {
        mix.common.max_idle_time = MaxIdleTime::try_from(seconds).expect("in range");
    }
    draft
}

#[test]
fn saving_what_is_there_already_changes_no_byte() {
    let file = File::new(EXAMPLE);
    for name in ["classes", "exams", "page"] {
        save_profile(&file.path(), name, &file.draft(name)).expect("saved");
    }
    assert_eq!(file.text(), EXAMPLE);
}

#[test]
fn a_changed_setting_changes_its_line_and_keeps_its_comment() {
    let file = File::new(EXAMPLE);
    save_profile(&file.path(), "classes", &with_idle_time(&file.draft("classes"), 600)).expect("saved");
    let lines = difference(EXAMPLE, &file.text());
    let comment = "# seconds without anybody publishing until Agora ends the recording: 5 to 2592000";
    assert!(lines.contains(&format!("-max_idle_time = 300                 {comment}")), "{lines:#?}");
    assert!(lines.contains(&format!("+max_idle_time = 600                 {comment}")), "{lines:#?}");
    // Two more lines: what had its default and was left to it by a comment's word is spelled out or left out.
    assert!(lines.len() <= 6, "{lines:#?}");
}

#[test]
fn a_new_profile_is_added_and_the_rest_stays() {
    for kind in Kind::ALL {
        for text in [smallest(*kind), fullest(*kind)] {
            let file = File::new(EXAMPLE);
            save_profile(&file.path(), "new-1", &draft(&text)).expect("saved");
            assert_eq!(file.draft("new-1"), draft(&text));
            let lines = difference(EXAMPLE, &file.text());
            assert!(lines.iter().all(|line| line.starts_with('+')), "{lines:#?}");
            for line in EXAMPLE.lines() {
                assert!(file.text().contains(line), "{line:?} is gone");
            }
            assert!(file.text().contains("\naccess_key = { env = \"ACCESS\" }\n"), "{}", file.text());
            remove_profile(&file.path(), "new-1").expect("removed");
            assert_eq!(file.text(), EXAMPLE, "as if it had never been there");
        }
    }
}

#[test]
fn the_first_profile_of_a_file_finds_its_place() {
    let text = "# mine\n[project]\nname = \"p\" # here\napp_id = \"0123456789abcdef0123456789abcdef\"\n";
    let file = File::new(text);
    save_profile(&file.path(), "a", &draft(&smallest(Kind::Mix))).expect("saved");
    assert!(file.text().starts_with(text), "{}", file.text());
    assert_eq!(file.draft("a"), draft(&smallest(Kind::Mix)));
}

#[test]
fn a_profile_may_change_its_mode() {
    let file = File::new(EXAMPLE);
    save_profile(&file.path(), "exams", &draft(&fullest(Kind::Web))).expect("saved");
    assert_eq!(file.draft("exams"), draft(&fullest(Kind::Web)));
    assert!(!file.text().contains("[profile.exams.snapshot]"));
    assert!(file.text().contains("# A profile of web recordings: a page with its sound."), "the comment of another");
}

#[test]
fn line_ends_and_a_profile_on_one_line_stay_as_they_are() {
    let file = File::new(&EXAMPLE.replace('\n', "\r\n"));
    save_profile(&file.path(), "classes", &with_idle_time(&file.draft("classes"), 600)).expect("saved");
    let text = file.text();
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    let inline = "[project]\nname = \"p\"\napp_id = \"0123456789abcdef0123456789abcdef\"\n[profile.a]\n\
                  recording = { channel_type = \"live_broadcast\", max_idle_time = 60 } # short\n\
                  storage = { vendor = 1, region = 0, bucket = \"b\", access_key = { env = \"A\" }, secret_key = { env = \"S\" } }\n";
    let file = File::new(inline);
    save_profile(&file.path(), "a", &with_idle_time(&file.draft("a"), 61)).expect("saved");
    assert!(file.text().contains("max_idle_time = 61"), "{}", file.text());
    assert!(file.text().contains("# short"), "{}", file.text());
}

#[test]
fn a_profile_that_a_channel_names_stays() {
    let file = File::new(EXAMPLE);
    let told = file.refused(remove_profile(&file.path(), "classes"));
    assert!(told.contains("channel 1 profile") && told.contains("channel 2 profile"), "{told}");
    assert_eq!(file.text(), EXAMPLE);
    remove_profile(&file.path(), "page").expect("nobody names it");
    assert!(!file.text().contains("profile.page"));
    let told = file.refused(remove_profile(&file.path(), "page"));
    assert!(told.contains("has no profile \"page\" any more"), "{told}");
}

#[test]
fn a_file_that_was_broken_meanwhile_is_left_alone_and_not_repeated() {
    let broken = EXAMPLE.replace("name = \"Evening classes\"", "name = \"CANARY");
    let file = File::new(&broken);
    let told = file.refused(save_profile(&file.path(), "a", &draft(&smallest(Kind::Mix))));
    let line = 1 + broken.lines().take_while(|line| !line.contains("CANARY")).count();
    assert!(told.contains(&format!("line {line},")) && told.contains("outside of reelwatch"), "{told}");
    assert!(!told.contains("CANARY"), "{told}");
    assert_eq!(file.text(), broken);
    let odd = File::new("profile = 7\n");
    assert!(odd.refused(save_profile(&odd.path(), "a", &draft(&smallest(Kind::Mix)))).contains("profile = ..."));
}

#[test]
fn what_is_wrong_elsewhere_in_the_file_is_no_hindrance() {
    let file = File::new(&EXAMPLE.replace("poll_every = \"120s\"", "poll_every = \"1s\""));
    save_profile(&file.path(), "a", &draft(&smallest(Kind::Mix))).expect("saved");
    assert!(file.text().contains("poll_every = \"1s\""));
}

#[test]
fn a_name_stands_in_the_file_as_it_is() {
    let file = File::new(EXAMPLE);
    for bad in ["", "a b", "ä", "a.b", "\"", &"x".repeat(65)] {
        let told = file.refused(save_profile(&file.path(), bad, &draft(&smallest(Kind::Mix))));
        assert!(told.contains("1 to 64 letters"), "{told}");
    }
    for good in ["a", "A-1_b", &"x".repeat(64)] {
        save_profile(&file.path(), good, &draft(&smallest(Kind::Mix))).expect(good);
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_nobody_more_may_read_the_file() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let file = File::new(EXAMPLE);
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o600)).expect("set");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let link = elsewhere.path().join("link.toml");
    symlink(file.path(), &link).expect("linked");
    save_profile(&link, "a", &draft(&smallest(Kind::Mix))).expect("saved");
    assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
    assert_eq!(fs::metadata(file.path()).expect("there").permissions().mode() & 0o777, 0o600);
    assert_eq!(file.draft("a"), draft(&smallest(Kind::Mix)));
}

#[test]
fn whatever_can_be_read_is_written_and_read_again_the_same() {
    let seed = std::env::var("REELWATCH_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    println!("seed {seed}");
    let random = RefCell::new(fastrand::Rng::with_seed(seed));
    let mut read = 0;
    for _ in 0..100 {
        let kind = Kind::ALL[random.borrow_mut().usize(..Kind::ALL.len())];
        // Any of the settings may be missing, and any number may be another.
        let kept: Vec<String> = fullest(kind)
            .lines()
            .filter(|_| random.borrow_mut().u8(..20) > 0)
            .map(|line| shaken(line, &random))
            .collect();
        let Ok(draft) = crate::profile::tests::try_draft(&kept.join("\n")) else { continue };
        read += 1;
        let file = File::new("[project]\nname = \"p\"\napp_id = \"0123456789abcdef0123456789abcdef\"\n");
        let other = Kind::ALL[random.borrow_mut().usize(..Kind::ALL.len())];
        save_profile(&file.path(), "old", &crate::profile::tests::draft(&fullest(other))).expect("saved");
        save_profile(&file.path(), "old", &draft).expect("saved over another");
        assert_eq!(file.draft("old"), draft, "{}", file.text());
        save_profile(&file.path(), "x", &draft).expect("saved anew");
        assert_eq!(file.draft("x"), draft, "{}", file.text());
    }
    assert!(read > 20, "only {read} of them could be read");
}

/// The line, at times with another number.
fn shaken(line: &str, random: &RefCell<fastrand::Rng>) -> String {
    let mut random = random.borrow_mut();
    match line.rsplit_once(" = ") {
        Some((key, number)) if number.parse::<u32>().is_ok() && random.u8(..6) == 0 => {
            let other = [0, 1, 5, 30, 60, 240, 720, 1_772_439_302][random.usize(..8)];
            format!("{key} = {other}")
        }
        Some(_) | None => line.to_owned(),
    }
}

#[test]
fn a_file_of_several_projects_keeps_them_as_they_are() {
    let (before, after) = EXAMPLE.split_once("[project]\n").expect("the example has a project");
    let own = "customer_key = { env = \"A\" }\ncustomer_secret = { env = \"B\" }\n";
    let second = "[[project]]\nname = \"Second\"\napp_id = \"fedcba9876543210fedcba9876543210\"\n";
    let text = format!("{before}{second}{own}[project.policy]\nquota_per_second = 20\n\n[[project]]\n{own}{after}");
    let text = text.replace("profile = \"classes\"\n", "profile = \"classes\"\nproject = \"Second\"\n");
    let file = File::new(&text);
    assert_eq!(drafts(&text).1, [], "nothing is wrong with it");
    save_profile(&file.path(), "classes", &with_idle_time(&file.draft("classes"), 600)).expect("saved");
    let lines = difference(&text, &file.text());
    assert!(lines.len() <= 6 && lines.iter().all(|line| !line.contains("project")), "{lines:#?}");
    remove_profile(&file.path(), "page").expect("nobody needs it");
    assert_eq!(drafts(&file.text()).1, []);
}
