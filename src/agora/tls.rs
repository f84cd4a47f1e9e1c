//! Whom to trust: the certificates of this computer, so that a company's own authority counts, together with Mozilla's list,
//! so that a bare system works too. Checked here, without a call to anybody during a handshake.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use rustls_native_certs::CertificateResult;
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

/// Why nobody's identity can be checked.
#[derive(Debug, thiserror::Error)]
pub enum NoTls {
    /// Nobody is trusted, so no server could prove who it is.
    #[error(
        "no root certificate was found ({0}): no connection to Agora can be trusted; install the system's ca-certificates"
    )]
    NoRoots(String),
    /// The TLS library refuses its settings.
    #[error("TLS cannot be set up: {0}")]
    Refused(#[source] rustls::Error),
}

/// The settings of every TLS connection.
pub fn client_config() -> Result<ClientConfig, NoTls> {
    config_with(roots(rustls_native_certs::load_native_certs(), TLS_SERVER_ROOT_CERTS)?)
}

fn config_with(roots: RootCertStore) -> Result<ClientConfig, NoTls> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let mut config = builder.map_err(NoTls::Refused)?.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Both lists together; certificates that cannot be read are left out, as long as any is left.
fn roots(native: CertificateResult, bundled: &[CertificateDer<'static>]) -> Result<RootCertStore, NoTls> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(native.certs);
    roots.add_parsable_certificates(bundled.iter().cloned());
    if roots.is_empty() {
        let why = native.errors.first().map_or_else(|| "the list is empty".to_owned(), ToString::to_string);
        return Err(NoTls::NoRoots(why));
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_system_still_has_the_bundled_certificates() {
        let roots = roots(CertificateResult::default(), TLS_SERVER_ROOT_CERTS).expect("bundled");
        assert!(roots.len() > 50);
    }

    #[test]
    fn without_any_certificate_it_says_what_to_do() {
        let broken = CertificateDer::from(vec![1, 2, 3]);
        let error = roots(CertificateResult::default(), &[broken]).expect_err("no root").to_string();
        assert!(error.contains("ca-certificates"), "{error}");
    }
}
