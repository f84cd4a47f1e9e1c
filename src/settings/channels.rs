//! The `[[channel]]` tables, and the rules that hold between them: names differ, and no two recorders of one Agora channel
//! may ever share a UID, since they would kick each other out.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::profiles::Profiles;
use super::reader::{Found, Table, shown};
use super::{ChannelSettings, Secrets, required, tokens};
use crate::monitor::ids::{Cname, Mode, Uid};
use crate::monitor::io::AutoRestart;

/// Most spare UIDs of a channel.
const SPARES_AT_MOST: usize = 8;

/// The channels by the place of their project.
pub type ByProject = BTreeMap<usize, Vec<ChannelSettings>>;

/// Who has taken what in a project, to find what is there twice. Two projects know nothing of each other's channels.
#[derive(Default)]
struct Taken {
    names: BTreeMap<String, String>,
    uids: BTreeMap<(Cname, Uid), String>,
}

/// Reads all of them. One with a problem is left out, and the problem noted. `projects` are the names of the projects; one that
/// has a problem itself has none.
pub fn read(
    tables: Vec<Table<'_, '_>>,
    projects: &[Option<Arc<str>>],
    profiles: &Profiles,
    secrets: Secrets<'_>,
) -> ByProject {
    let (mut taken, mut channels): (BTreeMap<usize, Taken>, ByProject) = Default::default();
    for mut table in tables {
        let project = read_project(&mut table, projects);
        // Of a channel without a project nobody knows what it could stand in the way of.
        let mut nobodys = Taken::default();
        let taken = project.map_or(&mut nobodys, |project| taken.entry(project).or_default());
        let channel = read_one(table, profiles, secrets, taken);
        if let (Some(project), Some(channel)) = (project, channel) {
            channels.entry(project).or_default().push(channel);
        }
    }
    channels
}

/// The project by name; where there is only one, it need not be named.
fn read_project(table: &mut Table<'_, '_>, projects: &[Option<Arc<str>>]) -> Option<usize> {
    let known: Vec<String> = projects.iter().flatten().map(|name| format!("\"{name}\"")).collect();
    let Some(named) = table.text("project") else {
        if table.raw("project").is_none() {
            if let [_] = projects {
                return Some(0);
            }
            if !projects.is_empty() {
                table.report("project", None, format!("is missing; it is one of {}", known.join(", ")));
            }
        }
        return None;
    };
    let at = projects.iter().position(|name| name.as_deref() == Some(named.value));
    // A project that has a problem with its name may be the one that is meant.
    if at.is_none() && projects.iter().all(Option::is_some) && !projects.is_empty() {
        let what = format!("no project has the name {}; it is one of {}", shown(named.value), known.join(", "));
        table.report("project", Some(named.span), what);
    }
    at
}

fn read_one(
    mut table: Table<'_, '_>,
    profiles: &Profiles,
    secrets: Secrets<'_>,
    taken: &mut Taken,
) -> Option<ChannelSettings> {
    let name = required(&mut table, "name");
    if let (Some(name), Some(span)) = (&name, table.raw("name").map(toml::Spanned::span))
        && let Some(other) = taken.names.insert(name.clone(), table.name().to_owned())
    {
        table.report("name", Some(span), format!("{} is the name of {other} already", shown(name)));
    }
    let profile = read_profile(&mut table, profiles);
    let mode = profile.as_ref().and_then(|name| Some(profiles.get(&**name)?.as_ref()?.draft.mode()));
    let cname = read_cname(&mut table, name.as_deref(), mode.as_ref());
    let uids = read_uids(&mut table);
    if let (Some(cname), Some(uids)) = (&cname, &uids) {
        check_uids(&table, cname, uids, taken);
    }
    let tags = table.texts("tags").unwrap_or_default();
    let auto_restart = match table.flag("auto_restart") {
        Some(true) => AutoRestart::On,
        Some(false) | None => AutoRestart::Off,
    };
    let own = ["token", "backup_token"].map(|key| tokens::fixed(&mut table, key, secrets));
    table.end();
    let (uids, profile) = (uids?, profile?);
    let pair = [uids.main.value, uids.backup.value];
    Some(ChannelSettings {
        name: name?.into(),
        cname: cname?,
        mode: mode?,
        main_uid: uids.main.value,
        backup_uid: uids.backup.value,
        spare_uids: uids.spares.iter().map(|spare| spare.value).collect(),
        profile,
        tags: tags.iter().map(|tag| tag.value.into()).collect(),
        auto_restart,
        tokens: pair.into_iter().zip(own).filter_map(|(uid, token)| Some((uid, token?))).collect(),
    })
}

/// The channel name; the operator's own name where it is left out. The profile's mode decides what it may be: a recording of
/// a page belongs to no channel of Agora's, so its name is only a label. Where the mode is not known, because the profile has
/// a problem itself, a name is not called wrong that may be right.
fn read_cname(table: &mut Table<'_, '_>, name: Option<&str>, mode: Option<&Mode>) -> Option<Cname> {
    let (key, text, span) = match table.text("cname") {
        Some(found) => ("cname", found.value, found.span),
        None if table.raw("cname").is_some() => return None,
        None => ("name", name?, table.raw("name")?.span()),
    };
    let hint = if key == "name" { "; or keep the name and set cname to what Agora calls the channel" } else { "" };
    let read = mode.map_or_else(|| Cname::of(text, &Mode::Other("".into())), |mode| Cname::of(text, mode));
    read.map_err(|error| table.report(key, Some(span), format!("{error}{hint}"))).ok()
}

/// The UIDs of a channel with their places.
struct Uids {
    main: Found<Uid>,
    backup: Found<Uid>,
    spares: Vec<Found<Uid>>,
}

fn read_uids(table: &mut Table<'_, '_>) -> Option<Uids> {
    let every = 1..=u32::MAX;
    let as_uid = |found: Found<u32>| Uid::new(found.value).map(|value| Found { value, span: found.span });
    for key in ["uid", "backup_uid"] {
        if table.raw(key).is_none() {
            table.missing(key);
        }
    }
    let main = table.number("uid", every.clone()).and_then(as_uid);
    let backup = table.number("backup_uid", every.clone()).and_then(as_uid);
    let spares = table.numbers("spare_uids", &every).unwrap_or_default();
    if spares.len() > SPARES_AT_MOST {
        table.report("spare_uids", None, format!("lists {} UIDs; at most {SPARES_AT_MOST} are read", spares.len()));
    }
    Some(Uids { main: main?, backup: backup?, spares: spares.into_iter().filter_map(as_uid).collect() })
}

fn check_uids(table: &Table<'_, '_>, cname: &Cname, uids: &Uids, taken: &mut Taken) {
    let Uids { main, backup, spares } = uids;
    let all =
        [("uid", main), ("backup_uid", backup)].into_iter().chain(spares.iter().map(|spare| ("spare_uids", spare)));
    for (key, uid) in all {
        let owner = table.setting(key);
        if let Some(other) = taken.uids.insert((cname.clone(), uid.value), owner) {
            let span: Range<usize> = uid.span.clone();
            let what = format!(
                "{} is {other} already; two recorders with one UID in \"{cname}\" would kick each other out",
                uid.value
            );
            table.report(key, Some(span), what);
        }
    }
}

/// The profile by name; where there is only one, it need not be named.
fn read_profile(table: &mut Table<'_, '_>, profiles: &Profiles) -> Option<Arc<str>> {
    let names = || profiles.keys().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let Some(named) = table.text("profile") else {
        if table.raw("profile").is_none() {
            match profiles.len() {
                0 => table.report("profile", None, "there is no profile; write one as [profile.<name>]".to_owned()),
                1 => {
                    return profiles
                        .iter()
                        .find(|(_, profile)| profile.is_some())
                        .map(|(name, _)| name.as_str().into());
                }
                _ => table.report("profile", None, format!("is missing; it is one of {}", names())),
            }
        }
        return None;
    };
    let profile = profiles.get(named.value);
    if profile.is_none() {
        let known = if profiles.is_empty() { "there is none".to_owned() } else { format!("it is one of {}", names()) };
        table.report("profile", Some(named.span), format!("no profile has the name {}; {known}", shown(named.value)));
    }
    profile?.as_ref()?;
    Some(named.value.into())
}
