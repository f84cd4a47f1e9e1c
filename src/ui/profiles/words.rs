//! The editor's words for modes, vendors and notes.

use super::fields;
use crate::profile::choices::Kind as Mode;
use crate::profile::invalid::Note;
use crate::profile::vendors::Vendor;

/// What operators call a mode.
pub const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Individual => "Individual",
        Mode::Mix => "Composite",
        Mode::Web => "Web page",
    }
}

/// What a mode makes.
pub const fn mode_makes(mode: Mode) -> &'static str {
    match mode {
        Mode::Individual => "Files of their own for every user",
        Mode::Mix => "All users in one picture",
        Mode::Web => "A page as it looks and sounds",
    }
}

/// What operators call a vendor.
pub const fn vendor(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::AmazonS3 => "Amazon S3",
        Vendor::Alibaba => "Alibaba Cloud",
        Vendor::Tencent => "Tencent Cloud",
        Vendor::Azure => "Microsoft Azure",
        Vendor::Google => "Google Cloud",
        Vendor::Huawei => "Huawei Cloud",
        Vendor::Baidu => "Baidu AI Cloud",
        Vendor::S3Compatible => "S3-compatible",
    }
}

/// A note, beginning with the operator's word for what it is about.
pub fn note(of: Mode, note: &Note) -> (String, String) {
    let about = fields::of_path(of, &note.about).map_or_else(|| note.about.clone(), |field| field.label.to_owned());
    (about, note.says.clone())
}
