//! What profiles send and what they show, mode by mode. Each is written as the file would say it.

use secrecy::ExposeSecret;

use super::file::Sections;
use super::*;
use crate::monitor::ids::ResourceId;

/// A draft from the text of its tables.
pub fn draft(text: &str) -> Draft {
    try_draft(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

pub fn try_draft(text: &str) -> Result<Draft, String> {
    let sections: Sections = toml::from_str(text).map_err(|error| error.to_string())?;
    Draft::try_from(sections).map_err(|error| error.to_string())
}

/// Every variable holds a canary that fits its name.
pub fn environment(name: &str) -> Option<String> {
    Some(match name {
        "SALT" => "Q0FOQVJZLXNhbHQtb2YtMzItYnl0ZXMtbG9uZy4uLi4=".to_owned(),
        "RTMP" => "rtmp://live.example/app/CANARY-stream".to_owned(),
        _ => format!("CANARY-{}", name.to_lowercase()),
    })
}

pub fn profile(text: &str) -> Profile {
    draft(text).resolve(&environment).expect("every variable is set")
}

const STORAGE: &str = "[storage]\nvendor = \"amazon_s3\"\nregion = \"EU_CENTRAL_1\"\nbucket = \"b\"\n\
                       access_key = { env = \"ACCESS\" }\nsecret_key = { env = \"SECRET\" }\n";

/// The smallest of each mode.
pub fn smallest(kind: Kind) -> String {
    let head = match kind {
        Kind::Mix => "[recording]\nchannel_type = \"live_broadcast\"\n",
        Kind::Individual => {
            "mode = \"individual\"\n[recording]\nchannel_type = \"live_broadcast\"\nsubscribe_uid_group = 0\n"
        }
        Kind::Web => {
            "mode = \"web\"\n[web]\nurl = \"https://example.org/\"\nvideo_width = 1280\nvideo_height = 720\n\
             max_recording_hour = 3\n"
        }
    };
    format!("{head}{STORAGE}")
}

/// Everything a mode knows, none of it at its default.
pub fn fullest(kind: Kind) -> String {
    let acquire =
        "[acquire]\nresource_expired_hour = 24\nregion = \"EU\"\nstart_parameter = \"send\"\nsiblings = \"exclude\"\n";
    let common = "channel_type = \"communication\"\nmax_idle_time = 60\nvideo_stream_type = \"low\"\n\
                  subscribe_audio_uids = \"all\"\nunsubscribe_video_uids = [7, 8]\nprivate_params = '{\"correctEXTINF\":true}'\n\
                  decryption = { mode = \"aes_256_gcm2\", secret = { env = \"DECRYPT\" }, salt = { env = \"SALT\" } }\n";
    let head = match kind {
        Kind::Mix => format!(
            "{acquire}[recording]\n{common}stream_types = \"video\"\naudio_profile = \"high_stereo\"\n\
             av_file_type = [\"hls\", \"mp4\"]\n[recording.transcoding]\nwidth = 640\nheight = 480\nfps = 30\nbitrate = 800\n\
             layout = \"custom\"\nbackground_color = '#102030'\nbackground_image = \"https://example.org/a.jpg\"\n\
             default_user_background_image = \"https://example.org/b.jpg\"\n\
             backgrounds = [{{ uid = 7, image = \"https://example.org/c.jpg\", render_mode = \"fit\" }}]\n\
             regions = [{{ uid = 7, x = 0.0, y = 0.5, width = 1.0, height = 0.25, alpha = 0.5, render_mode = \"fit\" }}, \
             {{ x = 0.1, y = 0.2, width = 0.3, height = 0.4 }}]\n"
        ),
        Kind::Individual => format!(
            "mode = \"individual\"\n{acquire}[recording]\n{common}stream_mode = \"standard\"\nsubscribe_uid_group = 5\n\
             [snapshot]\ncapture_interval = 5\n"
        ),
        Kind::Web => format!(
            "mode = \"web\"\n{acquire}[web]\nurl = \"https://example.org/\"\naudio_profile = \"high\"\nvideo_width = 1280\n\
             video_height = 720\nmax_recording_hour = 3\nvideo_bitrate = 1500\nvideo_fps = 25\nmobile = true\n\
             max_video_duration = 30\nonhold = true\nready_timeout = 30\nav_file_type = [\"hls\", \"mp4\"]\n\
             rtmp_url = {{ env = \"RTMP\" }}\n"
        ),
    };
    format!(
        "{head}{STORAGE}file_name_prefix = [\"rec\", \"2026\"]\nsse = \"kms\"\ntag = \"t\"\nsts_token = {{ env = \"STS\" }}\n\
         sts_expiration = 1772439302\n"
    )
}

fn sent(profile: &Profile, token: Option<&str>) -> String {
    let token = token.map(SecretString::from);
    profile.start_request(token.as_ref()).sent().expose_secret().to_owned()
}

const SENT_STORAGE: &str =
    r#""storageConfig":{"vendor":1,"region":7,"bucket":"b","accessKey":"CANARY-access","secretKey":"CANARY-secret""#;

#[test]
fn the_smallest_profiles_send_what_the_service_demands_and_no_more() {
    let start = |kind| sent(&profile(&smallest(kind)), None);
    let mix = r#"{"recordingConfig":{"channelType":1,"streamTypes":2,"maxIdleTime":300},"recordingFileConfig":{"avFileType":["hls"]},"#;
    assert_eq!(start(Kind::Mix), format!("{mix}{SENT_STORAGE}}}}}"));
    let individual = r#"{"recordingConfig":{"channelType":1,"streamTypes":2,"maxIdleTime":300,"subscribeUidGroup":0},"recordingFileConfig":{"avFileType":["hls"]},"#;
    assert_eq!(start(Kind::Individual), format!("{individual}{SENT_STORAGE}}}}}"));
    let web = concat!(
        r#"{"extensionServiceConfig":{"errorHandlePolicy":"error_abort","extensionServices":[{"serviceName":"web_recorder_service","#,
        r#""errorHandlePolicy":"error_abort","serviceParam":{"url":"https://example.org/","audioProfile":0,"videoWidth":1280,"#,
        r#""videoHeight":720,"maxRecordingHour":3}}]},"recordingFileConfig":{"avFileType":["hls"]},"#,
    );
    assert_eq!(start(Kind::Web), format!("{web}{SENT_STORAGE}}}}}"));
}

const FULL_STORAGE: &str = r#","stsToken":"CANARY-sts","stsExpiration":1772439302,"fileNamePrefix":["rec","2026"],"extensionParams":{"sse":"kms","tag":"t"}}}"#;

#[test]
fn the_fullest_composite_profile_is_sent_to_the_letter() {
    let expected = concat!(
        r#"{"token":"CANARY-token","recordingConfig":{"channelType":0,"streamTypes":1,"decryptionMode":8,"#,
        r#""secret":"CANARY-decrypt","salt":"Q0FOQVJZLXNhbHQtb2YtMzItYnl0ZXMtbG9uZy4uLi4=","maxIdleTime":60,"#,
        r##""videoStreamType":1,"audioProfile":2,"subscribeAudioUids":["#allstream#"],"unsubscribeVideoUids":["7","8"],"##,
        r##""transcodingConfig":{"width":640,"height":480,"fps":30,"bitrate":800,"mixedVideoLayout":3,"backgroundColor":"#102030","##,
        r#""backgroundImage":"https://example.org/a.jpg","defaultUserBackgroundImage":"https://example.org/b.jpg","#,
        r#""layoutConfig":[{"uid":"7","x_axis":0,"y_axis":0.5,"width":1,"height":0.25,"alpha":0.5,"render_mode":1},"#,
        r#"{"x_axis":0.1,"y_axis":0.2,"width":0.3,"height":0.4,"alpha":1,"render_mode":0}],"#,
        r#""backgroundConfig":[{"uid":"7","image_url":"https://example.org/c.jpg","render_mode":1}]},"#,
        r#""privateParams":"{\"correctEXTINF\":true}"},"recordingFileConfig":{"avFileType":["hls","mp4"]},"#,
    );
    let start = sent(&profile(&fullest(Kind::Mix)), Some("CANARY-token"));
    assert_eq!(start, format!("{expected}{SENT_STORAGE}{FULL_STORAGE}"));
}

#[test]
fn the_fullest_individual_profile_is_sent_to_the_letter() {
    let expected = concat!(
        r#"{"recordingConfig":{"channelType":0,"streamTypes":2,"streamMode":"standard","decryptionMode":8,"#,
        r#""secret":"CANARY-decrypt","salt":"Q0FOQVJZLXNhbHQtb2YtMzItYnl0ZXMtbG9uZy4uLi4=","maxIdleTime":60,"#,
        r##""videoStreamType":1,"subscribeAudioUids":["#allstream#"],"unsubscribeVideoUids":["7","8"],"##,
        r#""subscribeUidGroup":5,"privateParams":"{\"correctEXTINF\":true}"},"recordingFileConfig":{"avFileType":["hls"]},"#,
        r#""snapshotConfig":{"captureInterval":5,"fileType":["jpg"]},"#,
    );
    assert_eq!(sent(&profile(&fullest(Kind::Individual)), None), format!("{expected}{SENT_STORAGE}{FULL_STORAGE}"));
}

#[test]
fn the_fullest_web_profile_is_sent_to_the_letter_and_without_a_token() {
    let expected = concat!(
        r#"{"extensionServiceConfig":{"errorHandlePolicy":"error_abort","extensionServices":[{"serviceName":"web_recorder_service","#,
        r#""errorHandlePolicy":"error_abort","serviceParam":{"url":"https://example.org/","audioProfile":1,"videoWidth":1280,"#,
        r#""videoHeight":720,"maxRecordingHour":3,"videoBitrate":1500,"videoFps":25,"mobile":true,"maxVideoDuration":30,"#,
        r#""onhold":true,"readyTimeout":30}},{"serviceName":"rtmp_publish_service","errorHandlePolicy":"error_ignore","#,
        r#""serviceParam":{"outputs":[{"rtmpUrl":"rtmp://live.example/app/CANARY-stream"}]}}]},"#,
        r#""recordingFileConfig":{"avFileType":["hls","mp4"]},"#,
    );
    let start = sent(&profile(&fullest(Kind::Web)), Some("CANARY-token"));
    assert_eq!(start, format!("{expected}{SENT_STORAGE}{FULL_STORAGE}"));
}

#[test]
fn screenshots_alone_have_no_file_config() {
    let text = smallest(Kind::Individual).replace("[storage]", "av_file_type = []\n[snapshot]\n[storage]");
    let start = sent(&profile(&text), None);
    assert!(!start.contains("recordingFileConfig") && start.contains(r#""captureInterval":10"#), "{start}");
}

#[test]
fn acquire_repeats_the_start_byte_for_byte_where_the_profile_says_so() {
    let siblings = [ResourceId::new("R1"), ResourceId::new("R2")];
    for kind in Kind::ALL {
        let token = Some(SecretString::from("CANARY-token"));
        let full = profile(&fullest(*kind));
        let acquire = full.acquire_request(token.as_ref(), &siblings).sent();
        let start = full.start_request(token.as_ref()).sent();
        let scene = u8::from(*kind == Kind::Web);
        let (start, siblings) = (start.expose_secret(), r#""excludeResourceIds":["R1","R2"],"region":"EU"}"#);
        let expected = format!(r#"{{"scene":{scene},"resourceExpiredHour":24,"startParameter":{start},{siblings}"#);
        assert_eq!(acquire.expose_secret(), expected);
        let alone = full.acquire_request(None, &[]).shown();
        assert!(!alone.contains("excludeResourceIds"), "an empty list would say nothing");
        let least = profile(&smallest(*kind)).acquire_request(token.as_ref(), &self::siblings()).sent();
        assert_eq!(least.expose_secret(), format!(r#"{{"scene":{scene},"resourceExpiredHour":72}}"#));
    }
}

fn siblings() -> Vec<ResourceId> {
    vec![ResourceId::new("R1")]
}

#[test]
fn no_secret_is_in_a_preview_or_in_debug() {
    for text in Kind::ALL.iter().flat_map(|kind| [smallest(*kind), fullest(*kind)]) {
        let (draft, profile) = (draft(&text), profile(&text));
        let token = SecretString::from("CANARY-token");
        let acquire = profile.acquire_request(Some(&token), &[]);
        let shown = [
            profile.preview(Some(&token)),
            format!("{draft:?}{profile:?}{acquire:?}{:?}", profile.secrets()),
            acquire.shown(),
        ];
        for shown in shown {
            assert!(!shown.contains("CANARY") && !shown.contains("Q0FOQVJZ"), "{shown}");
        }
        let hidden = profile.preview(Some(&token)).matches("\"(hidden)\"").count();
        let tokens = usize::from(profile.kind() != Kind::Web);
        assert_eq!(hidden, profile.secrets().len() + tokens, "each of them has its place");
    }
}

#[test]
fn every_variable_that_is_missing_is_told_at_once_and_its_name_is_not_repeated() {
    let text = fullest(Kind::Mix);
    let missing = draft(&text).resolve(&|_| None).expect_err("nothing is set");
    let told: Vec<String> = missing.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 5, "{told:?}");
    assert_eq!(told[0], "recording.decryption.secret: the environment variable named here is not set");
    let wrong = |name: &str| Some(if name == "SALT" { "CANARY".to_owned() } else { environment(name)? });
    let told = draft(&text).resolve(&wrong).expect_err("no salt")[0].to_string();
    assert!(told.contains("recording.decryption.salt") && told.contains("32 bytes"), "{told}");
    assert!(!told.contains("CANARY") && !told.contains("SALT"), "{told}");
}

#[test]
fn a_web_page_has_no_idle_time() {
    let idle = |kind| draft(&smallest(kind)).max_idle();
    assert_eq!(idle(Kind::Web), None);
    assert_eq!([idle(Kind::Mix), idle(Kind::Individual)], [Some(Duration::from_secs(300)); 2]);
    let modes: Vec<Mode> = Kind::ALL.iter().map(|kind| draft(&smallest(*kind)).mode()).collect();
    assert_eq!(modes, [Mode::Individual, Mode::Mix, Mode::Web]);
}
