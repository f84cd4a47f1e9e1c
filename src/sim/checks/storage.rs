//! `storageConfig`: vendor, region, names and keys of the customer's storage. Nothing is ever stored, so keys are only looked at
//! for being there.

use std::ops::RangeInclusive;

use super::members::Members;
use super::{Checked, Complaint};

/// Every vendor and its region numbers, older tables included (vendor: third-party cloud storage regions).
const REGIONS: [(u64, &[RangeInclusive<u64>]); 8] = [
    (1, &[0..=25, 28..=28]),
    (2, &[0..=27]),
    (3, &[0..=19]),
    (5, &[0..=0]),
    (6, &[0..=0]),
    (7, &[0..=15]),
    (8, &[0..=7]),
    (11, &[0..=0]),
];

/// Vendors that take temporary credentials.
const STS_VENDORS: [u64; 3] = [1, 2, 3];
/// The one of them with server-side encryption.
const AMAZON: u64 = 1;
/// Any storage that speaks Amazon's protocol, at an address of its own.
const S3_COMPATIBLE: u64 = 11;

/// Checks the object; returns the joined file name prefix, with a trailing slash unless it is empty.
pub(super) fn storage(members: &Members<'_>) -> Checked<String> {
    members.only(&[
        "vendor",
        "region",
        "bucket",
        "accessKey",
        "secretKey",
        "stsToken",
        "stsExpiration",
        "fileNamePrefix",
        "extensionParams",
    ])?;
    let vendor = members.needed_whole("vendor", 1..=11)?;
    let Some((_, regions)) = REGIONS.iter().find(|(known, _)| *known == vendor) else {
        return Err(Complaint::invalid("storageConfig.vendor is not a storage vendor"));
    };
    let region = members.needed_whole("region", 0..=u64::from(u32::MAX))?;
    if !regions.iter().any(|numbers| numbers.contains(&region)) {
        return Err(Complaint::invalid(format!("storageConfig.region {region} is not a region of vendor {vendor}")));
    }
    for name in ["bucket", "accessKey", "secretKey"] {
        members.filled_text(name)?;
    }
    if !STS_VENDORS.contains(&vendor) {
        members.without(&["stsToken", "stsExpiration"], "is for the vendors 1, 2 and 3")?;
    }
    members.text("stsToken")?;
    members.whole("stsExpiration", 0..=u64::MAX)?;
    extension(members.object("extensionParams")?, vendor)?;
    prefix(members)
}

fn prefix(members: &Members<'_>) -> Checked<String> {
    let parts = members.texts("fileNamePrefix")?;
    if !parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        return Err(Complaint::invalid("storageConfig.fileNamePrefix may hold letters and digits only"));
    }
    let prefix: String = parts.iter().flat_map(|part| [part, "/"]).collect();
    if prefix.len() > 128 {
        return Err(Complaint::invalid("storageConfig.fileNamePrefix is longer than 128 characters"));
    }
    Ok(prefix)
}

/// `extensionParams`. An empty string counts as left out: clients with fixed structures send one.
fn extension(members: Option<Members<'_>>, vendor: u64) -> Checked<()> {
    let endpoint = match &members {
        Some(members) => {
            members.only(&["sse", "tag", "endpoint"])?;
            let sse = members.word("sse", &["kms", "aes256", ""])?.is_some_and(|sse| !sse.is_empty());
            let tag = members.text("tag")?.is_some_and(|tag| !tag.is_empty());
            if sse && vendor != AMAZON {
                return Err(members.wrong("sse", "left out: it is for vendor 1"));
            }
            if tag && ![1, 2].contains(&vendor) {
                return Err(members.wrong("tag", "left out: it is for the vendors 1 and 2"));
            }
            members.text("endpoint")?.filter(|endpoint| !endpoint.is_empty())
        }
        None => None,
    };
    if vendor == S3_COMPATIBLE && endpoint.is_none() {
        return Err(Complaint::invalid("storageConfig.extensionParams.endpoint is missing: vendor 11 needs it"));
    }
    Ok(())
}
