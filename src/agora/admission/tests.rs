//! Which token goes out, and what is said about one that should not.

use super::*;
use crate::agora::request::tests::account;

const ASKED_AT: i64 = 1_772_439_302_417;

fn cname(name: &str) -> Cname {
    name.parse().expect("valid")
}

fn uid(number: u32) -> Uid {
    Uid::new(number).expect("valid")
}

fn certificate() -> AppCertificate {
    "00112233445566778899aabbccddeeff".parse().expect("valid")
}

fn minting() -> Account {
    Account { tokens: Tokens::Mint { certificate: certificate(), life: TokenLife::default() }, ..account() }
}

/// A token for channel `room`, UID 7, issued at the start and valid for an hour, with changes.
fn fixed(change: impl FnOnce(&mut Grant)) -> FixedTokens {
    let mut grant = Grant {
        app_id: account().app_id,
        channel: cname("room"),
        uid: uid(7),
        role: TokenRole::default(),
        issued_at: u32::try_from(ASKED_AT / 1000).expect("fits"),
        expire: 3600,
        salt: Salt::new(1).expect("valid"),
    };
    change(&mut grant);
    FixedTokens::from([((cname("room"), uid(7)), grant.mint(&certificate(), Packing::default()))])
}

fn asked(account: &Account, fixed: &FixedTokens, mode: &Mode) -> Result<Option<Pass>, NoPass> {
    let cname = cname("room");
    pass(account, fixed, &Joining { cname: &cname, uid: uid(7), mode, asked_at: Timestamp::from_millis(ASKED_AT) })
}

fn text(pass: &Pass) -> &str {
    use secrecy::ExposeSecret as _;
    pass.token.expose_secret()
}

#[test]
fn a_minted_token_is_for_this_channel_and_uid_ends_after_its_life_and_is_the_same_at_every_try() {
    let first = asked(&minting(), &FixedTokens::new(), &Mode::Mix).expect("minted").expect("a token");
    let again = asked(&minting(), &FixedTokens::new(), &Mode::Individual).expect("minted").expect("a token");
    assert_eq!(text(&first), text(&again));
    assert_eq!(first.until, Some(Timestamp::from_millis((ASKED_AT / 1000 + 24 * 3600) * 1000)));
    let Read::Current(contents) = read(text(&first)).expect("a token") else { panic!("an old token") };
    assert!(contents.is_signed_by(&certificate()));
    assert_eq!(contents.services[0].names, ["room", "7"]);
    assert_eq!(u64::from(contents.issued_at) * 1000, ASKED_AT.unsigned_abs() / 1000 * 1000);
}

#[test]
fn a_token_of_the_settings_comes_first_and_web_recordings_have_none() {
    let tokens = fixed(|_| {});
    let pass = asked(&minting(), &tokens, &Mode::Mix).expect("fits").expect("a token");
    assert_eq!(text(&pass), tokens.values().next().expect("one").expose());
    assert_eq!(pass.until, Some(Timestamp::from_millis((ASKED_AT / 1000 + 3600) * 1000)));
    for mode in [Mode::Web, Mode::Other("raw".into())] {
        assert!(asked(&minting(), &tokens, &mode).expect("none needed").is_none());
    }
    assert!(asked(&account(), &FixedTokens::new(), &Mode::Mix).expect("none needed").is_none());
}

#[test]
fn a_token_that_agora_would_refuse_is_not_sent_and_what_is_wrong_is_said() {
    let other_app = || "ffffffffffffffffffffffffffffffff".parse().expect("valid");
    let cases: [(FixedTokens, &str); 4] = [
        (fixed(|grant| grant.uid = uid(8)), "for UID \"8\", not for UID 7; Agora would answer code 110"),
        (fixed(|grant| grant.channel = cname("rooms")), "for channel \"rooms\", not for channel \"room\""),
        (fixed(|grant| grant.app_id = other_app()), "for App ID \"ffffffffffffffffffffffffffffffff\""),
        (fixed(|grant| grant.issued_at -= 3600), "ended at 2026-03-02T08:15:02Z; Agora would answer code 109"),
    ];
    for (tokens, said) in cases {
        let error = asked(&account(), &tokens, &Mode::Mix).expect_err(said).to_string();
        assert!(error.contains(said) && error.contains("UID 7"), "{error}");
        assert!(!error.contains(&tokens.values().next().expect("one").expose()[3..20]), "{error}");
    }
    let broken = FixedTokens::from([((cname("room"), uid(7)), Token::new("CANARY-token".to_owned()))]);
    let error = asked(&account(), &broken, &Mode::Mix).expect_err("no token").to_string();
    assert!(error.contains("cannot be read") && !error.contains("CANARY"), "{error}");
    // An older kind cannot be read further than its App ID.
    let old = format!("006{}IAAA", account().app_id.as_str());
    let old = FixedTokens::from([((cname("room"), uid(7)), Token::new(old))]);
    assert_eq!(asked(&account(), &old, &Mode::Mix).expect("left to Agora").expect("a token").until, None);
}

#[test]
fn a_life_is_from_a_minute_to_720_hours_and_a_clock_before_1970_makes_no_token() {
    for (life, ok) in [(59, false), (60, true), (2_592_000, true), (2_592_001, false)] {
        assert_eq!(TokenLife::try_from(Duration::from_secs(life)).is_ok(), ok, "{life}");
    }
    let cname = cname("room");
    let joining = Joining { cname: &cname, uid: uid(7), mode: &Mode::Mix, asked_at: Timestamp::from_millis(-1000) };
    assert_eq!(pass(&minting(), &FixedTokens::new(), &joining).expect_err("no time"), NoPass::Clock);
}
