//! The vendor's builders made the tokens in `tests/fixtures/tokens`; each entry says which builder, on which zlib. What is
//! checked here is what an operator would notice: the same token, the same words, and a place for everything that is wrong.

use serde::Deserialize;

use super::explain::explain;
use super::read::{Contents, NoToken, Read, read};
use super::*;
use crate::monitor::time::Timestamp;

#[derive(Deserialize)]
struct Vector {
    packing: String,
    app_id: AppId,
    app_certificate: String,
    channel: Cname,
    uid: Uid,
    role: String,
    issued_at: u32,
    expire: u32,
    salt: u32,
    token: String,
}

impl Vector {
    fn packing(&self) -> Packing {
        if self.packing == "node" { Packing::Node } else { Packing::Zlib }
    }

    fn certificate(&self) -> AppCertificate {
        self.app_certificate.parse().expect("valid")
    }

    fn grant(&self) -> Grant {
        Grant {
            app_id: self.app_id.clone(),
            channel: self.channel.clone(),
            uid: self.uid,
            role: if self.role == "publisher" { TokenRole::Publisher } else { TokenRole::Subscriber },
            issued_at: self.issued_at,
            expire: self.expire,
            salt: Salt::new(self.salt).expect("in range"),
        }
    }
}

fn vectors() -> Vec<Vector> {
    let node = include_str!("../../../tests/fixtures/tokens/node.json");
    let zlib = include_str!("../../../tests/fixtures/tokens/zlib.json");
    [node, zlib].iter().flat_map(|text| serde_json::from_str::<Vec<Vector>>(text).expect("JSON")).collect()
}

fn current(text: &str) -> Box<Contents> {
    match read(text) {
        Ok(Read::Current(contents)) => contents,
        other => panic!("{other:?}"),
    }
}

fn grant() -> (Grant, AppCertificate) {
    let vector = vectors().swap_remove(0);
    let grant = Grant { issued_at: 1_772_439_302, expire: 86_400, ..vector.grant() };
    (grant, vector.certificate())
}

#[test]
fn every_token_has_the_bytes_of_the_vendors_builder() {
    let vectors = vectors();
    assert!(vectors.len() >= 40, "{}", vectors.len());
    for vector in &vectors {
        let token = vector.grant().mint(&vector.certificate(), vector.packing());
        assert_eq!(token.expose(), vector.token, "{} {} {}", vector.packing, vector.channel, vector.uid);
    }
}

#[test]
fn what_was_minted_is_read_back_and_its_signature_is_right_for_its_certificate_only() {
    for vector in vectors() {
        let contents = current(&vector.token);
        let service = &contents.services[0];
        let told = (contents.app_id.as_str(), service.names[0].as_str(), service.names[1].as_str());
        let uid = vector.uid.to_string();
        assert_eq!(told, (vector.app_id.as_str(), vector.channel.as_str(), uid.as_str()));
        assert_eq!(
            (contents.issued_at, contents.expire, contents.salt),
            (vector.issued_at, vector.expire, vector.salt)
        );
        let privileges: Vec<u16> = service.privileges.iter().map(|(privilege, _)| *privilege).collect();
        assert_eq!(privileges, vector.grant().role.privileges());
        assert!(contents.is_signed_by(&vector.certificate()));
        assert!(!contents.is_signed_by(&"0".repeat(32).parse().expect("valid")));
    }
}

#[test]
fn a_changed_token_is_not_signed() {
    let (grant, certificate) = grant();
    let mine = current(grant.mint(&certificate, Packing::Node).expose());
    let longer = Grant { expire: grant.expire + 1, ..grant.clone() };
    let theirs = current(longer.mint(&"1".repeat(32).parse().expect("valid"), Packing::Node).expose());
    assert!(mine.is_signed_by(&certificate) && !theirs.is_signed_by(&certificate));
}

#[test]
fn equal_grants_have_equal_salts_and_every_part_counts() {
    let (grant, certificate) = grant();
    let salt = |certificate: &AppCertificate, channel: &str, uid: u32, issued_at: u32| {
        let (channel, uid) = (channel.parse().expect("valid"), Uid::new(uid).expect("not 0"));
        Salt::derived(certificate, &channel, uid, issued_at).get()
    };
    let first = salt(&certificate, "court-01", 7, grant.issued_at);
    assert_eq!(first, salt(&certificate, "court-01", 7, grant.issued_at));
    let others = [
        salt(&"1".repeat(32).parse().expect("valid"), "court-01", 7, grant.issued_at),
        salt(&certificate, "court-02", 7, grant.issued_at),
        salt(&certificate, "court-01", 8, grant.issued_at),
        salt(&certificate, "court-01", 7, grant.issued_at + 1),
    ];
    assert!(others.iter().all(|other| *other != first && (1..=Salt::MAX).contains(other)), "{others:?}");
    assert_eq!((Salt::new(0), Salt::new(Salt::MAX + 1)), (None, None));
}

#[test]
fn an_explanation_names_all_that_an_operator_asks_for() {
    let (grant, certificate) = grant();
    let read = read(grant.mint(&certificate, Packing::Node).expose()).expect("a token");
    let at = |seconds: i64| Timestamp::from_millis((1_772_439_302 + seconds) * 1000);
    let lines = explain(&read, at(3_600), Some(&certificate)).join("\n");
    for part in [
        "App ID           948fa8de1f33f0601aecb1973e1c20bb",
        "Channel          court-01",
        "UID              900001",
        "Issued           2026-03-02 08:15:02 UTC",
        "Ends             2026-03-03 08:15:02 UTC, 1 d after its issue: 23 h left",
        "Join             until 2026-03-03 08:15:02 UTC, 23 h left",
        "Publish data     until 2026-03-03 08:15:02 UTC, 23 h left",
        "Signature        right",
    ] {
        assert!(lines.contains(part), "{part:?} is missing:\n{lines}");
    }
    let late = explain(&read, at(86_400 + 61), Some(&"0".repeat(32).parse().expect("valid"))).join("\n");
    assert!(late.contains("expired 1 min 1 s ago") && late.contains("Signature        wrong"), "{late}");
    let early = explain(&read, at(-1), None).join("\n");
    assert!(early.contains("still ahead") && early.contains("Signature        not checked"), "{early}");
}

#[test]
fn more_than_a_day_is_told() {
    let (grant, certificate) = grant();
    let long = Grant { expire: explain::LONGEST_LIFE + 1, ..grant };
    let read = read(long.mint(&certificate, Packing::Node).expose()).expect("a token");
    let lines = explain(&read, Timestamp::from_millis(1_772_439_302_000), None).join("\n");
    assert!(lines.contains("Agora documents 24 h as the longest life"), "{lines}");
}

#[test]
fn an_old_token_is_named_as_old() {
    // PyPI agora-token-builder 1.0.0, RtcTokenBuilder.buildTokenWithUid.
    let old = "0060123456789abcdef0123456789abcdefIAAStgUNxwJXeolq7+fWd+AImhtk/kGXNgCB9v350KuPU1G/FcS4ZE5pIgCt/94FABkGawQAAQAA0klrAgAA0klrAwAA0klrBAAA0klr";
    let lines = explain(&read(old).expect("old"), Timestamp::default(), None).join("\n");
    assert!(lines.contains("old kind") && lines.contains("0123456789abcdef0123456789abcdef"), "{lines}");
    assert_eq!(read("006xyz"), Err(NoToken::OldWithoutAppId));
}

#[test]
fn what_is_no_token_is_told_with_its_place() {
    let (grant, certificate) = grant();
    let token = grant.mint(&certificate, Packing::Node).expose().to_owned();
    assert_eq!(read("  "), Err(NoToken::Empty));
    assert_eq!(read("008abc"), Err(NoToken::Version));
    assert_eq!(read(&token.replacen('x', "-", 1)), Err(NoToken::Character(token.find('x').expect("there") + 1)));
    assert_eq!(read(&token[..token.len() - 5]), Err(NoToken::Cut(token.len() - 4)));
    assert_eq!(read(&token[..token.len() - 8]), Err(NoToken::Packed));
    assert_eq!(read("007"), Err(NoToken::Packed));
    let short = format!("{VERSION}{}", STANDARD.encode(deflate::compress(&[2, 0, 7, 7, 32, 0, 65], Packing::Zlib)));
    assert_eq!(read(&short), Err(NoToken::Content { at: 7, what: "the App ID" }));
    assert_eq!(read(&"7".repeat(20_000)), Err(NoToken::TooLong(20_000)));
    assert_eq!(read(&format!("\n{token} \n")), read(&token), "white space around it does not count");
}

#[test]
fn a_crafted_token_does_not_fill_the_memory() {
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 8 * 1024 * 1024], 9);
    let token = format!("{VERSION}{}", STANDARD.encode(bomb));
    assert!(token.len() < 16 * 1024, "{}", token.len());
    assert_eq!(read(&token), Err(NoToken::Packed));
}

#[test]
fn no_mutation_of_a_token_makes_reading_panic() {
    let seed = 11;
    let mut random = fastrand::Rng::with_seed(seed);
    let (grant, certificate) = grant();
    let token = grant.mint(&certificate, Packing::Node).expose().to_owned();
    let content = [&[32, 0][..], &[9; 32], &grant.content()].concat();
    for round in 0..20_000 {
        // Either the text is hurt, or the content before it is packed.
        let mut bytes = if round % 2 == 0 { token.clone().into_bytes() } else { content.clone() };
        for _ in 0..random.usize(1..4) {
            let at = random.usize(..bytes.len());
            bytes[at] = random.u8(..);
        }
        bytes.truncate(random.usize(1..=bytes.len()));
        let text = if round % 2 == 0 {
            String::from_utf8_lossy(&bytes).into_owned()
        } else {
            format!("{VERSION}{}", STANDARD.encode(deflate::compress(&bytes, Packing::Zlib)))
        };
        if let Ok(read) = read(&text) {
            let lines = explain(&read, Timestamp::default(), Some(&certificate));
            assert!(lines.iter().all(|line| !line.contains(char::is_control)), "seed {seed}: {lines:?}");
        }
    }
}

#[test]
fn what_is_packed_comes_out_again() {
    let seed = 5;
    let mut random = fastrand::Rng::with_seed(seed);
    for length in (0..400).chain([1_000, 4_096]) {
        let letters = random.u8(1..=255);
        let content: Vec<u8> = (0..length).map(|_| random.u8(..letters)).collect();
        for packing in [Packing::Node, Packing::Zlib] {
            let packed = deflate::compress(&content, packing);
            let back = miniz_oxide::inflate::decompress_to_vec_zlib(&packed);
            assert_eq!(back.ok().as_ref(), Some(&content), "seed {seed}, {length} bytes, {packing:?}");
        }
    }
}

#[test]
fn secrets_stay_out_of_debug_and_errors() {
    let canary = "CANARY00CANARY00CANARY00CANARY00";
    let error = canary.parse::<AppCertificate>().expect_err("not hexadecimal");
    assert!(!format!("{error} {error:?}").contains("CANARY") && error.to_string().contains("32 characters"), "{error}");
    let (grant, certificate) = grant();
    let token = grant.mint(&certificate, Packing::Node);
    let shown = format!("{certificate:?} {token:?}");
    assert_eq!(shown, "AppCertificate(not shown) Token(not shown)");
}
