//! The two doors: real sockets on loopback, and the in-process transport.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use super::{Bench, START_MS, scenario, text};
use crate::agora::transport::{HttpRequest, Method, Transport, TransportError};
use crate::monitor::answer::NoAnswer;
use crate::sim::http::{Now, SimServer};
use crate::sim::{SimCloud, SimTransport};

/// A clock that stands where it is put.
fn clock() -> (Arc<AtomicI64>, Now) {
    let clock = Arc::new(AtomicI64::new(START_MS));
    let read = Arc::clone(&clock);
    (clock, Arc::new(move || read.load(Ordering::SeqCst)))
}

fn cloud(tail: &str) -> Arc<Mutex<SimCloud>> {
    Arc::new(Mutex::new(SimCloud::new(scenario("", tail), 1, START_MS)))
}

fn fault(kind: &str) -> String {
    format!("[[at]]\nt = \"1s\"\nwhat = \"fault\"\nkind = \"{kind}\"\ncount = 1\n")
}

fn acquire() -> HttpRequest {
    let body = serde_json::json!({"cname": "a", "uid": "1", "clientRequest": {}});
    Bench::new().request(Method::Post, "acquire", Some(&body))
}

fn connect(base: &str) -> std::io::Result<TcpStream> {
    TcpStream::connect(base.strip_prefix("http://").expect("a base"))
}

fn write_request(stream: &mut TcpStream, content_type: &str) {
    let (project, request) = (scenario("", "").project, acquire());
    let body = request.body.expect("a body");
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: sim\r\nauthorization: {}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        request.path,
        crate::sim::gate::basic(&project.customer_id, &project.customer_secret),
        body.len(),
    );
    stream.write_all(head.as_bytes()).expect("sent");
    stream.write_all(&body).expect("sent");
}

/// Everything that comes back until the connection ends, in order or not.
fn exchange(base: &str, content_type: &str) -> String {
    let mut stream = connect(base).expect("connected");
    write_request(&mut stream, content_type);
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn body_of(answer: &str) -> Value {
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

#[test]
fn both_domains_answer_over_real_sockets() {
    let (_, now) = clock();
    let server = SimServer::bind(cloud(""), &[], now, 10).expect("ports");
    let bases = server.bases();
    assert_eq!(bases.len(), 2);
    for base in &bases {
        let answer = exchange(base, "application/json;charset=utf-8");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(text(&body_of(&answer), "resourceId").len() >= 200);
    }
    let answer = exchange(&bases[0], "text/plain");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert_eq!(body_of(&answer)["code"], 8);
    server.stop();
    assert!(connect(&bases[0]).is_err(), "stopped: the port is closed");
}

#[test]
fn a_reset_answers_nothing_and_a_cut_answer_promises_more_than_comes() {
    let (clock, now) = clock();
    let server = SimServer::bind(cloud(&(fault("reset") + &fault("cut"))), &[], now, 1).expect("ports");
    clock.store(START_MS + 1_000, Ordering::SeqCst);
    let base = &server.bases()[0];
    assert_eq!(exchange(base, "application/json"), "");
    let cut = exchange(base, "application/json");
    let (head, body) = cut.split_once("\r\n\r\n").expect("a head");
    let promised = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
    assert!(body.starts_with('{') && body.len() < promised.parse().expect("a number"), "{cut}");
    assert!(exchange(base, "application/json").starts_with("HTTP/1.1 200 "));
}

#[test]
fn a_dripping_answer_comes_whole_byte_by_byte() {
    let drip = "[[at]]\nt = \"1s\"\nwhat = \"fault\"\nkind = \"drip\"\nafter = \"30s\"\ncount = 1\n";
    let (clock, now) = clock();
    let server = SimServer::bind(cloud(drip), &[], now, 100).expect("ports");
    clock.store(START_MS + 1_000, Ordering::SeqCst);
    let mut stream = connect(&server.bases()[0]).expect("connected");
    write_request(&mut stream, "application/json");
    let (mut bytes, mut pieces, mut buffer) = (Vec::new(), 0, [0; 4096]);
    loop {
        match stream.read(&mut buffer).expect("readable") {
            0 => break,
            read => bytes.extend_from_slice(&buffer[..read]),
        }
        pieces += 1;
    }
    let answer = String::from_utf8(bytes).expect("UTF-8");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(text(&body_of(&answer), "resourceId").len() >= 200, "{answer}");
    assert!(pieces > 5, "{pieces} pieces");
}

#[test]
fn addresses_can_be_chosen_and_one_that_is_taken_is_named() {
    let (_, now) = clock();
    let server = SimServer::bind(cloud(""), &[], Arc::clone(&now), 1).expect("ports");
    let taken: std::net::SocketAddr =
        server.bases()[1].strip_prefix("http://").expect("a base").parse().expect("an address");
    let error = SimServer::bind(cloud(""), &[taken], now, 1).expect_err("taken");
    assert!(error.to_string().contains(&taken.to_string()), "{error}");
    server.stop();
    let (_, now) = clock();
    let again = SimServer::bind(cloud(""), &[taken], now, 1).expect("free again");
    assert_eq!(again.bases()[0], format!("http://{taken}"));
}

#[test]
fn a_dark_domain_closes_its_connections_and_its_port_and_opens_the_same_one_again() {
    let dark = "[[at]]\nt = \"10s\"\nwhat = \"domain_dark\"\ndomain = \"api.agora.io\"\nfor = \"1m\"\n";
    let (clock, now) = clock();
    let server = SimServer::bind(cloud(dark), &[], now, 1).expect("ports");
    let bases = server.bases();
    let mut open = connect(&bases[0]).expect("lit");
    clock.store(START_MS + 10_000, Ordering::SeqCst);
    assert_eq!(open.read(&mut [0]).unwrap_or(0), 0, "the connection ends when darkness falls");
    assert!(connect(&bases[0]).is_err(), "refused");
    assert!(exchange(&bases[1], "application/json").starts_with("HTTP/1.1 200 "), "the other one is lit");
    clock.store(START_MS + 70_000, Ordering::SeqCst);
    let lit_again = (0..1_000_000).any(|_| {
        std::thread::yield_now();
        connect(&bases[0]).is_ok()
    });
    assert!(lit_again, "the same port again");
    assert!(exchange(&bases[0], "application/json").starts_with("HTTP/1.1 200 "));
}

#[test]
fn the_transport_reaches_each_domain_under_its_name() {
    let tail = "[[at]]\nt = \"0s\"\nwhat = \"domain_dark\"\ndomain = \"api.agora.io\"\nfor = \"1m\"\n".to_owned()
        + &fault("stall")
        + &fault("reset")
        + &fault("cut");
    let (clock, now) = clock();
    let transport = SimTransport::new(cloud(&tail), now, 1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let send = |base: &str| {
        let request = HttpRequest { base: base.to_owned(), timeout: Duration::from_millis(1), ..acquire() };
        runtime.block_on(transport.send(request)).map_err(|error| match error {
            TransportError::NoAnswer { kind, detail: _ } => kind,
            TransportError::TooLarge { status } => panic!("{status}"),
        })
    };
    assert_eq!(transport.bases(), ["https://api.agora.io", "https://api.sd-rtn.com"]);
    assert_eq!(send("https://api.agora.io"), Err(NoAnswer::Connect));
    assert_eq!(send("https://api.example.org"), Err(NoAnswer::Dns));
    assert_eq!(send("https://api.sd-rtn.com").map(|response| response.status), Ok(200));
    clock.store(START_MS + 1_000, Ordering::SeqCst);
    for expected in [NoAnswer::Timeout, NoAnswer::Reset, NoAnswer::Reset] {
        assert_eq!(send("https://api.sd-rtn.com"), Err(expected));
    }
}
