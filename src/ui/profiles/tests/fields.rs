//! The table of settings is whole and has nothing in it that is dead.

use std::collections::BTreeSet;

use super::super::check::check;
use super::super::fields::{self, Kind, When};
use super::super::tree;
use crate::profile::choices::{
    Area, AudioProfile, ChannelType, Cipher, Kind as Mode, RenderMode, Siblings, Sse, StartParameter, StreamMode,
    StreamTypes, VideoStream,
};

/// Profiles that together say everything that can be said in a mode.
fn full(mode: Mode) -> Vec<toml::Table> {
    let acquire =
        "[acquire]\nresource_expired_hour = 24\nregion = \"EU\"\nstart_parameter = \"send\"\nsiblings = \"exclude\"\n";
    let keys = "access_key = { env = \"A\" }\nsecret_key = { env = \"S\" }\nbucket = \"b\"\n";
    let amazon = format!(
        "[storage]\nvendor = \"amazon_s3\"\nregion = \"EU_CENTRAL_1\"\nfile_name_prefix = [\"a\"]\nsse = \"kms\"\ntag = \"t\"\n\
         sts_token = {{ env = \"T\" }}\nsts_expiration = 1\n{keys}"
    );
    let other = format!("[storage]\nvendor = \"s3_compatible\"\nendpoint = \"s3.example.org\"\n{keys}");
    let common = "[recording]\nchannel_type = \"communication\"\nstream_types = \"both\"\nmax_idle_time = 60\n\
                  video_stream_type = \"low\"\nprivate_params = \"{}\"\n";
    let only = "subscribe_audio_uids = [7]\nsubscribe_video_uids = [7]\n";
    let except = "unsubscribe_audio_uids = [7]\nunsubscribe_video_uids = [7]\n";
    let decryption = "decryption = { mode = \"aes_256_gcm2\", secret = { env = \"D\" }, salt = { env = \"E\" } }\n";
    let texts = match mode {
        Mode::Individual => vec![
            format!(
                "mode = \"individual\"\n{acquire}{common}{only}{decryption}stream_mode = \"standard\"\n\
                 subscribe_uid_group = 0\nav_file_type = []\n[snapshot]\ncapture_interval = 30\n{amazon}"
            ),
            format!("mode = \"individual\"\n{common}{except}subscribe_uid_group = 0\n{other}"),
        ],
        Mode::Mix => vec![
            format!(
                "mode = \"mix\"\n{acquire}{common}{only}{decryption}audio_profile = \"high\"\nav_file_type = [\"hls\", \"mp4\"]\n\
                 [recording.transcoding]\nwidth = 640\nheight = 360\nfps = 30\nbitrate = 800\nlayout = \"vertical\"\n\
                 max_resolution_uid = 7\nbackground_color = \"#102030\"\nbackground_image = \"https://example.org/a.jpg\"\n\
                 default_user_background_image = \"https://example.org/b.jpg\"\n\
                 backgrounds = [{{ uid = 7, image = \"https://example.org/c.jpg\", render_mode = \"fit\" }}]\n{amazon}"
            ),
            format!(
                "mode = \"mix\"\n{common}{except}[recording.transcoding]\nlayout = \"custom\"\n\
                 regions = [{{ uid = 7, x = 0.0, y = 0.0, width = 0.5, height = 1.0, alpha = 0.5, render_mode = \"fit\" }}]\n{other}"
            ),
        ],
        Mode::Web => vec![
            format!(
                "mode = \"web\"\n{acquire}[web]\nurl = \"https://example.org\"\naudio_profile = \"high\"\nvideo_width = 1280\n\
                 video_height = 720\nmax_recording_hour = 3\nvideo_bitrate = 1000\nvideo_fps = 30\nmobile = true\n\
                 max_video_duration = 60\nonhold = true\nready_timeout = 30\nav_file_type = [\"hls\", \"mp4\"]\n\
                 rtmp_url = {{ env = \"R\" }}\n{amazon}"
            ),
            format!(
                "mode = \"web\"\n[web]\nurl = \"https://example.org\"\nvideo_width = 1280\nvideo_height = 720\n\
                 max_recording_hour = 3\n{other}"
            ),
        ],
    };
    texts.iter().map(|text| text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"))).collect()
}

/// The paths of all settings in a tree, lists and references to variables taken as one.
fn paths(table: &toml::Table, at: &str, into: &mut BTreeSet<String>) {
    for (key, value) in table {
        let path = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
        match value.as_table().filter(|inner| !inner.contains_key("env")) {
            Some(inner) => paths(inner, &path, into),
            None => drop(into.insert(path)),
        }
    }
}

#[test]
fn every_setting_of_a_profile_has_its_row_and_every_row_its_setting() {
    for mode in Mode::ALL {
        let mut said = BTreeSet::new();
        for values in full(*mode) {
            let checked = check(&values);
            assert_eq!(checked.problems, [], "{mode:?}");
            paths(&tree::of(&checked.draft.expect("nothing is wrong")), "", &mut said);
        }
        said.remove("mode");
        let rows = fields::all().filter(|field| field.modes.contains(mode) && field.kind != Kind::Group);
        let known: BTreeSet<String> = rows.map(|field| field.path.to_owned()).collect();
        assert_eq!(said, known, "{mode:?}");
    }
}

#[test]
fn nothing_of_a_profile_is_lost_between_the_book_and_the_form() {
    for mode in Mode::ALL {
        for values in full(*mode) {
            let draft = check(&values).draft.expect("nothing is wrong");
            let values = tree::of(&draft);
            assert_eq!(tree::effective(&values), values, "{mode:?}");
            assert_eq!(check(&values).draft, Some(draft), "{mode:?}");
        }
    }
}

#[test]
fn columns_are_the_members_of_their_tables() {
    for (path, key) in [("recording.transcoding.regions", "x"), ("recording.transcoding.backgrounds", "image")] {
        let field = fields::of_path(Mode::Mix, path).expect("a row");
        let Kind::Rows(columns) = field.kind else { panic!("{path} is a list of tables") };
        let said = full(Mode::Mix).into_iter().find_map(|values| {
            let draft = check(&values).draft?;
            let rows = tree::get(&tree::of(&draft), path)?.as_array()?.clone();
            Some(rows[0].as_table()?.keys().cloned().collect::<BTreeSet<_>>())
        });
        let known: BTreeSet<String> = columns.iter().map(|column| column.key.to_owned()).collect();
        assert!(known.contains(key));
        assert_eq!(said, Some(known), "{path}");
    }
}

#[test]
fn the_words_of_every_choice_are_those_of_its_type() {
    let of = |path: &str| -> Vec<&str> {
        let field = fields::all().find(|field| field.path == path).unwrap_or_else(|| panic!("no {path}"));
        let Kind::Choice(words) = field.kind else { panic!("{path} is no choice") };
        let mut words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        words.sort_unstable();
        words
    };
    fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> Vec<&'static str> {
        let mut words: Vec<&str> = all.iter().map(|it| word(*it)).collect();
        words.sort_unstable();
        words
    }
    assert_eq!(of("acquire.region"), words(Area::ALL, Area::word));
    assert_eq!(of("acquire.start_parameter"), words(StartParameter::ALL, StartParameter::word));
    assert_eq!(of("acquire.siblings"), words(Siblings::ALL, Siblings::word));
    assert_eq!(of("recording.channel_type"), words(ChannelType::ALL, ChannelType::word));
    assert_eq!(of("recording.stream_types"), words(StreamTypes::ALL, StreamTypes::word));
    assert_eq!(of("recording.video_stream_type"), words(VideoStream::ALL, VideoStream::word));
    assert_eq!(of("recording.stream_mode"), words(StreamMode::ALL, StreamMode::word));
    assert_eq!(of("recording.audio_profile"), words(AudioProfile::ALL, AudioProfile::word));
    assert_eq!(of("web.audio_profile"), words(AudioProfile::ALL, AudioProfile::word));
    assert_eq!(of("recording.decryption.mode"), words(Cipher::ALL, Cipher::word));
    assert_eq!(of("storage.sse"), words(Sse::ALL, Sse::word));
    for field in fields::all() {
        if let Kind::Rows(columns) = field.kind {
            let choice = columns.iter().find_map(|column| {
                let Kind::Choice(words) = column.kind else { return None };
                Some(words.iter().map(|(word, _)| *word).collect::<Vec<_>>())
            });
            assert_eq!(choice, Some(RenderMode::ALL.iter().map(|mode| mode.word()).collect()));
        }
        assert!(!field.label.is_empty() && !field.json.is_empty() && !field.help.is_empty(), "{}", field.path);
        assert!(!field.range.is_empty(), "{}", field.path);
        if let When::Is(path, _) | When::Has(path) = field.shown {
            assert!(fields::all().any(|other| other.path == path), "{} depends on {path}", field.path);
        }
    }
}
