//! Saving and removing in a real file: what is not the profile stays as it was, and what goes wrong changes nothing.

use std::fs;
use std::path::Path;

use super::*;
use crate::settings::EXAMPLE;

/// The example, in a folder of its own, and a book on it in which every variable is set.
fn book() -> (tempfile::TempDir, PathBuf, SettingsBook) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("settings.toml");
    fs::write(&path, EXAMPLE).expect("written");
    let set = |name: &str| (name != "NOT_SET").then(|| "CANARY-value-of-a-secret".to_owned());
    let book = SettingsBook::new(path.clone()).with_environment(set);
    (folder, path, book)
}

fn draft_of(book: &mut SettingsBook, name: &str) -> Draft {
    let shelf = book.list().expect("it can be read");
    shelf.entry(name).expect("it is there").draft.clone().expect("it can be read")
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("it can be read")
}

/// The example's profile with another bucket.
fn with_bucket(bucket: &str) -> Draft {
    let (mut drafts, _) =
        crate::settings::drafts(&EXAMPLE.replace("bucket = \"evening-classes\"", &format!("bucket = {bucket:?}")));
    drafts.remove("classes").expect("it is there")
}

/// What stands before the first profile and behind the last.
fn parts(text: &str) -> (&str, &str) {
    let (before, _) = text.split_once("[profile.classes").expect("it is there");
    let (_, behind) = text.split_once("# One table for each channel").expect("it is there");
    (before, behind)
}

#[test]
fn a_changed_profile_is_saved_and_everything_else_in_the_file_stays() {
    let (_folder, path, mut book) = book();
    let was = draft_of(&mut book, "classes");
    let draft = with_bucket("another-bucket");
    let usable = book.save("classes", Some(&was), &draft).expect("saved");
    assert!(usable.is_ok());
    let now = text(&path);
    assert_eq!(draft_of(&mut book, "classes"), draft);
    let (before, after) = (parts(EXAMPLE), parts(&now));
    assert_eq!(before.0, after.0, "everything before the profiles");
    assert_eq!(before.1, after.1, "everything behind them");
    assert!(now.contains("bucket = \"another-bucket\""), "{now}");
    assert!(!now.contains("CANARY"));
}

#[test]
fn what_somebody_else_changed_is_not_overwritten() {
    let (_folder, path, mut book) = book();
    let was = draft_of(&mut book, "classes");
    let theirs = EXAMPLE.replace("max_idle_time = 300", "max_idle_time = 600");
    fs::write(&path, &theirs).expect("written");
    let mine = with_bucket("mine");
    assert_eq!(book.save("classes", Some(&was), &mine).err(), Some(NotKept::Changed));
    assert_eq!(book.remove("classes", Some(&was)).err(), Some(NotKept::Changed));
    assert_eq!(
        book.save("classes", None, &mine).err(),
        Some(NotKept::Changed),
        "a new one takes no name that is taken"
    );
    assert_eq!(text(&path), theirs);
    let now = draft_of(&mut book, "classes");
    assert!(book.save("classes", Some(&now), &mine).is_ok(), "the second time on purpose");
}

#[test]
fn a_file_that_cannot_be_used_is_left_as_it_is_and_told() {
    let (_folder, path, mut book) = book();
    let was = draft_of(&mut book, "classes");
    fs::write(&path, "[project\n").expect("written");
    let Err(NotKept::Refused(refusal)) = book.save("classes", Some(&was), &was) else { panic!("saved") };
    assert!(refusal.happened.contains("settings.toml") && refusal.happened.contains("line 1"), "{refusal:?}");
    assert_eq!(text(&path), "[project\n");
    assert!(book.list().is_err());
    fs::remove_file(&path).expect("removed");
    assert!(matches!(book.save("classes", Some(&was), &was), Err(NotKept::Refused(_))));
    assert!(!path.exists());
}

#[test]
fn a_profile_that_channels_of_the_file_use_is_not_removed() {
    let (_folder, path, mut book) = book();
    let was = draft_of(&mut book, "classes");
    let Err(NotKept::Refused(refusal)) = book.remove("classes", Some(&was)) else { panic!("removed") };
    assert!(refusal.happened.contains("classes"), "{refusal:?}");
    assert_eq!(text(&path), EXAMPLE);
    assert!(book.save("spare", None, &was).expect("saved").is_ok());
    assert!(draft_of(&mut book, "spare") == was);
    book.remove("spare", Some(&was)).expect("nobody uses it");
    assert!(book.list().expect("read").entry("spare").is_none());
}

#[test]
fn a_missing_variable_is_named_and_the_profile_is_saved_all_the_same() {
    let (_folder, path, mut book) = book();
    let spare =
        text(&path).replace("secret_key = { env = \"CLASSES_SECRET_KEY\" }", "secret_key = { env = \"NOT_SET\" }");
    let (drafts, _) = crate::settings::drafts(&spare);
    let usable = book.save("spare", None, &drafts["classes"]).expect("saved");
    let why = usable.expect_err("not usable");
    assert_eq!(&*why, "NOT_SET is not set; starts with this profile are refused until reelwatch is started with it");
    let shelf = book.list().expect("read");
    assert_eq!(shelf.entry("spare").and_then(|entry| entry.unusable.clone()), Some(why));
    assert!(!format!("{shelf:?}").contains("CANARY"));
}

#[test]
fn a_profile_that_cannot_be_read_is_listed_with_the_reason_and_not_overwritten() {
    let (_folder, path, mut book) = book();
    let was = draft_of(&mut book, "classes");
    let broken = format!("{EXAMPLE}\n[profile.odd.recording]\nchannel_type = \"radio\"\n");
    fs::write(&path, broken).expect("written");
    let shelf = book.list().expect("read");
    let why = shelf.entry("odd").expect("it is listed").draft.clone().expect_err("it cannot be read");
    assert!(why.contains("channel_type") && why.contains("line"), "{why}");
    assert_eq!(book.save("odd", None, &was).err(), Some(NotKept::Changed));
}
