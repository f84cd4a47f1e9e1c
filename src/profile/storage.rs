//! Where the files go (`storageConfig`), and the keys with which Agora writes them there.

use super::choices::Sse;
use super::invalid::Invalid;
use super::json::{Json, Object};
use super::secret::{Secret, SecretField};
use super::vendors::Vendor;
use secrecy::SecretString;

/// `storageConfig`: a place and the keys to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage<S> {
    place: Place,
    keys: Keys<S>,
}

impl<S: Secret> Storage<S> {
    /// Place and keys.
    ///
    /// # Errors
    /// When the vendor is none that takes a temporary key and there is one.
    pub fn new(place: Place, keys: Keys<S>) -> Result<Self, Invalid> {
        let takes_sts = match place.0.vendor {
            Vendor::AmazonS3 | Vendor::Alibaba | Vendor::Tencent => true,
            Vendor::Azure | Vendor::Google | Vendor::Huawei | Vendor::Baidu | Vendor::S3Compatible => false,
        };
        if keys.sts.is_some() && !takes_sts {
            let rule =
                "an STS token is for amazon_s3, alibaba and tencent only; leave sts_token and sts_expiration out";
            return Err(Invalid::plain("vendor", place.0.vendor.word(), rule));
        }
        Ok(Self { place, keys })
    }

    /// Where.
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// The keys.
    pub const fn keys(&self) -> &Keys<S> {
        &self.keys
    }

    /// The same with other secrets, unless one is missing. All are asked for.
    pub(super) fn map<T>(&self, each: &mut dyn FnMut(SecretField, &S) -> Option<T>) -> Option<Storage<T>> {
        let Keys { access_key, secret_key, sts } = &self.keys;
        let access_key = each(SecretField::AccessKey, access_key);
        let secret_key = each(SecretField::SecretKey, secret_key);
        let sts = match sts {
            None => Some(None),
            Some(Sts { token, expiration }) => {
                let expiration = *expiration;
                each(SecretField::StsToken, token).map(|token| Some(Sts { token, expiration }))
            }
        };
        let keys = Keys { access_key: access_key?, secret_key: secret_key?, sts: sts? };
        Some(Storage { place: self.place.clone(), keys })
    }
}

impl Storage<SecretString> {
    pub(super) fn json(&self) -> Json {
        let StorageParts { vendor, region, bucket, file_name_prefix, sse, tag, endpoint } = &self.place.0;
        let Keys { access_key, secret_key, sts } = &self.keys;
        let extension = sse.is_some() || tag.is_some() || endpoint.is_some();
        let extension = extension.then(|| {
            let object = Object::new().with_some("sse", sse.map(Sse::word));
            object.with_some("tag", tag.as_deref()).with_some("endpoint", endpoint.as_deref())
        });
        let prefix =
            (!file_name_prefix.is_empty()).then(|| file_name_prefix.iter().map(String::as_str).collect::<Json>());
        Object::new()
            .with("vendor", vendor.number())
            .with("region", *region)
            .with("bucket", bucket.as_str())
            .with("accessKey", access_key)
            .with("secretKey", secret_key)
            .with_some("stsToken", sts.as_ref().map(|sts| &sts.token))
            .with_some("stsExpiration", sts.as_ref().and_then(|sts| sts.expiration))
            .with_some("fileNamePrefix", prefix)
            .with_some("extensionParams", extension)
            .into()
    }
}

/// The keys that let Agora write into the operator's storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys<S> {
    access_key: S,
    secret_key: S,
    sts: Option<Sts<S>>,
}

/// A temporary key (vendors 1 to 3). It has to live for 4 h at least, and for recordings over 1 h it has to be renewed every
/// 60 minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sts<S> {
    /// `stsToken`
    pub token: S,
    /// `stsExpiration`: Unix seconds.
    pub expiration: Option<u64>,
}

impl<S: Secret> Keys<S> {
    /// The pair, and the temporary key that belongs to it.
    ///
    /// # Errors
    /// When one is empty: the service takes it and then loses the recording.
    pub fn new(access_key: S, secret_key: S, sts: Option<Sts<S>>) -> Result<Self, Invalid> {
        access_key.check(SecretField::AccessKey)?;
        secret_key.check(SecretField::SecretKey)?;
        if let Some(sts) = &sts {
            sts.token.check(SecretField::StsToken)?;
        }
        Ok(Self { access_key, secret_key, sts })
    }

    /// `accessKey`
    pub const fn access_key(&self) -> &S {
        &self.access_key
    }

    /// `secretKey`
    pub const fn secret_key(&self) -> &S {
        &self.secret_key
    }

    /// The temporary key.
    pub const fn sts(&self) -> Option<&Sts<S>> {
        self.sts.as_ref()
    }
}

/// `storageConfig` without its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(StorageParts);

/// The parts of a [`Place`], not checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageParts {
    /// Whose storage.
    pub vendor: Vendor,
    /// The number of the region in the vendor's table.
    pub region: u32,
    /// The bucket's name.
    pub bucket: String,
    /// The folder of the files, one part each: letters and digits; with slashes at most 128 characters.
    pub file_name_prefix: Vec<String>,
    /// How Amazon S3 encrypts what it keeps.
    pub sse: Option<Sse>,
    /// A label for the files, for Amazon S3 and Alibaba only.
    pub tag: Option<String>,
    /// The address of an S3-compatible storage, and of no other.
    pub endpoint: Option<String>,
}

impl StorageParts {
    /// A bucket, with everything else left out.
    pub fn new(vendor: Vendor, region: u32, bucket: impl Into<String>) -> Self {
        let bucket = bucket.into();
        Self { vendor, region, bucket, file_name_prefix: vec![], sse: None, tag: None, endpoint: None }
    }
}

impl Place {
    /// Its parts.
    pub const fn parts(&self) -> &StorageParts {
        &self.0
    }
}

impl TryFrom<StorageParts> for Place {
    type Error = Invalid;

    fn try_from(parts: StorageParts) -> Result<Self, Invalid> {
        let StorageParts { vendor, region, bucket, file_name_prefix, sse, tag, endpoint } = &parts;
        if vendor.has_one_region() && *region != 0 {
            return Err(Invalid::plain("region", region, format!("for {} it is 0", vendor.word())));
        }
        if bucket.is_empty() || bucket.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(Invalid::text("bucket", bucket, "it has to be a bucket's name, without spaces"));
        }
        check_prefix(file_name_prefix)?;
        if let (Some(sse), false) = (sse, *vendor == Vendor::AmazonS3) {
            return Err(Invalid::text("sse", sse.word(), "it is for amazon_s3 only"));
        }
        if let Some(tag) = tag {
            if ![Vendor::AmazonS3, Vendor::Alibaba].contains(vendor) {
                return Err(Invalid::text("tag", tag, "it is for amazon_s3 and alibaba only"));
            }
            if tag.trim().is_empty() {
                return Err(Invalid::text("tag", tag, "it is empty; leave it out"));
            }
        }
        match (*vendor == Vendor::S3Compatible, endpoint.as_deref()) {
            (true, Some(given)) => check_endpoint(given)?,
            (true, None) => {
                return Err(Invalid::plain("endpoint", "(empty)", "s3_compatible needs the storage's address"));
            }
            (false, Some(given)) => return Err(Invalid::text("endpoint", given, "it is for s3_compatible only")),
            (false, None) => {}
        }
        Ok(Self(parts))
    }
}

fn check_prefix(parts: &[String]) -> Result<(), Invalid> {
    for part in parts {
        if part.is_empty() || !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
            let rule = "each part has to be letters a-z A-Z and digits only";
            return Err(Invalid::text("file_name_prefix", part, rule));
        }
    }
    // Agora counts the slash after each part.
    if parts.iter().map(|part| part.len() + 1).sum::<usize>() > 128 {
        let rule = "its parts, each with a slash, may have at most 128 characters together";
        return Err(Invalid::text("file_name_prefix", &parts.join("/"), rule));
    }
    Ok(())
}

fn check_endpoint(given: &str) -> Result<(), Invalid> {
    if given.contains('@') {
        return Err(Invalid::hidden("endpoint", "a name and password before an @ do not belong into this file"));
    }
    if given.trim().is_empty() || given.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Invalid::text("endpoint", given, "s3_compatible needs the storage's address, without spaces"));
    }
    Ok(())
}

/// A vendor or a region as a file says it: by name or by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameOrNumber {
    /// By number.
    Number(u32),
    /// By name.
    Name(String),
}

impl NameOrNumber {
    /// The vendor that is meant.
    ///
    /// # Errors
    /// When there is none.
    pub fn vendor(&self) -> Result<Vendor, Invalid> {
        let rule = "it has to be amazon_s3 (1), alibaba (2), tencent (3), azure (5), google (6), huawei (7), baidu (8) or \
                    s3_compatible (11)";
        match self {
            Self::Number(number) => Vendor::of_number(*number).ok_or_else(|| Invalid::plain("vendor", number, rule)),
            Self::Name(name) => Vendor::of_word(name).ok_or_else(|| Invalid::text("vendor", name, rule)),
        }
    }

    /// The number of the region that is meant. Any number is taken, since vendors add regions.
    ///
    /// # Errors
    /// When the vendor has no region of that name.
    pub fn region(&self, vendor: Vendor) -> Result<u32, Invalid> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::Name(name) => vendor.region_of_name(name).ok_or_else(|| {
                let names: Vec<&str> = vendor.regions().iter().map(|(_, name, _)| *name).collect();
                let rule = format!("{} knows {}; a number is taken too", vendor.word(), names.join(", "));
                Invalid::text("region", name, rule)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(vendor: Vendor) -> StorageParts {
        StorageParts::new(vendor, 0, "b")
    }

    fn refused(parts: StorageParts) -> String {
        Place::try_from(parts).expect_err("against the rules").to_string()
    }

    #[test]
    fn a_folder_has_parts_of_letters_and_digits_and_128_characters() {
        let with = |given: &[&str]| StorageParts {
            file_name_prefix: given.iter().map(ToString::to_string).collect(),
            ..parts(Vendor::AmazonS3)
        };
        assert!(Place::try_from(with(&["rec", "2026"])).is_ok());
        assert!(Place::try_from(with(&[&"x".repeat(127)])).is_ok());
        assert!(refused(with(&[&"x".repeat(128)])).contains("128 characters"));
        for bad in ["", "a/b", "a-b", "ä"] {
            assert!(refused(with(&[bad])).contains(&format!("{bad:?}")));
        }
    }

    #[test]
    fn only_an_s3_compatible_storage_has_an_address() {
        let with = |vendor, endpoint: Option<&str>| {
            Place::try_from(StorageParts { endpoint: endpoint.map(Into::into), ..parts(vendor) }).is_ok()
        };
        for vendor in Vendor::ALL {
            let compatible = vendor == Vendor::S3Compatible;
            assert_eq!((with(vendor, None), with(vendor, Some("s3.example"))), (!compatible, compatible), "{vendor:?}");
        }
        assert!(!with(Vendor::S3Compatible, Some(" ")) && !with(Vendor::S3Compatible, Some("https://k:s@s3.example")));
    }

    #[test]
    fn encryption_tags_and_temporary_keys_are_for_some_vendors_only() {
        let takers = |with: &dyn Fn(Vendor) -> bool| Vendor::ALL.into_iter().filter(|v| with(*v)).collect::<Vec<_>>();
        let base = |vendor: Vendor| StorageParts {
            endpoint: (vendor == Vendor::S3Compatible).then(|| "s3.example".to_owned()),
            ..parts(vendor)
        };
        let sse = takers(&|vendor| Place::try_from(StorageParts { sse: Some(Sse::Kms), ..base(vendor) }).is_ok());
        assert_eq!(sse, [Vendor::AmazonS3]);
        let tag = takers(&|vendor| Place::try_from(StorageParts { tag: Some("t".into()), ..base(vendor) }).is_ok());
        assert_eq!(tag, [Vendor::AmazonS3, Vendor::Alibaba]);
        let sts = takers(&|vendor| {
            let sts = Sts { token: SecretString::from("t"), expiration: None };
            let keys = Keys::new("a".into(), "s".into(), Some(sts)).expect("not empty");
            Storage::new(Place::try_from(base(vendor)).expect("valid"), keys).is_ok()
        });
        assert_eq!(sts, [Vendor::AmazonS3, Vendor::Alibaba, Vendor::Tencent]);
    }

    #[test]
    fn vendors_and_regions_are_found_by_name_and_by_number() {
        let name = |text: &str| NameOrNumber::Name(text.to_owned());
        assert_eq!(name("Amazon-S3").vendor(), Ok(Vendor::AmazonS3));
        assert_eq!(NameOrNumber::Number(11).vendor(), Ok(Vendor::S3Compatible));
        assert!(NameOrNumber::Number(4).vendor().expect_err("Kingsoft is gone").to_string().starts_with("vendor 4"));
        assert_eq!(name("eu-central-1").region(Vendor::AmazonS3), Ok(7));
        assert_eq!(NameOrNumber::Number(99).region(Vendor::AmazonS3), Ok(99));
        let error = name("Mars").region(Vendor::Baidu).expect_err("no such region").to_string();
        assert!(error.starts_with("region \"Mars\"") && error.contains("baidu knows Beijing, Baoding"), "{error}");
        assert!(refused(StorageParts { region: 1, ..parts(Vendor::Azure) }).contains("for azure it is 0"));
    }

    #[test]
    fn an_empty_key_is_refused_and_no_key_is_ever_shown() {
        let key = SecretString::from("CANARY-access");
        let error = Keys::new(key.clone(), " ".into(), None).expect_err("empty").to_string();
        assert!(error.starts_with("storage.secret_key") && !error.contains("CANARY"), "{error}");
        let keys = Keys::new(key.clone(), key.clone(), Some(Sts { token: key, expiration: Some(1) }));
        assert!(!format!("{keys:?}").contains("CANARY"));
    }
}
