//! Where the files go, and the names of the variables that hold the keys to it.

use super::{EVERY, Field, Kind, Section, When};

const AMAZON: &[&str] = &["amazon_s3"];
const TAGGED: &[&str] = &["amazon_s3", "alibaba"];
const TEMPORARY: &[&str] = &["amazon_s3", "alibaba", "tencent"];
const WITH_REGIONS: &[&str] = &["amazon_s3", "alibaba", "tencent", "huawei", "baidu"];
const COMPATIBLE: &[&str] = &["s3_compatible"];

const VARIABLE: &str = "A variable's name";

const fn field(path: &'static str, label: &'static str, json: &'static str, kind: Kind) -> Field {
    Field {
        path,
        label,
        json,
        section: Section::Storage,
        kind,
        modes: EVERY,
        shown: When::Always,
        default: "",
        range: VARIABLE,
        help: "",
    }
}

/// All of them.
pub const FIELDS: &[Field] = &[
    Field {
        range: "One of the eight that Agora writes to",
        help: "Whose storage the bucket is in. With the wrong one nothing reaches the bucket",
        ..field("storage.vendor", "Storage of", "vendor", Kind::Vendor)
    },
    Field {
        shown: When::Is("storage.vendor", WITH_REGIONS),
        range: "One of the vendor's regions, by name or by Agora's number",
        help: "The region of the bucket. With the wrong one the recording starts all the same, and nothing reaches the bucket",
        ..field("storage.region", "Bucket region", "region", Kind::Region)
    },
    Field {
        range: "The bucket's name, without spaces",
        help: "The keys below have to be allowed to write into it",
        ..field("storage.bucket", "Bucket", "bucket", Kind::Text)
    },
    Field {
        default: "none",
        range: "Letters and digits, / between",
        help: "Folders in front of every file name, such as recordings/2026: letters and digits, with all slashes at most 128 \
               characters",
        ..field("storage.file_name_prefix", "Folder", "fileNamePrefix", Kind::Parts)
    },
    Field {
        help: "The name of the variable of the environment, not the key itself. reelwatch reads it when it starts",
        ..field("storage.access_key", "Access key in", "accessKey", Kind::Secret)
    },
    Field {
        help: "The name of the variable of the environment, not the key itself. reelwatch reads it when it starts",
        ..field("storage.secret_key", "Secret key in", "secretKey", Kind::Secret)
    },
    Field {
        shown: When::Is("storage.vendor", TEMPORARY),
        default: "none",
        help: "The name of the variable that holds a temporary token. It has to live 4 hours at least, and for recordings over \
               1 hour it has to be renewed every 60 minutes; otherwise uploads stop in the middle",
        ..field("storage.sts_token", "Temporary token in", "stsToken", Kind::Secret)
    },
    Field {
        shown: When::Has("storage.sts_token"),
        default: "not told",
        range: "Seconds since 1970, a whole number",
        help: "When the temporary token ends",
        ..field("storage.sts_expiration", "Token ends at", "stsExpiration", Kind::Number("Unix seconds"))
    },
    Field {
        shown: When::Is("storage.vendor", AMAZON),
        default: "as the bucket",
        range: "A key of its key management, or of the bucket",
        help: "How Amazon S3 encrypts the files it keeps",
        ..field("storage.sse", "Encrypted by", "sse", Kind::Choice(&[("kms", "AWS KMS"), ("aes256", "S3, AES-256")]))
    },
    Field {
        shown: When::Is("storage.vendor", TAGGED),
        default: "none",
        range: "A text",
        help: "A label that every file gets, for rules of the bucket such as its life cycle",
        ..field("storage.tag", "Label", "tag", Kind::Text)
    },
    Field {
        shown: When::Is("storage.vendor", COMPATIBLE),
        range: "The address of the storage, without spaces, name or password",
        help: "Where the S3-compatible storage answers",
        ..field("storage.endpoint", "Endpoint", "endpoint", Kind::Text)
    },
];
