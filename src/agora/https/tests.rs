//! Against a tiny server in a thread of its own. No sleeps: whoever has to wait waits for the other side to act.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

use super::*;

/// Longer than anything here takes; only a broken test waits for it.
const AMPLE: Duration = Duration::from_secs(20);

struct Server {
    base: String,
    thread: JoinHandle<Vec<String>>,
}

impl Server {
    /// Serves one connection after the other, each with the next script, and hands back what each script heard.
    fn start(scripts: Vec<fn(&mut TcpStream) -> String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("bound"));
        let thread = std::thread::spawn(move || {
            let mut heard = Vec::new();
            for script in scripts {
                let mut stream = listener.accept().expect("a connection").0;
                heard.push(script(&mut stream));
            }
            listener.set_nonblocking(true).expect("a socket");
            assert!(listener.accept().is_err(), "one connection more than the test has scripts for");
            heard
        });
        Self { base, thread }
    }

    /// Leaves this thread to the client meanwhile, which may still have to hang up.
    async fn heard(self) -> Vec<String> {
        let joined = tokio::task::spawn_blocking(|| self.thread.join()).await.expect("not cancelled");
        joined.expect("the server's own assertions hold")
    }
}

/// Reads one request, its body included.
fn hear(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
        text.push(byte[0]);
    }
    let head = String::from_utf8(text).expect("HTTP heads are text here");
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).expect("the whole body");
    head + &String::from_utf8(body).expect("JSON")
}

fn say(stream: &mut TcpStream, text: &str) {
    // The other side may have hung up on purpose.
    let _ = stream.write_all(text.as_bytes());
}

fn post(base: &str) -> HttpRequest {
    HttpRequest {
        method: Method::Post,
        base: base.to_owned(),
        path: "/v1/a%2Fb/acquire".to_owned(),
        authorization: "Basic Q0FOQVJZ".into(),
        body: Some(br#"{"cname":"x"}"#.to_vec()),
        timeout: AMPLE,
    }
}

fn transport() -> HttpsTransport {
    HttpsTransport::new(AMPLE).expect("bundled certificates")
}

async fn kind_of(request: HttpRequest) -> (NoAnswer, String) {
    match transport().send(request).await {
        Err(TransportError::NoAnswer { kind, detail }) => (kind, detail),
        Err(error @ TransportError::TooLarge { .. }) => panic!("{error}"),
        Ok(response) => panic!("answered {}", response.status),
    }
}

const OK_EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

#[tokio::test]
async fn a_request_carries_its_credentials_and_body_and_says_who_asks() {
    let server = Server::start(vec![|stream| {
        let heard = hear(stream);
        say(stream, "HTTP/1.1 206 Partial\r\ncontent-length: 11\r\n\r\n{\"code\":65}");
        heard
    }]);
    let response = transport().send(post(&server.base)).await.expect("answered");
    assert_eq!(response, HttpResponse { status: 206, body: br#"{"code":65}"#.to_vec() });
    let heard = server.heard().await.remove(0);
    assert!(heard.starts_with("POST /v1/a%2Fb/acquire HTTP/1.1\r\n"), "{heard}");
    for line in
        ["authorization: Basic Q0FOQVJZ", "content-type: application/json", &format!("user-agent: {USER_AGENT}")]
    {
        assert!(heard.lines().any(|heard| heard.eq_ignore_ascii_case(line)), "{line} in {heard}");
    }
    assert!(heard.ends_with("\r\n\r\n{\"cname\":\"x\"}") && !heard.to_ascii_lowercase().contains("referer"), "{heard}");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let server = Server::start(vec![|stream| {
        let heard = hear(stream);
        let port = stream.local_addr().expect("bound").port();
        say(stream, &format!("HTTP/1.1 307 T\r\nlocation: http://127.0.0.1:{port}/x\r\ncontent-length: 0\r\n\r\n"));
        heard
    }]);
    assert_eq!(transport().send(post(&server.base)).await.map(|response| response.status), Ok(307));
    assert_eq!(server.heard().await.len(), 1);
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_is_a_reset_and_nothing_is_sent_twice() {
    let server = Server::start(vec![hear]);
    let (kind, detail) = kind_of(post(&server.base)).await;
    assert_eq!(kind, NoAnswer::Reset, "{detail}");
    assert!(!detail.contains("127.0.0.1") && !detail.contains("acquire"), "{detail}");
    assert_eq!(server.heard().await.len(), 1);
}

#[tokio::test]
async fn a_kept_connection_that_breaks_under_the_next_request_is_a_reset_too() {
    let server = Server::start(vec![|stream| {
        let first = hear(stream);
        say(stream, OK_EMPTY);
        first + &hear(stream)
    }]);
    let transport = transport();
    assert!(transport.send(post(&server.base)).await.is_ok());
    let second = transport.send(post(&server.base)).await;
    assert!(matches!(second, Err(TransportError::NoAnswer { kind: NoAnswer::Reset, .. })), "{second:?}");
    assert_eq!(server.heard().await[0].matches("POST ").count(), 2);
}

#[tokio::test]
async fn an_answer_that_is_no_http_or_shorter_than_it_says_is_a_reset() {
    let garbage = Server::start(vec![|stream| {
        let heard = hear(stream);
        say(stream, "SSH-2.0-OpenSSH_9.2\r\n\r\n");
        heard
    }]);
    let cut = Server::start(vec![|stream| {
        let heard = hear(stream);
        say(stream, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"code\":");
        heard
    }]);
    for server in [garbage, cut] {
        let (kind, detail) = kind_of(post(&server.base)).await;
        assert_eq!(kind, NoAnswer::Reset, "{detail}");
        server.heard().await;
    }
}

#[tokio::test]
async fn an_answer_that_drips_ends_with_the_request_s_own_time() {
    let server = Server::start(vec![|stream| {
        let heard = hear(stream);
        say(stream, "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
        // One byte per turn, for as long as the other side listens.
        stream.set_read_timeout(Some(Duration::from_millis(5))).expect("a socket");
        while stream.read(&mut [0]).is_err() && stream.write_all(b" ").is_ok() {}
        heard
    }]);
    let (kind, detail) = kind_of(HttpRequest { timeout: Duration::from_millis(100), ..post(&server.base) }).await;
    assert_eq!((kind, detail.as_str()), (NoAnswer::Timeout, "no whole answer within 100ms"));
    server.heard().await;
}

#[tokio::test]
async fn a_body_over_the_limit_is_too_large_whether_it_says_so_or_not() {
    fn flood(stream: &mut TcpStream, head: &str) -> String {
        let heard = hear(stream);
        say(stream, head);
        say(stream, &" ".repeat(2 * BODY_LIMIT));
        heard
    }
    let told = Server::start(vec![|stream| flood(stream, "HTTP/1.1 200 OK\r\ncontent-length: 2097152\r\n\r\n")]);
    let untold = Server::start(vec![|stream| flood(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")]);
    for server in [told, untold] {
        assert_eq!(transport().send(post(&server.base)).await, Err(TransportError::TooLarge { status: 200 }));
        server.heard().await;
    }
}

#[tokio::test]
async fn where_nothing_was_sent_the_reason_says_so() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("bound");
    let (kind, detail) = kind_of(post(&format!("http://{closed}"))).await;
    assert_eq!(kind, NoAnswer::Connect, "{detail}");
    assert!(!detail.contains(&closed.to_string()), "{detail}");

    let server = Server::start(vec![|stream| {
        let _ = stream.read(&mut [0; 4096]);
        say(stream, "HTTP/1.1 400 Bad Request\r\n\r\n");
        String::new()
    }]);
    let (kind, detail) = kind_of(post(&server.base.replace("http:", "https:"))).await;
    assert_eq!(kind, NoAnswer::Tls, "{detail}");
    server.heard().await;
}

#[tokio::test]
async fn a_connection_that_is_not_ready_in_its_own_time_is_none() {
    // The handshake never comes; the request's ample time must not be used up.
    let server = Server::start(vec![|stream| {
        let mut hello = Vec::new();
        let _ = stream.read_to_end(&mut hello);
        String::new()
    }]);
    let transport = HttpsTransport::new(Duration::from_millis(50)).expect("bundled certificates");
    let answer = transport.send(post(&server.base.replace("http:", "https:"))).await;
    assert!(matches!(answer, Err(TransportError::NoAnswer { kind: NoAnswer::Connect, .. })), "{answer:?}");
    server.heard().await;
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_told_apart() {
    // A label longer than DNS allows fails without asking anybody; past the system's proxy, which would resolve it itself.
    let client = transport().client("http://localhost").expect("built");
    let request = post(&format!("http://{}.invalid", "x".repeat(64)));
    match carry(&client, request).await {
        Err(TransportError::NoAnswer { kind, detail }) => {
            assert_eq!(kind, NoAnswer::Dns, "{detail}");
            assert!(detail.starts_with("the name could not be resolved") && !detail.contains("xxx"), "{detail}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn connections_are_kept_and_forgotten_on_request() {
    let server = Server::start(vec![
        |stream| {
            let first = hear(stream);
            say(stream, OK_EMPTY);
            let second = hear(stream);
            say(stream, OK_EMPTY);
            first + &second
        },
        |stream| {
            let heard = hear(stream);
            say(stream, OK_EMPTY);
            heard
        },
    ]);
    let transport = transport();
    assert!(transport.send(post(&server.base)).await.is_ok());
    assert!(transport.send(post(&server.base)).await.is_ok());
    transport.reconnect();
    assert!(transport.send(post(&server.base)).await.is_ok());
    let heard = server.heard().await;
    assert_eq!((heard[0].matches("POST ").count(), heard[1].matches("POST ").count()), (2, 1));
}

#[tokio::test]
async fn plain_http_never_leaves_this_computer() {
    let (kind, detail) = kind_of(post("http://192.0.2.1:9")).await;
    assert_eq!(kind, NoAnswer::Connect, "{detail}");
    assert!(!detail.contains("192.0.2.1"), "{detail}");
}
