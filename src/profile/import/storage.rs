//! `storageConfig` of a foreign body.

use super::Variables;
use super::walk::Node;
use crate::profile::choices::Sse;
use crate::profile::secret::{SecretField, Variable};
use crate::profile::storage::{Keys, NameOrNumber, Place, Storage, StorageParts, Sts};

/// Where the files go. A missing key is a problem: a body without one was never sent.
pub fn storage(request: &mut Node<'_>, variables: &Variables<'_>) -> Option<Storage<Variable>> {
    if !request.has("storageConfig") {
        request.missing("storageConfig");
        return None;
    }
    let mut config = request.object("storageConfig")?;
    let storage = read(&mut config, variables);
    config.end();
    storage
}

fn read(config: &mut Node<'_>, variables: &Variables<'_>) -> Option<Storage<Variable>> {
    for key in ["vendor", "region", "bucket", "accessKey", "secretKey"] {
        if !config.has(key) {
            config.missing(key);
        }
    }
    let vendor = config.plain("vendor").and_then(|number| {
        NameOrNumber::Number(number).vendor().map_err(|error| config.invalid("vendor", &error)).ok()
    });
    let (region, bucket) = (config.plain("region"), config.text("bucket"));
    let access_key = variables.take(config, "accessKey", SecretField::AccessKey);
    let secret_key = variables.take(config, "secretKey", SecretField::SecretKey);
    let token = variables.take(config, "stsToken", SecretField::StsToken);
    let expiration = config.whole("stsExpiration");
    if expiration.is_some() && token.is_none() {
        config.note("stsExpiration", "goes with an stsToken only; left out");
    }
    let file_name_prefix = config.texts("fileNamePrefix").unwrap_or_default();
    let (sse, tag, endpoint) = extension(config);
    let sts = token.map(|token| Sts { token, expiration });
    let parts =
        StorageParts { vendor: vendor?, region: region?, bucket: bucket?, file_name_prefix, sse, tag, endpoint };
    let (access_key, secret_key) = (access_key?, secret_key?);
    let storage = Place::try_from(parts)
        .and_then(|place| Storage::new(place, Keys::new(access_key, secret_key, sts)?))
        .map_err(|error| config.whole_problem(&error));
    storage.ok()
}

fn extension(config: &mut Node<'_>) -> (Option<Sse>, Option<String>, Option<String>) {
    let Some(mut parameters) = config.object("extensionParams") else { return (None, None, None) };
    let sse = parameters.text("sse").and_then(|word| {
        let found = Sse::ALL.iter().copied().find(|sse| sse.word() == word);
        if found.is_none() {
            parameters.problem("sse", format!("{word:?} cannot be used: it has to be \"kms\" or \"aes256\""));
        }
        found
    });
    let (tag, endpoint) = (parameters.text("tag"), parameters.text("endpoint"));
    parameters.end();
    (sse, tag, endpoint)
}
