//! The words about the names of files: predicted, told by Agora, or not like the rules.

use std::fmt::Write as _;

use super::clock;
use crate::monitor::snapshot::RecordingView;
use crate::monitor::told::File;
use crate::ui::format;

/// Whether the rules give a pattern instead of a name: users and tracks are part of it.
pub fn is_pattern(recording: &RecordingView) -> bool {
    recording.m3u8.contains('*')
}

/// The playlist's name as the service told it, else by the rules. Where every user has one of their own: their pattern.
pub fn playlist(recording: &RecordingView) -> &str {
    let told = recording.m3u8_told.as_ref().filter(|_| !is_pattern(recording));
    told.unwrap_or(&recording.m3u8)
}

/// Whether the service calls its playlists as the rules say.
pub fn names_checked(recording: &RecordingView) -> String {
    let listed = recording.files.iter().map(|file| bare(&file.name)).filter(|name| name.ends_with(".m3u8"));
    let mut playlists: Vec<&str> = listed.collect();
    if playlists.is_empty() {
        playlists.extend(recording.m3u8_told.as_deref());
    }
    let differs = playlists.iter().find(|name| !fits(&recording.m3u8, name));
    match (playlists.len(), differs) {
        (0, _) => "by the naming rules, not checked yet".to_owned(),
        (1, None) => "checked with Agora".to_owned(),
        (n, None) => format!("checked with Agora: {n} playlists are named so"),
        (_, Some(_)) if !is_pattern(recording) => {
            format!("told by Agora, differs from the naming rules: {} was expected", recording.m3u8)
        }
        (_, Some(name)) => format!("told by Agora, differs from the naming rules: {name}"),
    }
}

/// The name without its folder.
fn bare(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Whether `name` is made by `pattern`, in which `*` stands for anything.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut last = None;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        last = Some(part);
    }
    rest.is_empty() || last.is_some_and(|part| part.is_empty() || name.ends_with(part))
}

/// `3 listed by Agora`
pub fn files_told(recording: &RecordingView) -> String {
    match recording.files.len() {
        0 => "Agora has listed none yet".to_owned(),
        n => format!("{} listed by Agora", format::counted(n, "file", "files")),
    }
}

/// `video, user 41, first slice 14:01:07`
pub fn file(file: &File) -> String {
    let track = match file.track.as_deref() {
        Some("audio") => "audio",
        Some("video") => "video",
        Some("audio_and_video") => "audio and video",
        Some(other) => other,
        None => "track not told",
    };
    let mut about = track.to_owned();
    match file.user.as_deref() {
        Some("0") => about.push_str(", all users"),
        Some(user) => {
            let _ = write!(about, ", user {user}");
        }
        None => {}
    }
    match file.began {
        Some(at) => {
            let _ = write!(about, ", first slice {}", clock(at));
        }
        None => about.push_str(", no slice yet"),
    }
    about
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ui::testing::{ago, recording};

    fn listed(names: &[&str]) -> RecordingView {
        let file = |name: &&str| File { name: (*name).into(), track: None, user: None, began: None };
        let files: Vec<File> = names.iter().map(file).collect();
        let it = recording(7, "court-03").recording.expect("it records");
        RecordingView { m3u8: "5f2c_court-03.m3u8".into(), files: Arc::from(files), ..it }
    }

    #[test]
    fn a_name_is_checked_only_when_agora_told_it_just_so() {
        assert_eq!(names_checked(&listed(&[])), "by the naming rules, not checked yet");
        assert_eq!(
            names_checked(&listed(&["rec/5f2c_court-03.m3u8", "rec/5f2c_court-03_0.mp4"])),
            "checked with Agora"
        );
        let differs = names_checked(&listed(&["rec/5f2c_court-04.m3u8"]));
        assert!(differs.contains("differs from the naming rules: 5f2c_court-03.m3u8"), "{differs}");
    }

    #[test]
    fn individual_playlists_are_held_against_their_pattern() {
        let names = ["5f2c_c__uid_s_41__uid_e_audio.m3u8", "5f2c_c__uid_s_41__uid_e_video.m3u8"];
        let pattern = RecordingView { m3u8: "5f2c_c__uid_s_*__uid_e_*.m3u8".into(), ..listed(&names) };
        assert_eq!(names_checked(&pattern), "checked with Agora: 2 playlists are named so");
        assert_eq!(playlist(&pattern), "5f2c_c__uid_s_*__uid_e_*.m3u8");
        let other = RecordingView { m3u8: "5f2d_c__uid_s_*__uid_e_*.m3u8".into(), ..listed(&names) };
        assert!(names_checked(&other).contains("differs"));
    }

    #[test]
    fn a_file_is_told_with_its_track_its_user_and_its_first_slice() {
        let it = File { name: "a".into(), track: Some("video".into()), user: Some("41".into()), began: Some(ago(7)) };
        assert_eq!(file(&it), "video, user 41, first slice 14:32:00");
        let all = File { track: Some("audio_and_video".into()), user: Some("0".into()), began: None, ..it };
        assert_eq!(file(&all), "audio and video, all users, no slice yet");
    }
}
