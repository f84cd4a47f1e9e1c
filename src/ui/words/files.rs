//! The words about the names of files: predicted, told by Agora, or not like the rules.

use super::clock;
use crate::monitor::names::{ANY, Predicted, Verdict};
use crate::monitor::snapshot::{ChannelView, RecordingView};
use crate::monitor::told::File;
use crate::ui::format;

/// Whether the rules give a pattern instead of a name: users and tracks are part of it.
pub fn is_pattern(recording: &RecordingView) -> bool {
    recording.m3u8.contains(ANY)
}

/// The playlist's name as the service told it, else by the rules. Where every user has one of their own: their pattern.
pub fn playlist(recording: &RecordingView) -> &str {
    let told = recording.m3u8_told.as_ref().filter(|_| !is_pattern(recording));
    told.unwrap_or(&recording.m3u8)
}

/// Whether the service calls its files as the rules say.
pub fn names_checked(view: &ChannelView, recording: &RecordingView) -> String {
    let mut names: Vec<&str> = recording.files.iter().map(|file| &*file.name).collect();
    if names.is_empty() {
        names.extend(recording.m3u8_told.as_deref());
    }
    let rules = rules(view, recording);
    let verdicts: Vec<Verdict> = names.iter().map(|name| rules.fits(name)).collect();
    let odd = names.iter().zip(&verdicts).find_map(|(name, verdict)| match verdict {
        Verdict::Different(why) => Some(format!("{name}: {why}")),
        Verdict::Unruled => Some(format!("{name}: no known rule describes it")),
        Verdict::AsPredicted | Verdict::Backup(_) | Verdict::Late { .. } => None,
    });
    match (odd, names.len()) {
        (Some(odd), _) => format!("differs from the naming rules, {odd}"),
        (None, 0) => "by the naming rules, not checked yet".to_owned(),
        (None, 1) => "checked with Agora".to_owned(),
        (None, n) => format!("checked with Agora: all {n} names follow the rules"),
    }
}

fn rules(view: &ChannelView, recording: &RecordingView) -> Predicted {
    Predicted::new(&view.mode, &recording.sid, &view.cname)
}

/// What is special about a name, as the end of a sentence.
fn special(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::AsPredicted => None,
        Verdict::Backup(number) => Some(format!("bak{number}: from after a failover")),
        Verdict::Late { .. } => Some("uploaded late: of it and the plain one the larger counts".to_owned()),
        Verdict::Unruled => Some("in a form that no known rule describes".to_owned()),
        Verdict::Different(_) => Some("differs from the naming rules".to_owned()),
    }
}

/// `3 listed by Agora`
pub fn files_told(recording: &RecordingView) -> String {
    match recording.files.len() {
        0 => "Agora has listed none yet".to_owned(),
        n => format!("{} listed by Agora", format::counted(n, "file", "files")),
    }
}

/// `video, user 41, first slice 14:01:07`
pub fn file(view: &ChannelView, recording: &RecordingView, file: &File) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(
        file.track
            .as_deref()
            .map(|track| if track == "audio_and_video" { "audio and video" } else { track }.to_owned()),
    );
    parts.extend(
        file.user.as_deref().map(|user| if user == "0" { "all users".to_owned() } else { format!("user {user}") }),
    );
    parts.extend(file.began.map(|at| format!("first slice {}", clock(at))));
    parts.extend(special(&rules(view, recording).fits(&file.name)));
    if parts.is_empty() {
        return "listed by its name alone".to_owned();
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::monitor::ids::{Mode, Sid};
    use crate::ui::testing::{ago, recording};

    fn listed(mode: Mode, names: &[&str]) -> (ChannelView, RecordingView) {
        let file = |name: &&str| File { name: (*name).into(), track: None, user: None, began: None };
        let files: Vec<File> = names.iter().map(file).collect();
        let view = ChannelView { mode, ..recording(7, "court-03") };
        let it = view.recording.clone().expect("it records");
        let sid = Sid::new("5f2c");
        let m3u8 = Predicted::new(&view.mode, &sid, &view.cname).playlist().into();
        (view, RecordingView { sid, m3u8, files: Arc::from(files), ..it })
    }

    fn checked(mode: Mode, names: &[&str]) -> String {
        let (view, recording) = listed(mode, names);
        names_checked(&view, &recording)
    }

    #[test]
    fn a_name_is_checked_only_when_agora_told_it() {
        assert_eq!(checked(Mode::Mix, &[]), "by the naming rules, not checked yet");
        assert_eq!(checked(Mode::Mix, &["rec/5f2c_court-03.m3u8"]), "checked with Agora");
        let differs = checked(Mode::Mix, &["rec/5f2c_court-03.m3u8", "rec/5f2c_court-04.m3u8"]);
        assert!(differs.starts_with("differs from the naming rules, rec/5f2c_court-04.m3u8: "), "{differs}");
    }

    #[test]
    fn individual_playlists_are_held_against_their_pattern() {
        let names = ["5f2c_court-03__uid_s_41__uid_e_audio.m3u8", "5f2c_court-03__uid_s_41__uid_e_video.m3u8"];
        assert_eq!(checked(Mode::Individual, &names), "checked with Agora: all 2 names follow the rules");
        assert!(checked(Mode::Mix, &names).contains("no known rule describes it"));
        let (_, recording) = listed(Mode::Individual, &names);
        assert!(is_pattern(&recording));
        assert_eq!(playlist(&recording), "5f2c_court-03__uid_s_*__uid_e_*.m3u8");
    }

    #[test]
    fn a_file_is_told_with_its_track_its_user_its_first_slice_and_what_is_special_about_it() {
        let (view, recording) = listed(Mode::Mix, &[]);
        let name = "5f2c_court-03.m3u8".into();
        let it = File { name, track: Some("video".into()), user: Some("41".into()), began: Some(ago(7)) };
        assert_eq!(file(&view, &recording, &it), "video, user 41, first slice 14:32:00");
        let name = "bak0_5f2c_court-03.m3u8".into();
        let all = File { name, track: Some("audio_and_video".into()), user: Some("0".into()), began: None };
        let told = file(&view, &recording, &all);
        assert_eq!(told, "audio and video, all users, bak0: from after a failover");
    }
}
