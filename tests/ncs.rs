//! `reelwatch ncs-ip` as a user runs it, against a stand-in for the service on this computer.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::thread;

/// Answers one request with this and hands over its first line.
fn stand_in(status: &'static str, body: &'static str) -> (u16, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a request");
        let mut lines = BufReader::new(stream.try_clone().expect("the same stream")).lines();
        let first = lines.next().expect("a line").expect("text");
        lines.by_ref().take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty())).for_each(drop);
        let length = body.len();
        write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
            .expect("sent");
        first
    });
    (port, served)
}

fn run(port: u16) -> Output {
    let home = tempfile::tempdir().expect("a temporary folder");
    let settings = home.path().join("s.toml");
    let text = format!(
        "[project]\nname = \"p\"\napp_id = \"0123456789abcdef0123456789abcdef\"\ndomains = [\"http://127.0.0.1:{port}\"]\n"
    );
    std::fs::write(&settings, text).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_reelwatch"));
    command.env_clear().current_dir(home.path()).arg("ncs-ip").arg("--settings").arg(&settings);
    command.env("REELWATCH_CUSTOMER_KEY", "CANARY-key").env("REELWATCH_CUSTOMER_SECRET", "CANARY-secret");
    command.output().expect("the program starts")
}

#[test]
fn addresses_are_printed_one_a_line() {
    let (port, served) = stand_in("200 OK", include_str!("fixtures/ncs/ip_200.json"));
    let output = run(port);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "192.0.2.17\n198.51.100.4\n2001:db8::7\n");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(served.join().expect("served"), "GET /v1/ncs/ip HTTP/1.1");
}

#[test]
fn a_refusal_is_told_with_its_domain_and_without_the_key() {
    let (port, served) = stand_in("401 Unauthorized", r#"{"message":"Unauthorized CANARY-secret"}"#);
    let output = run(port);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains(&format!("127.0.0.1:{port}")) && told.contains("customer key or secret are wrong"), "{told}");
    assert!(!told.contains("CANARY"), "{told}");
    served.join().expect("served");
}
