//! What a recorder takes from a channel.

use super::{CHANNEL, Field, INDIVIDUAL, Kind, MIX, Section, When};

/// The three kinds of sound.
pub const AUDIO_PROFILES: &[(&str, &str)] = &[
    ("standard", "48 kHz mono, 48 kbit/s"),
    ("high", "48 kHz mono, 128 kbit/s"),
    ("high_stereo", "48 kHz stereo, 192 kbit/s"),
];

/// Kinds of files of composite and web recordings.
pub const FILES: &[(&[&str], &str)] = &[(&["hls"], "HLS"), (&["hls", "mp4"], "HLS and MP4")];

const SALTED: &[&str] = &["aes_128_gcm2", "aes_256_gcm2"];

const fn field(path: &'static str, label: &'static str, json: &'static str, section: Section, kind: Kind) -> Field {
    Field { path, label, json, section, kind, modes: CHANNEL, shown: When::Always, default: "", range: "", help: "" }
}

/// All of them.
pub const FIELDS: &[Field] = &[
    Field {
        range: "Live broadcast or communication",
        help: "What the apps in the channel use. Where it differs, the recorder joins and records nothing",
        ..field(
            "recording.channel_type",
            "Channel profile",
            "channelType",
            Section::Channel,
            Kind::Choice(&[("live_broadcast", "Live broadcast"), ("communication", "Communication")]),
        )
    },
    Field {
        default: "both",
        range: "Sound, pictures or both",
        help: "What is recorded of each user",
        ..field(
            "recording.stream_types",
            "Recorded",
            "streamTypes",
            Section::Channel,
            Kind::Choice(&[("both", "Sound and pictures"), ("audio", "Sound only"), ("video", "Pictures only")]),
        )
    },
    Field {
        default: "300",
        range: "5 to 2592000 seconds (30 days)",
        help: "Agora ends the recording after so long without anybody who publishes (live broadcast) or without any user \
               (communication). Agora advises 300; its own default of 30 ends recordings in every short break",
        ..field("recording.max_idle_time", "Ends when empty for", "maxIdleTime", Section::Channel, Kind::Number("s"))
    },
    Field {
        default: "high",
        range: "Large or small",
        help: "Which of the two pictures of a user who sends both. Where the apps send one only, it is that one",
        ..field(
            "recording.video_stream_type",
            "Video stream",
            "videoStreamType",
            Section::Channel,
            Kind::Choice(&[("high", "Large"), ("low", "Small")]),
        )
    },
    Field {
        modes: INDIVIDUAL,
        default: "default",
        range: "Joined and original have their conditions",
        help: "Separate: sound and pictures in files of their own. Joined: one more playlist that joins them. Original: sound as \
               it was sent, where nothing but sound is recorded",
        ..field(
            "recording.stream_mode",
            "Streams",
            "streamMode",
            Section::Channel,
            Kind::Choice(&[("default", "Separate"), ("standard", "Joined"), ("original", "Original sound")]),
        )
    },
    Field {
        modes: MIX,
        default: "standard",
        range: "One of the three",
        help: "The mixed sound",
        ..field("recording.audio_profile", "Sound", "audioProfile", Section::Channel, Kind::Choice(AUDIO_PROFILES))
    },
    Field {
        modes: INDIVIDUAL,
        range: "0 to 5",
        help: "For how many users Agora provides. 0: 1 to 2 users, 1: 3 to 7, 2: 8 to 12, 3: 13 to 17, 4: 18 to 32, 5: 33 to 49",
        ..field(
            "recording.subscribe_uid_group",
            "Group of users",
            "subscribeUidGroup",
            Section::Users,
            Kind::Number(""),
        )
    },
    Field {
        default: "everybody",
        range: "1 to 32 UIDs with commas, or all",
        help: "Whose sound is recorded, and nobody else's. Where something is said about sound and nothing about pictures, no \
               pictures are recorded",
        ..field("recording.subscribe_audio_uids", "Sound of", "subscribeAudioUids", Section::Users, Kind::Uids)
    },
    Field {
        default: "nobody",
        range: "1 to 32 UIDs with commas",
        help: "Whose sound is left out; everybody else's is recorded. It does not go together with «Sound of»",
        ..field("recording.unsubscribe_audio_uids", "Sound without", "unsubscribeAudioUids", Section::Users, Kind::Uids)
    },
    Field {
        default: "everybody",
        range: "1 to 32 UIDs with commas, or all",
        help: "Whose pictures are recorded, and nobody else's. Where something is said about pictures and nothing about sound, no \
               sound is recorded. A composite recording shows 17 users at most",
        ..field("recording.subscribe_video_uids", "Pictures of", "subscribeVideoUids", Section::Users, Kind::Uids)
    },
    Field {
        default: "nobody",
        range: "1 to 32 UIDs with commas",
        help: "Whose pictures are left out; everybody else's are recorded. It does not go together with «Pictures of»",
        ..field(
            "recording.unsubscribe_video_uids",
            "Pictures without",
            "unsubscribeVideoUids",
            Section::Users,
            Kind::Uids,
        )
    },
    Field {
        modes: MIX,
        default: "hls",
        range: "HLS, or HLS and MP4",
        help: "HLS is a playlist with pieces of 15 s. MP4 is made at the end and comes later, a new one about every 2 hours",
        ..field("recording.av_file_type", "Kinds of files", "avFileType", Section::Files, Kind::Files(FILES))
    },
    Field {
        modes: INDIVIDUAL,
        default: "hls",
        range: "HLS, or none where there are screenshots",
        help: "Individual recordings make HLS. None leaves screenshots only",
        ..field(
            "recording.av_file_type",
            "Kinds of files",
            "avFileType",
            Section::Files,
            Kind::Files(&[(&["hls"], "HLS"), (&[], "None")]),
        )
    },
    Field {
        modes: INDIVIDUAL,
        default: "off",
        range: "Yes or no; needs pictures",
        help: "JPG pictures of every user at regular times",
        ..field("snapshot", "Screenshots", "snapshotConfig", Section::Files, Kind::Group)
    },
    Field {
        modes: INDIVIDUAL,
        default: "10",
        range: "5 to 3600 seconds",
        help: "From one screenshot to the next",
        ..field("snapshot.capture_interval", "One every", "captureInterval", Section::Files, Kind::Number("s"))
    },
    Field {
        default: "none",
        range: "A JSON object",
        help: "Switches that Agora's support hands out. {\"correctEXTINF\":true} adds the comma after #EXTINF in playlists",
        ..field("recording.private_params", "Private switches", "privateParams", Section::Files, Kind::Text)
    },
    Field {
        default: "off",
        range: "Yes or no",
        help: "Has to be what the apps of the channel do. Where it differs, the files are empty or noise",
        ..field("recording.decryption", "Channel is encrypted", "decryptionMode", Section::Encryption, Kind::Group)
    },
    Field {
        range: "One of Agora's eight modes, the same as in the apps",
        help: "How the apps encrypt",
        ..field(
            "recording.decryption.mode",
            "Mode",
            "decryptionMode",
            Section::Encryption,
            Kind::Choice(&[
                ("aes_128_xts", "AES-128 XTS"),
                ("aes_128_ecb", "AES-128 ECB"),
                ("aes_256_xts", "AES-256 XTS"),
                ("sm4_128_ecb", "SM4-128 ECB"),
                ("aes_128_gcm", "AES-128 GCM"),
                ("aes_256_gcm", "AES-256 GCM"),
                ("aes_128_gcm2", "AES-128 GCM2, with salt"),
                ("aes_256_gcm2", "AES-256 GCM2, with salt"),
            ]),
        )
    },
    Field {
        range: "A variable's name",
        help: "The name of the variable that holds the key of the channel, not the key itself",
        ..field("recording.decryption.secret", "Key in", "secret", Section::Encryption, Kind::Secret)
    },
    Field {
        shown: When::Is("recording.decryption.mode", SALTED),
        range: "A variable's name; it holds 32 bytes in base64",
        help: "The name of the variable that holds the salt, not the salt itself",
        ..field("recording.decryption.salt", "Salt in", "salt", Section::Encryption, Kind::Secret)
    },
];
