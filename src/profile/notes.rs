//! What the service will accept and what may still bite. Nothing here is an error: whoever knows better may go on.

use super::Recipe;
use super::choices::{Area, StreamTypes};
use super::invalid::Note;
use super::layout::{Layout, REGIONS_AT_MOST, Region, Transcoding};
use super::numbers::{MaxIdleTime, Share};
use super::recording::{Common, Individual, Mix};
use super::secret::Secret;
use super::storage::Storage;
use super::web::Page;
use super::{Acquire, Body};

/// Rates that are known to work with any bit rate.
const EVERYDAY_FPS: [u32; 2] = [15, 30];
/// A page up to this size never meets the service's limit of capability.
const SURE_PIXELS: u32 = 1280 * 720;

impl<S: Secret> Recipe<S> {
    /// Everything worth knowing before this profile is used, in the order of its tables.
    pub fn warnings(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        match &self.body {
            Body::Individual(individual) => {
                of_common(individual.common(), &mut notes);
                of_individual(individual, &mut notes);
            }
            Body::Mix(mix) => {
                of_common(&mix.common, &mut notes);
                of_mix(mix, &mut notes);
            }
            Body::Web(web) => of_page(&web.page, &self.acquire, &mut notes),
        }
        of_storage(&self.storage, self.acquire.region, &mut notes);
        notes
    }
}

fn of_common<S>(common: &Common<S>, notes: &mut Vec<Note>) {
    let advice = MaxIdleTime::default().get();
    if common.max_idle_time.get() < advice {
        let says = format!(
            "a channel that is empty for {} s ends the recording; the vendor advises {advice} s in production",
            common.max_idle_time.get()
        );
        notes.push(Note::new("recording.max_idle_time", says));
    }
    let (audio, video) = (common.audio.is_said(), common.video.is_said());
    let lone = |listed: &str, other: &str| {
        format!(
            "UIDs are given for {listed} only, so Agora records no {other} at all; give {other} a list too, or \"all\""
        )
    };
    match common.stream_types {
        StreamTypes::Both if audio && !video => {
            notes.push(Note::new("recording.subscribe_video_uids", lone("audio", "video")))
        }
        StreamTypes::Both if video && !audio => {
            notes.push(Note::new("recording.subscribe_audio_uids", lone("video", "audio")))
        }
        StreamTypes::Audio if video => notes.push(idle("recording.subscribe_video_uids", "no video is recorded")),
        StreamTypes::Video if audio => notes.push(idle("recording.subscribe_audio_uids", "no audio is recorded")),
        StreamTypes::Both | StreamTypes::Audio | StreamTypes::Video => {}
    }
}

fn idle(about: &str, because: &str) -> Note {
    Note::new(about, format!("has no effect, since {because} (stream_types)"))
}

fn of_individual<S: Secret>(individual: &Individual<S>, notes: &mut Vec<Note>) {
    let listed = individual.common().audio.listed().max(individual.common().video.listed());
    let covers = individual.uid_group().covers();
    if listed > covers {
        let says = format!("is for {covers} users at most, and {listed} are listed; choose a greater group");
        notes.push(Note::new("recording.subscribe_uid_group", says));
    }
}

fn of_mix<S>(mix: &Mix<S>, notes: &mut Vec<Note>) {
    let listed = mix.common.video.listed();
    if listed > REGIONS_AT_MOST {
        let says = format!("lists {listed} users; the picture shows the first {REGIONS_AT_MOST} only");
        notes.push(Note::new("recording.subscribe_video_uids", says));
    }
    let Some(transcoding) = &mix.transcoding else { return };
    if mix.common.stream_types == StreamTypes::Audio {
        notes.push(idle("recording.transcoding", "no video is recorded"));
        return;
    }
    of_transcoding(transcoding, notes);
}

fn of_transcoding(transcoding: &Transcoding, notes: &mut Vec<Note>) {
    let picture = transcoding.picture();
    let fps = picture.fps.get();
    if !EVERYDAY_FPS.contains(&fps) {
        let says = format!(
            "{fps} frames per second are unusual: with some bit rates (24 at 800 kbit/s) recordings started and never recorded; \
             15 and 30 are safe"
        );
        notes.push(Note::new("recording.transcoding.fps", says));
    }
    if let Layout::Custom(regions) = &picture.arrangement.layout {
        for (at, _) in regions.regions().iter().enumerate().filter(|(_, region)| leaves_picture(region)) {
            let says = format!("region {} reaches beyond the picture: x + width or y + height is over 1", at + 1);
            notes.push(Note::new("recording.transcoding.regions", says));
        }
    }
}

/// Whether a part of a region lies outside.
fn leaves_picture(region: &Region) -> bool {
    let over = |from: Share, size: Share| from.millionths() + size.millionths() > 1_000_000;
    over(region.x, region.width) || over(region.y, region.height)
}

fn of_page(page: &Page, acquire: &Acquire, notes: &mut Vec<Note>) {
    let parts = page.parts();
    let (longest, asked) = (parts.max_recording_hour.get(), acquire.resource_expired_hour.get());
    if longest > asked {
        let says = format!(
            "the recording may run for {longest} h and can be queried and stopped for {asked} h only \
             (acquire.resource_expired_hour); make that at least {longest}"
        );
        notes.push(Note::new("web.max_recording_hour", says));
    }
    let pixels = parts.width * parts.height;
    if pixels > SURE_PIXELS {
        let says =
            "pages over 1280x720 may meet the service's limit of capability, which ends the recording (event 72)";
        notes.push(Note::new("web.video_width", says));
    }
    if parts.onhold {
        notes.push(Note::new("web.onhold", "the recording starts paused: nothing is recorded until it is resumed"));
    }
}

fn of_storage<S: Secret>(storage: &Storage<S>, asked: Option<Area>, notes: &mut Vec<Note>) {
    let (vendor, region) = (storage.place().parts().vendor, storage.place().parts().region);
    match vendor.region(region) {
        None => {
            let says =
                format!("{region} is not in the table of {} that reelwatch knows; it is sent as it is", vendor.word());
            notes.push(Note::new("storage.region", says));
        }
        Some((_, name, _)) if vendor.is_old_region(region) => {
            let says = format!("{name} ({region}) stands in an older table only; Agora may refuse it");
            notes.push(Note::new("storage.region", says));
        }
        Some((_, name, area)) => {
            if let (Some(asked), Some(area)) = (asked, area)
                && asked != *area
            {
                let says = format!(
                    "{name} is in {} and acquire asks for {}; Agora wants both in one area",
                    area.word(),
                    asked.word()
                );
                notes.push(Note::new("storage.region", says));
            }
        }
    }
    if let Some(sts) = storage.keys().sts() {
        if sts.expiration.is_none() {
            let says = "is missing: Agora cannot tell when the temporary key ends; give the Unix time in seconds";
            notes.push(Note::new("storage.sts_expiration", says));
        }
        let says = "a temporary key has to live for 4 h at least; in a recording of over 1 h it has to be renewed every 60 minutes";
        notes.push(Note::new("storage.sts_token", says));
    }
}

#[cfg(test)]
mod tests {
    use crate::profile::choices::Kind;
    use crate::profile::tests::{draft, fullest, smallest};

    /// What the notes are about.
    fn about(text: &str) -> Vec<String> {
        draft(text).warnings().into_iter().map(|note| note.about).collect()
    }

    fn with(kind: Kind, table: &str, lines: &str) -> Vec<String> {
        about(&smallest(kind).replacen(&format!("[{table}]\n"), &format!("[{table}]\n{lines}\n"), 1))
    }

    #[test]
    fn a_plain_profile_has_nothing_to_warn_of() {
        for kind in Kind::ALL {
            assert_eq!(about(&smallest(*kind)), [""; 0], "{kind:?}");
        }
    }

    #[test]
    fn each_thing_that_bites_is_told_at_its_setting() {
        let recording = |lines: &str| with(Kind::Mix, "recording", lines);
        assert_eq!(recording("max_idle_time = 299"), ["recording.max_idle_time"]);
        assert_eq!(recording("subscribe_audio_uids = \"all\""), ["recording.subscribe_video_uids"]);
        assert_eq!(recording("unsubscribe_video_uids = [7]"), ["recording.subscribe_audio_uids"]);
        assert_eq!(recording("stream_types = \"audio\"\nsubscribe_audio_uids = [7]"), [""; 0]);
        assert_eq!(
            recording("stream_types = \"audio\"\nsubscribe_video_uids = [7]"),
            ["recording.subscribe_video_uids"]
        );
        assert_eq!(recording("stream_types = \"audio\"\ntranscoding = {}"), ["recording.transcoding"]);
        assert_eq!(recording("transcoding = { fps = 24, bitrate = 800 }"), ["recording.transcoding.fps"]);
        assert_eq!(recording("transcoding = { fps = 30 }"), [""; 0]);
        let many: Vec<u32> = (1..=18).collect();
        let lists = format!("subscribe_audio_uids = {many:?}\nsubscribe_video_uids = {many:?}");
        assert_eq!(recording(&lists), ["recording.subscribe_video_uids"]);
        let group = with(Kind::Individual, "recording", &lists);
        assert_eq!(group, ["recording.subscribe_uid_group"]);
        let beyond =
            "transcoding = { layout = \"custom\", regions = [{ x = 0.6, y = 0.0, width = 0.5, height = 1.0 }] }";
        assert_eq!(recording(beyond), ["recording.transcoding.regions"]);
    }

    #[test]
    fn a_web_page_and_a_storage_have_their_own() {
        let web = |from: &str, to: &str| about(&smallest(Kind::Web).replace(from, to));
        assert_eq!(web("hour = 3", "hour = 72"), [""; 0]);
        assert_eq!(web("hour = 3", "hour = 73"), ["web.max_recording_hour"]);
        assert_eq!(web("hour = 3", "hour = 3\nonhold = true"), ["web.onhold"]);
        assert_eq!(web("1280\nvideo_height = 720", "1920\nvideo_height = 1080"), ["web.video_width"]);
        let region = |to: &str| web("\"EU_CENTRAL_1\"", to);
        assert_eq!(region("17"), ["storage.region"]);
        assert_eq!(region("99"), ["storage.region"]);
        let area = |area: &str| web("[web]", &format!("[acquire]\nregion = \"{area}\"\n[web]"));
        assert_eq!((area("EU"), area("AP")), (vec![], vec!["storage.region".to_owned()]));
        let sts = web("bucket", "sts_token = { env = \"STS\" }\nbucket");
        assert_eq!(sts, ["storage.sts_expiration", "storage.sts_token"]);
    }

    #[test]
    fn no_note_repeats_where_a_secret_is() {
        for kind in Kind::ALL {
            let told: String = draft(&fullest(*kind)).warnings().iter().map(ToString::to_string).collect();
            assert!(!told.contains("STS") && !told.contains("RTMP"), "{told}");
        }
    }
}
