//! One exchange: sent once, read once, and nothing secret comes back.

use std::sync::Mutex;

use super::*;
use crate::agora::admission::TokenLife;
use crate::agora::request::tests::{account, acquire, profile, query, send, start};
use crate::agora::token::Token;
use crate::agora::transport::{HttpRequest, HttpResponse, Sending};
use crate::monitor::answer::{NoAnswer, Outcome, Refusal, ServiceStatus};
use crate::monitor::change::{Change, ChangeKind};
use crate::monitor::ids::{Mode, Sid, Uid};
use crate::monitor::time::Timestamp;
use crate::profile::choices::StartParameter;
use crate::profile::storage::{Keys, Place, Storage, StorageParts};
use crate::profile::vendors::Vendor;

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
    if let Call::Start { profile, .. } = Arc::make_mut(&mut stranger.call) {
        *profile = "another".into();
    }
    for (order, word) in [(elsewhere, "api.example"), (stranger, "recording profile")] {
        let answer = client.exchange(&order).await.answer;
        assert_eq!((answer.outcome, answer.http), (Outcome::Refused(Refusal::NotSent), None));
        assert!(answer.reason.is_some_and(|reason| reason.contains(word)));
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

/// The bodies that were sent.
fn sent(transport: &Fixed) -> Vec<String> {
    let asked = transport.asked.lock().expect("not poisoned");
    asked.iter().map(|request| String::from_utf8_lossy(request.body.as_deref().unwrap_or_default()).into()).collect()
}

fn named(bucket: &str) -> Arc<Profile> {
    let place = Place::try_from(StorageParts::new(Vendor::AmazonS3, 7, bucket)).expect("valid");
    let keys = Keys::new("CANARY-other-key".into(), "CANARY-other-secret".into(), None).expect("valid");
    Arc::new(Profile { storage: Storage::new(place, keys).expect("valid"), ..profile() })
}

#[tokio::test]
async fn a_start_keeps_to_the_profile_that_was_announced_though_it_was_changed_since() {
    let (client, transport) = client(said(200, r#"{"resourceId":"Rid_-1","sid":"s"}"#));
    client.exchange(&send(acquire())).await;
    client.set_profile("p".into(), named("another-bucket"));
    assert_eq!(client.exchange(&send(start())).await.answer.outcome, Outcome::Started(Sid::new("s")));
    client.remove_profile("p");
    client.exchange(&send(start())).await;
    let mut later = start();
    if let Call::Start { resource_id, .. } = &mut later {
        *resource_id = ResourceId::new("R2");
    }
    client.set_profile("p".into(), named("another-bucket"));
    client.exchange(&send(later)).await;
    let changed: Vec<bool> = sent(&transport).iter().map(|body| body.contains("another-bucket")).collect();
    assert_eq!(changed, [false, false, false, true]);
    client.remove_profile("p");
    let gone = client.exchange(&send(acquire())).await.answer;
    assert_eq!(gone.outcome, Outcome::Refused(Refusal::NotSent));
}

#[tokio::test]
async fn acquire_and_start_carry_the_same_token_and_its_end_is_told() {
    let certificate = "00112233445566778899aabbccddeeff".parse().expect("valid");
    let account = Account { tokens: Tokens::Mint { certificate, life: TokenLife::default() }, ..account() };
    let answer = said(200, r#"{"resourceId":"Rid_-1","sid":"s"}"#);
    let transport = Arc::new(Fixed { answer, asked: Mutex::default() });
    let mut announcing = profile();
    announcing.acquire.start_parameter = StartParameter::Send;
    let profiles = BTreeMap::from([("p".into(), Arc::new(announcing))]);
    let client = Client::new(Arc::new(account), profiles, Arc::clone(&transport) as Arc<dyn Transport>);
    client.exchange(&send(acquire())).await;
    let told = client.exchange(&send(start())).await.told;
    assert_eq!(told.token_until, Some(Timestamp::from_millis(24 * 3_600_000)));
    let token = |body: &str| {
        let (_, rest) = body.split_once(r#""token":""#).expect("a token");
        rest.split('"').next().expect("an end").to_owned()
    };
    let bodies = sent(&transport);
    assert!(token(&bodies[0]).starts_with("007") && token(&bodies[0]) == token(&bodies[1]));
    assert_eq!(client.exchange(&send(query("R", "s"))).await.told.token_until, None);
}

#[tokio::test]
async fn a_fixed_token_that_agora_would_refuse_is_not_sent() {
    let (client, transport) = client(said(200, "{}"));
    let joining = ("room 7".parse().expect("valid"), Uid::new(900_001).expect("valid"));
    let client = client.with_tokens(FixedTokens::from([(joining, Token::new("CANARY".to_owned()))]));
    let answer = client.exchange(&send(start())).await.answer;
    assert_eq!(answer.outcome, Outcome::Refused(Refusal::NotSent));
    let reason = answer.reason.expect("a reason");
    assert!(reason.contains("UID 900001") && !reason.contains("CANARY"), "{reason}");
    assert!(transport.asked.lock().expect("not poisoned").is_empty());
}

#[tokio::test]
async fn keys_of_a_changed_profile_of_a_change_and_tokens_are_hidden_too() {
    let body = r#"{"code":2,"reason":"CANARY-other-key CANARY-new-secret CANARY-access-key CANARY-fixed-token"}"#;
    let (client, _) = client(said(400, body));
    let joining = ("x".parse().expect("valid"), Uid::MIN);
    let client = client.with_tokens(FixedTokens::from([(joining, Token::new("CANARY-fixed-token".to_owned()))]));
    client.set_profile("p".into(), named("b"));
    let renewed = r#"{"storageConfig":{"secretKey":"CANARY-new-secret"}}"#;
    let change = Call::Change {
        cname: "room".parse().expect("valid"),
        uid: Uid::MIN,
        mode: Mode::Mix,
        resource_id: ResourceId::new("R"),
        sid: Sid::new("s"),
        change: Change::new(ChangeKind::Storage, "renewed", renewed.into()),
    };
    let shown = format!("{:?}", client.exchange(&send(change)).await);
    assert!(shown.contains("(hidden)") && !shown.contains("CANARY"), "{shown}");
}

#[tokio::test]
async fn the_addresses_of_notifications_are_read_or_the_answer_is_told() {
    let ask = async |answer| {
        let (client, _) = client(answer);
        client.ncs_ip(&Host::new("api.agora.io"), Duration::from_secs(1)).await
    };
    let listed = include_str!("../../../tests/fixtures/ncs/ip_200.json");
    let addresses = ask(said(200, listed)).await.expect("a list");
    let shown: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["192.0.2.17", "198.51.100.4", "2001:db8::7"]);
    let bad = listed.replace("192.0.2.17", "my.host");
    for (answer, outcome, word) in [
        (said(401, r#"{"message":"Unauthorized"}"#), Outcome::Refused(Refusal::Unauthorized), "Unauthorized"),
        (said(200, "{}"), Outcome::Malformed, "lacks"),
        (said(200, "<html>"), Outcome::Malformed, "sign-in"),
        (said(200, &bad), Outcome::Malformed, "my.host"),
    ] {
        let answer = ask(answer).await.expect_err(word);
        assert_eq!(answer.outcome, outcome);
        assert!(answer.reason.is_some_and(|reason| reason.contains(word)), "{word}");
    }
}
