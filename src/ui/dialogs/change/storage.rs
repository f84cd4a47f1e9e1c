//! The storage with new keys: how a temporary token is renewed. Agora wants all of the storage in each renewal, so all of it is
//! asked for; keys are masked.

use egui::Ui;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::monitor::time::Timestamp;
use crate::profile::change::Update;
use crate::profile::choices::Sse;
use crate::profile::storage::{Keys, Place, Storage, StorageParts, Sts};
use crate::profile::vendors::Vendor;
use crate::ui::dialogs::fields::{self, Masked};
use crate::ui::format;
use crate::ui::theme::space;

/// A temporary token has to live this long at least (vendor: start, `stsExpiration`).
const STS_AT_LEAST_S: i64 = 4 * 3600;

/// What is filled in.
#[derive(Debug)]
pub struct StorageForm {
    vendor: Vendor,
    region: u32,
    bucket: String,
    prefix: String,
    endpoint: String,
    tag: String,
    sse: Option<Sse>,
    access_key: Masked,
    secret_key: Masked,
    sts_token: Masked,
    sts_until: String,
    focused: bool,
}

impl Default for StorageForm {
    fn default() -> Self {
        Self {
            vendor: Vendor::AmazonS3,
            region: 0,
            bucket: String::new(),
            prefix: String::new(),
            endpoint: String::new(),
            tag: String::new(),
            sse: None,
            access_key: Masked::default(),
            secret_key: Masked::default(),
            sts_token: Masked::default(),
            sts_until: String::new(),
            focused: false,
        }
    }
}

impl StorageForm {
    /// With the place of the channel's recording profile, since a renewal has to repeat it.
    pub fn with_place(place: &Place) -> Self {
        let StorageParts { vendor, region, bucket, file_name_prefix, sse, tag, endpoint } = place.parts();
        Self {
            vendor: *vendor,
            region: *region,
            bucket: bucket.clone(),
            prefix: file_name_prefix.join("/"),
            endpoint: endpoint.clone().unwrap_or_default(),
            tag: tag.clone().unwrap_or_default(),
            sse: *sse,
            ..Self::default()
        }
    }

    pub fn show(&mut self, ui: &mut Ui, now: Timestamp) {
        self.place(ui);
        ui.add_space(space::M);
        fields::masked(ui, "Access key", &mut self.access_key);
        fields::masked(ui, "Secret key", &mut self.secret_key);
        if takes_sts(self.vendor) {
            fields::masked(ui, "STS token", &mut self.sts_token);
            if !self.sts_token.is_empty() {
                fields::line(ui, "Valid until (UTC)", &mut self.sts_until);
                let (problem, hint) = self.about_until(now);
                fields::about(ui, problem.as_deref(), &hint);
            } else {
                fields::about(ui, None, "Only for temporary keys; leave it empty for lasting ones");
            }
        }
    }

    fn place(&mut self, ui: &mut Ui) {
        let vendors = Vendor::ALL.into_iter().map(Vendor::word);
        if let Some(index) = fields::choice(ui, "Vendor", self.vendor.word(), vendors) {
            self.vendor = Vendor::ALL[index];
            self.region = self.vendor.regions().first().map_or(0, |(number, ..)| *number);
        }
        if !self.vendor.has_one_region() {
            let regions = self.vendor.regions();
            let chosen = regions.iter().find(|(number, ..)| *number == self.region).map_or("", |(_, name, _)| name);
            if let Some(index) = fields::choice(ui, "Region", chosen, regions.iter().map(|(_, name, _)| *name)) {
                self.region = regions[index].0;
            }
        }
        let bucket = fields::line(ui, "Bucket", &mut self.bucket);
        if !std::mem::replace(&mut self.focused, true) {
            bucket.request_focus();
        }
        fields::line(ui, "File name prefix", &mut self.prefix);
        let typed = !self.bucket.is_empty();
        let problem = if typed { self.parts().err() } else { None };
        let hint = "Folders of letters and digits with / between them, as at the start; another prefix parts the files";
        fields::about(ui, problem.as_deref(), hint);
        match self.vendor {
            Vendor::S3Compatible => {
                fields::line(ui, "Endpoint", &mut self.endpoint);
            }
            Vendor::AmazonS3 => {
                let words: Vec<&str> = std::iter::once("none").chain(Sse::ALL.iter().map(|it| it.word())).collect();
                let chosen = self.sse.map_or("none", Sse::word);
                if let Some(index) = fields::choice(ui, "Encryption", chosen, words.into_iter()) {
                    self.sse = index.checked_sub(1).and_then(|index| Sse::ALL.get(index).copied());
                }
                fields::line(ui, "Tag", &mut self.tag);
            }
            Vendor::Alibaba => {
                fields::line(ui, "Tag", &mut self.tag);
            }
            Vendor::Tencent | Vendor::Azure | Vendor::Google | Vendor::Huawei | Vendor::Baidu => {}
        }
    }

    fn about_until(&self, now: Timestamp) -> (Option<String>, String) {
        match read_until(&self.sts_until) {
            Ok(None) => (None, "Such as 2026-11-12 18:30, or Unix seconds; may be left empty".to_owned()),
            Ok(Some(until)) => {
                let left = i64::try_from(until).unwrap_or(i64::MAX) - now.as_millis() / 1000;
                if left <= 0 {
                    return (Some("It has run out already".to_owned()), String::new());
                }
                let long = format::words(std::time::Duration::from_secs(left.unsigned_abs()));
                if left < STS_AT_LEAST_S {
                    return (Some(format!("Valid for {long}; Agora wants 4 h at least")), String::new());
                }
                (None, format!("Valid for {long}. In recordings over 1 h renew it every 60 minutes"))
            }
            Err(why) => (Some(why), String::new()),
        }
    }

    fn parts(&self) -> Result<Place, String> {
        let some = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let prefix = self.prefix.trim().trim_matches('/');
        let tagged = matches!(self.vendor, Vendor::AmazonS3 | Vendor::Alibaba);
        let parts = StorageParts {
            file_name_prefix: prefix.split('/').filter(|_| !prefix.is_empty()).map(str::to_owned).collect(),
            sse: self.sse.filter(|_| self.vendor == Vendor::AmazonS3),
            tag: some(&self.tag).filter(|_| tagged),
            endpoint: some(&self.endpoint).filter(|_| self.vendor == Vendor::S3Compatible),
            ..StorageParts::new(self.vendor, self.region, self.bucket.trim())
        };
        Place::try_from(parts).map_err(|invalid| format!("{} {}: {}", invalid.field, invalid.value, invalid.rule))
    }

    pub fn update(&self) -> Result<Update, String> {
        let place = self.parts()?;
        let token = takes_sts(self.vendor) && !self.sts_token.is_empty();
        let expiration = if token { read_until(&self.sts_until)? } else { None };
        let sts = token.then(|| Sts { token: self.sts_token.secret(), expiration });
        let plain = |invalid: crate::profile::invalid::Invalid| format!("{}: {}", invalid.field, invalid.rule);
        let keys = Keys::new(self.access_key.secret(), self.secret_key.secret(), sts).map_err(plain)?;
        let storage = Storage::new(place, keys).map_err(plain)?;
        Ok(Update::Storage(Box::new(storage)))
    }
}

const fn takes_sts(vendor: Vendor) -> bool {
    match vendor {
        Vendor::AmazonS3 | Vendor::Alibaba | Vendor::Tencent => true,
        Vendor::Azure | Vendor::Google | Vendor::Huawei | Vendor::Baidu | Vendor::S3Compatible => false,
    }
}

/// A typed end of validity in Unix seconds; none when nothing is typed.
fn read_until(typed: &str) -> Result<Option<u64>, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    if let Ok(seconds) = typed.parse() {
        return Ok(Some(seconds));
    }
    let day: Option<DateTime> = typed.parse().ok();
    let at = day.and_then(|day| day.to_zoned(TimeZone::UTC).ok()).map(|zoned| zoned.timestamp().as_second());
    at.and_then(|seconds| u64::try_from(seconds).ok())
        .map(Some)
        .ok_or_else(|| format!("{typed:?} is no time: write 2026-11-12 18:30 in UTC, or Unix seconds"))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::ui::testing::NOW;

    #[test]
    fn the_end_of_a_token_is_read_as_a_date_or_as_unix_seconds() {
        assert_eq!(read_until(""), Ok(None));
        assert_eq!(read_until("2026-11-12 14:32:07"), Ok(Some(1_794_493_927)));
        assert_eq!(read_until("2026-11-12 14:32"), Ok(Some(1_794_493_920)));
        assert_eq!(read_until(" 1794493927 "), Ok(Some(1_794_493_927)));
        assert!(read_until("tomorrow").expect_err("no time").contains("\"tomorrow\""));
    }

    #[test]
    fn a_token_that_ends_too_soon_or_has_ended_is_said() {
        let about = |until: &str| StorageForm { sts_until: until.into(), ..Default::default() }.about_until(NOW);
        assert_eq!(about("2026-11-12 14:00").0.as_deref(), Some("It has run out already"));
        assert!(about("2026-11-12 16:32:07").0.expect("too short").contains("4 h at least"));
        assert!(about("2026-11-12 19:32:07").0.is_none());
    }

    #[test]
    fn the_place_of_the_profile_is_filled_in_and_sent_as_it_is() {
        let parts = StorageParts {
            file_name_prefix: vec!["rec".into(), "2026".into()],
            tag: Some("lessons".into()),
            ..StorageParts::new(Vendor::Alibaba, 3, "bucket-1")
        };
        let place = Place::try_from(parts).expect("valid");
        let form = StorageForm::with_place(&place);
        assert_eq!(form.parts(), Ok(place));
    }

    #[test]
    fn keys_of_a_vendor_without_temporary_ones_are_sent_without_the_token() {
        let mut form = StorageForm { bucket: "b".into(), ..Default::default() };
        assert!(form.update().expect_err("no keys").contains("access_key"));
        for field in [&mut form.access_key, &mut form.secret_key, &mut form.sts_token] {
            *field = Masked::of("CANARY");
        }
        let sent =
            |form: &StorageForm| form.update().expect("whole").client_request().sent().expose_secret().to_owned();
        assert!(sent(&form).contains("stsToken"));
        form.vendor = Vendor::Azure;
        assert!(!sent(&form).contains("stsToken"));
        assert!(!format!("{form:?}").contains("CANARY"));
    }
}
