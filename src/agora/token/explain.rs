//! A token in plain lines for the operator: for whom, until when, and whether its signature is right. It never shows the token
//! or the certificate, and never says that the service will take it: that only the service knows.

use jiff::tz::TimeZone;

use super::read::{Contents, Read, Service};
use super::{AppCertificate, RTC};
use crate::monitor::time::Timestamp;

/// The longest life that the vendor documents, in seconds.
pub const LONGEST_LIFE: u32 = 24 * 60 * 60;

/// Lines without line ends. `certificate` is the project's, where it is known.
pub fn explain(read: &Read, now: Timestamp, certificate: Option<&AppCertificate>) -> Vec<String> {
    let contents = match read {
        Read::Current(contents) => contents,
        Read::Old { app_id } => {
            return vec![
                line("Kind", "AccessToken (006), the old kind; it is not read further"),
                line("App ID", app_id),
                "Agora's builders have made AccessToken2 (007) since 2022; make a new one with reelwatch token"
                    .to_owned(),
            ];
        }
    };
    let now = u64::try_from(now.as_millis() / 1000).unwrap_or(0);
    let mut lines = vec![line("Kind", "AccessToken2 (007)"), line("App ID", &shown(&contents.app_id))];
    for service in &contents.services {
        lines.extend(names(service));
    }
    lines.push(line("Issued", &issued(contents, now)));
    lines.push(line("Ends", &ends(contents, now)));
    for service in &contents.services {
        for (privilege, expire) in &service.privileges {
            let expire = if *expire == 0 { contents.expire } else { (*expire).min(contents.expire) };
            let end = u64::from(contents.issued_at) + u64::from(expire);
            lines.push(line(
                &privilege_name(service.kind, *privilege),
                &format!("until {}, {}", utc(end), left(end, now)),
            ));
        }
    }
    if let Some(kind) = contents.unread {
        lines.push(line("Further", &format!("a service of type {kind} that is not known here; it is not read")));
    }
    lines.push(line("Salt", &contents.salt.to_string()));
    lines.push(line("Signature", signature(contents, certificate)));
    lines
}

fn line(name: &str, value: &str) -> String {
    format!("{name:<16} {value}")
}

/// Foreign text, harmless on a terminal.
fn shown(text: &str) -> String {
    text.escape_debug().to_string()
}

fn names(service: &Service) -> Vec<String> {
    let name = |at: usize| service.names.get(at).map_or("", String::as_str);
    if service.kind == RTC {
        let uid = if name(1).is_empty() { "any: the token names none".to_owned() } else { shown(name(1)) };
        return vec![line("Channel", &shown(name(0))), line("UID", &uid)];
    }
    let names: Vec<String> = service.names.iter().map(|name| shown(name)).collect();
    vec![line("Service", format!("{} {}", service_name(service.kind), names.join(", ")).trim_end())]
}

fn service_name(kind: u16) -> String {
    let known = match kind {
        2 => "signaling",
        3 => "streaming",
        4 => "FPA",
        5 => "chat",
        6 => "fusion CDN",
        7 => "education",
        9 => "conversational AI",
        10 => "speech to text",
        _ => return format!("type {kind}"),
    };
    known.to_owned()
}

fn privilege_name(service: u16, privilege: u16) -> String {
    let known = match (service, privilege) {
        (RTC, 1) => "Join",
        (RTC, 2) => "Publish audio",
        (RTC, 3) => "Publish video",
        (RTC, 4) => "Publish data",
        (RTC, _) => return format!("Privilege {privilege}"),
        (_, _) => return format!("{} {privilege}", service_name(service)),
    };
    known.to_owned()
}

fn issued(contents: &Contents, now: u64) -> String {
    let at = u64::from(contents.issued_at);
    let ahead = if at > now { ", which is still ahead: is the clock of whoever made it right?" } else { "" };
    format!("{}{ahead}", utc(at))
}

fn ends(contents: &Contents, now: u64) -> String {
    let (end, life) = (contents.ends(), u64::from(contents.expire));
    let too_long = if contents.expire > LONGEST_LIFE { "; Agora documents 24 h as the longest life" } else { "" };
    format!("{}, {} after its issue: {}{too_long}", utc(end), words(life), left(end, now))
}

/// Whether a moment is over.
fn left(end: u64, now: u64) -> String {
    if end > now { format!("{} left", words(end - now)) } else { format!("expired {} ago", words(now - end)) }
}

fn signature(contents: &Contents, certificate: Option<&AppCertificate>) -> &'static str {
    match certificate {
        None => "not checked, because no App Certificate is set",
        Some(certificate) if contents.is_signed_by(certificate) => "right: made with the App Certificate that is set",
        Some(_) => "wrong: not made with the App Certificate that is set, or changed since",
    }
}

/// `2026-11-12 14:32:07 UTC`
fn utc(seconds: u64) -> String {
    let at = i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    at.map_or_else(|| "never".to_owned(), |at| at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
}

/// `41 s`, `7 min 40 s`, `23 h 12 min`, `2 d 4 h`
fn words(seconds: u64) -> String {
    let parts = [(seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let first = parts.iter().position(|(count, _)| *count > 0).unwrap_or(parts.len() - 1);
    let shown = parts[first..].iter().take(2).filter(|(count, _)| *count > 0 || seconds == 0);
    shown.map(|(count, unit)| format!("{count} {unit}")).collect::<Vec<_>>().join(" ")
}
