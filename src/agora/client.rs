//! One exchange with the service, from the core's order to what the answer means. Sends once, keeps no state, never retries.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use secrecy::{ExposeSecret, SecretString};

use super::account::Account;
use super::reading::{self, Reading};
use super::request;
use super::transport::{Transport, TransportError};
use crate::monitor::io::{Call, Send};
use crate::profile::Profile;

/// Secrets shorter than this are not looked for in answers: they would be found by chance.
const SHORTEST_SECRET: usize = 8;
const HIDDEN: &[u8] = b"(hidden)";

/// A project's way to the service.
pub struct Client {
    account: Arc<Account>,
    profiles: RwLock<BTreeMap<Arc<str>, Arc<Profile>>>,
    transport: Arc<dyn Transport>,
}

impl Client {
    /// A client with these recording profiles, by name.
    pub fn new(
        account: Arc<Account>,
        profiles: BTreeMap<Arc<str>, Arc<Profile>>,
        transport: Arc<dyn Transport>,
    ) -> Self {
        Self { account, profiles: RwLock::new(profiles), transport }
    }

    /// From now on recordings of this profile are started so.
    pub fn set_profile(&self, name: Arc<str>, profile: Arc<Profile>) {
        self.profiles.write().unwrap_or_else(PoisonError::into_inner).insert(name, profile);
    }

    /// Nothing can be started with it any more.
    pub fn remove_profile(&self, name: &str) {
        self.profiles.write().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// Carries out one exchange. Every failure has a reading too; an order that could not be sent reads as refused, since
    /// repeating it cannot help.
    pub async fn exchange(&self, send: &Send) -> Reading {
        let profile = profile_of(&send.call).and_then(|name| self.profiles().get(name).cloned());
        let request = match request::request(&self.account, profile.as_deref(), send) {
            Ok(request) => request,
            Err(unsendable) => return Reading::unsent(&unsendable),
        };
        // Without the scheme's word, so that it is found wherever it stands.
        let basic = request.authorization.expose_secret().trim_start_matches("Basic ").into();
        let mut secrets = vec![&self.account.customer_key, &self.account.customer_secret, &basic];
        let of_profiles: Vec<_> = self.profiles().values().flat_map(|profile| profile.secrets()).collect();
        secrets.extend(of_profiles.iter().map(|(_, secret)| secret));
        // Hidden before anything is read or cut, so that no half of a secret stays.
        let result = self.transport.send(request).await.map(|mut response| {
            response.body = hide(response.body, &secrets);
            response
        });
        let result = result.map_err(|error| hide_in_error(error, &secrets));
        reading::read(send.call.kind(), &result)
    }

    fn profiles(&self) -> RwLockReadGuard<'_, BTreeMap<Arc<str>, Arc<Profile>>> {
        self.profiles.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets open connections, which are dead after a sleep or a change of the network.
    pub fn reconnect(&self) {
        self.transport.reconnect();
    }
}

/// The recording profile a call is made with.
fn profile_of(call: &Call) -> Option<&Arc<str>> {
    match call {
        Call::Acquire { profile, .. } | Call::Start { profile, .. } => Some(profile),
        Call::Query { .. } | Call::Stop { .. } | Call::Change { .. } => None,
    }
}

/// Replaces each secret, also as JSON may spell it, in an answer that repeats it.
fn hide(mut text: Vec<u8>, secrets: &[&SecretString]) -> Vec<u8> {
    for secret in secrets.iter().map(|secret| secret.expose_secret()).filter(|secret| secret.len() >= SHORTEST_SECRET) {
        text = replace(text, secret.as_bytes());
        if secret.contains('/') {
            text = replace(text, secret.replace('/', "\\/").as_bytes());
        }
    }
    text
}

fn replace(text: Vec<u8>, needle: &[u8]) -> Vec<u8> {
    let find = |text: &[u8]| text.windows(needle.len()).position(|window| window[0] == needle[0] && window == needle);
    let Some(mut at) = find(&text) else { return text };
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text.as_slice());
    loop {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(HIDDEN);
        rest = &rest[at + needle.len()..];
        match find(rest) {
            Some(next) => at = next,
            None => break,
        }
    }
    out.extend_from_slice(rest);
    out
}

fn hide_in_error(error: TransportError, secrets: &[&SecretString]) -> TransportError {
    match error {
        TransportError::NoAnswer { kind, detail } => {
            let detail = String::from_utf8_lossy(&hide(detail.into_bytes(), secrets)).into_owned();
            TransportError::NoAnswer { kind, detail }
        }
        TransportError::TooLarge { status } => TransportError::TooLarge { status },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::super::request::tests::{account, profile, query, send, start};
    use super::super::transport::{HttpRequest, HttpResponse, Sending};
    use super::*;
    use crate::monitor::answer::{NoAnswer, Outcome, Refusal, ServiceStatus};
    use crate::monitor::ids::Host;

    /// Answers every request alike and keeps what it was asked.
    struct Fixed {
        answer: Result<HttpResponse, TransportError>,
        asked: Mutex<Vec<HttpRequest>>,
    }

    impl Transport for Fixed {
        fn send(&self, request: HttpRequest) -> Sending<'_> {
            self.asked.lock().expect("not poisoned").push(request);
            let answer = self.answer.clone();
            Box::pin(async move { answer })
        }
    }

    fn client(answer: Result<HttpResponse, TransportError>) -> (Client, Arc<Fixed>) {
        let transport = Arc::new(Fixed { answer, asked: Mutex::default() });
        let profiles = BTreeMap::from([("p".into(), Arc::new(profile()))]);
        (Client::new(Arc::new(account()), profiles, Arc::clone(&transport) as Arc<dyn Transport>), transport)
    }

    fn said(status: u16, body: &str) -> Result<HttpResponse, TransportError> {
        Ok(HttpResponse { status, body: body.into() })
    }

    #[tokio::test]
    async fn an_exchange_sends_once_and_reads_the_answer() {
        let (client, transport) = client(said(200, r#"{"serverResponse":{"status":5}}"#));
        let reading = client.exchange(&send(query("R", "s"))).await;
        assert_eq!(reading.answer.outcome, Outcome::Status(ServiceStatus::InProgress));
        assert_eq!(transport.asked.lock().expect("not poisoned").len(), 1);
    }

    #[tokio::test]
    async fn an_order_that_cannot_be_sent_reads_as_refused_and_says_why() {
        let (client, transport) = client(said(200, "{}"));
        let elsewhere = Send { host: Host::new("api.example"), ..send(query("R", "s")) };
        let mut stranger = send(start());
        if let Call::Start { profile, .. } = &mut stranger.call {
            *profile = "another".into();
        }
        for (order, word) in [(elsewhere, "api.example"), (stranger, "recording profile")] {
            let answer = client.exchange(&order).await.answer;
            assert_eq!((answer.outcome, answer.http), (Outcome::Refused(Refusal::BadRequest), None));
            assert!(answer.reason.is_some_and(|reason| reason.starts_with("not sent") && reason.contains(word)));
        }
        assert!(transport.asked.lock().expect("not poisoned").is_empty());
    }

    #[tokio::test]
    async fn a_secret_that_the_answer_repeats_is_hidden() {
        let basic = "Q0FOQVJZLWN1c3RvbWVyLWtleTpDQU5BUlktY3VzdG9tZXItc2VjcmV0";
        let pad = "x".repeat(240);
        let body = format!(
            r#"{{"code":2,"reason":"{pad} CANARY-access-key CANARY-storage-secret CANARY-access-key","h":"{basic}"}}"#
        );
        for answer in [
            said(400, &body),
            Err(TransportError::NoAnswer { kind: NoAnswer::Connect, detail: "proxy CANARY-customer-secret".into() }),
        ] {
            let (client, _) = client(answer);
            let reading = client.exchange(&send(query("R", "s"))).await;
            let shown = format!("{reading:?}");
            assert!(shown.contains("(hidden)") && !shown.contains("CANARY") && !shown.contains("Q0FO"), "{shown}");
        }
    }
}
