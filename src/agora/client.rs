//! One exchange with the service, from the core's order to what the answer means. Sends once and never retries. It remembers the
//! profiles, with which of them a resource ID was acquired, and what must stay out of sight; nothing of a recording.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use secrecy::ExposeSecret;

use super::account::Account;
use super::admission::{self, FixedTokens, Joining, Pass, Tokens};
use super::reading::{self, Reading};
use super::request::{self, Terms, Unsendable};
use super::secrets::Secrets;
use super::transport::{HttpRequest, HttpResponse, Transport, TransportError};
use crate::monitor::answer::{Answer, Outcome};
use crate::monitor::ids::{Host, ResourceId};
use crate::monitor::io::{Call, Send};
use crate::profile::Profile;

/// So many resource IDs that wait for their start are remembered. They live for 5 minutes, and 10 requests a second make 3,000.
const ACQUIRED_AT_MOST: usize = 4096;

/// A project's way to the service.
pub struct Client {
    account: Arc<Account>,
    tokens: FixedTokens,
    transport: Arc<dyn Transport>,
    state: RwLock<State>,
}

/// What changes while the program runs.
struct State {
    /// By name.
    profiles: BTreeMap<Arc<str>, Arc<Profile>>,
    /// With which profile a resource ID was acquired: its start has to be made with the same, though the profile may have been
    /// changed in between (vendor: acquire, `startParameter`).
    acquired: VecDeque<(ResourceId, Arc<Profile>)>,
    secrets: Secrets,
}

impl State {
    fn profile(&self, call: &Call) -> Option<Arc<Profile>> {
        match call {
            Call::Acquire { profile, .. } => self.profiles.get(profile).cloned(),
            Call::Start { profile, resource_id, .. } => {
                let acquired = self.acquired.iter().rev().find(|(id, _)| id == resource_id);
                acquired.map(|(_, profile)| profile).or_else(|| self.profiles.get(profile)).cloned()
            }
            Call::Query { .. } | Call::Stop { .. } | Call::Change { .. } => None,
        }
    }
}

impl Client {
    /// A client with these recording profiles, by name.
    pub fn new(
        account: Arc<Account>,
        profiles: BTreeMap<Arc<str>, Arc<Profile>>,
        transport: Arc<dyn Transport>,
    ) -> Self {
        let mut secrets = Secrets::default();
        // Without the scheme's word, so that it is found wherever it stands.
        let basic = request::basic(&account).expose_secret().trim_start_matches("Basic ").into();
        [&account.customer_key, &account.customer_secret, &basic].into_iter().for_each(|secret| secrets.add(secret));
        match &account.tokens {
            Tokens::Off => {}
            Tokens::Mint { certificate, life: _ } => secrets.add(certificate.secret()),
        }
        profiles.values().for_each(|profile| secrets.add_profile(profile));
        let state = State { profiles, acquired: VecDeque::new(), secrets };
        Self { account, tokens: FixedTokens::new(), transport, state: RwLock::new(state) }
    }

    /// The same with tokens that the settings bring. They come before minted ones.
    #[must_use]
    pub fn with_tokens(mut self, tokens: FixedTokens) -> Self {
        tokens.values().for_each(|token| self.change().secrets.add(&token.expose().into()));
        self.tokens = tokens;
        self
    }

    /// From now on recordings of this profile are acquired so. A start whose resource was acquired before keeps to what was
    /// announced then.
    pub fn set_profile(&self, name: Arc<str>, profile: Arc<Profile>) {
        let mut state = self.change();
        state.secrets.add_profile(&profile);
        state.profiles.insert(name, profile);
    }

    /// Nothing can be started with it any more.
    pub fn remove_profile(&self, name: &str) {
        self.change().profiles.remove(name);
    }

    /// Carries out one exchange. Every failure has a reading too; an order that could not be sent reads as refused, since
    /// repeating it cannot help.
    pub async fn exchange(&self, send: &Send) -> Reading {
        let profile = self.state().profile(&send.call);
        let (request, pass) = match self.written(send, profile.as_deref()) {
            Ok(written) => written,
            Err(unsendable) => return Reading::unsent(&unsendable),
        };
        let until = pass.as_ref().and_then(|pass| pass.until);
        self.keep_out_of_sight(&send.call, pass);
        let mut reading = reading::read(send.call.kind(), &self.carried(request).await);
        match (&reading.answer.outcome, profile) {
            (Outcome::Acquired(resource_id), Some(profile)) => self.remember(resource_id.clone(), profile),
            (Outcome::Started(_), _) => reading.told.token_until = until,
            (_, _) => {}
        }
        reading
    }

    /// The addresses that the service's notifications come from, for firewalls. They change: the vendor asks to look at least
    /// once in 24 hours.
    ///
    /// # Errors
    /// The answer, when it is another one.
    pub async fn ncs_ip(&self, host: &Host, timeout: Duration) -> Result<Vec<IpAddr>, Answer> {
        let request = request::ncs_ip(&self.account, host, timeout);
        let request = request.map_err(|unsendable| Reading::unsent(&unsendable).answer)?;
        reading::addresses(&self.carried(request).await)
    }

    /// Forgets open connections, which are dead after a sleep or a change of the network.
    pub fn reconnect(&self) {
        self.transport.reconnect();
    }

    /// The request, and the token in it.
    fn written(&self, send: &Send, profile: Option<&Profile>) -> Result<(HttpRequest, Option<Pass>), Unsendable> {
        let pass = match &*send.call {
            Call::Acquire { cname, uid, mode, asked_at, .. } | Call::Start { cname, uid, mode, asked_at, .. } => {
                let joining = Joining { cname, uid: *uid, mode, asked_at: *asked_at };
                admission::pass(&self.account, &self.tokens, &joining)?
            }
            Call::Query { .. } | Call::Stop { .. } | Call::Change { .. } => None,
        };
        let token = pass.as_ref().map(|pass| &pass.token);
        let terms = profile.map(|profile| Terms { profile, token });
        Ok((request::request(&self.account, terms, send)?, pass))
    }

    /// Sends once. Secrets are hidden before anything is read or cut, so that no half of one stays.
    async fn carried(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let result = self.transport.send(request).await;
        let state = self.state();
        match result {
            Ok(HttpResponse { status, body }) => Ok(HttpResponse { status, body: state.secrets.hide(body) }),
            Err(TransportError::NoAnswer { kind, detail }) => {
                let detail = String::from_utf8_lossy(&state.secrets.hide(detail.into_bytes())).into_owned();
                Err(TransportError::NoAnswer { kind, detail })
            }
            Err(TransportError::TooLarge { status }) => Err(TransportError::TooLarge { status }),
        }
    }

    /// What this call brings that must not come back into sight.
    fn keep_out_of_sight(&self, call: &Call, pass: Option<Pass>) {
        if let Call::Change { change, .. } = call {
            self.change().secrets.add_body(change.client_request());
        }
        if let Some(pass) = pass {
            self.change().secrets.add(&pass.token);
        }
    }

    fn remember(&self, resource_id: ResourceId, profile: Arc<Profile>) {
        let acquired = &mut self.change().acquired;
        if acquired.len() >= ACQUIRED_AT_MOST {
            acquired.pop_front();
        }
        acquired.push_back((resource_id, profile));
    }

    /// A panic elsewhere leaves nothing half done here.
    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
