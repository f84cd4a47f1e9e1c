//! The `[project]` table, or one `[[project]]` for each of several: which App ID, at which domains, with which variables of the
//! environment for its credentials, and which numbers of the rules are its own. Where there are several, nothing is shared by
//! accident: names and App IDs differ, and each names its variables.

use std::sync::Arc;

use super::policy;
use super::problem::{NoSuchProject, Problem};
use super::reader::{Reader, Table, shown};
use super::secret::{self, Fallback};
use super::{APP_CERTIFICATE, CUSTOMER_KEY, CUSTOMER_SECRET, DOMAINS, Secrets, parsed, required, tokens};
use crate::agora::account::{Account, AppId, Domain};
use crate::agora::hosts::HostArea;
use crate::monitor::policy::Policy;

/// One project as far as it could be read.
pub struct ProjectOutline {
    /// `None` where a problem was noted.
    pub name: Option<Arc<str>>,
    /// `None` where a problem was noted, or secrets were not asked for.
    pub account: Option<Account>,
    /// Its numbers of the rules.
    pub policy: Policy,
}

/// Whether a project is alone in its file, which decides where its credentials are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Company {
    /// The only one: the usual variables will do.
    Alone,
    /// One of several: it names variables of its own.
    OneOfSeveral,
}

impl Company {
    /// The variable of a secret that the project does not name.
    pub const fn usual(self, variable: &'static str) -> Fallback {
        match self {
            Company::Alone => Fallback::Variable(variable),
            Company::OneOfSeveral => Fallback::None,
        }
    }
}

/// What the projects have taken, with the setting that took it.
#[derive(Default)]
struct Taken {
    names: Vec<(String, String)>,
    app_ids: Vec<(String, String)>,
    certificates: Vec<(String, String)>,
}

/// Reads all of them, `base` being the numbers that count where a project says nothing else.
pub fn read(root: &mut Table<'_, '_>, base: &Policy, secrets: Secrets<'_>, reader: &Reader<'_>) -> Vec<ProjectOutline> {
    let tables = root.one_or_several("project");
    if tables.is_empty() && root.raw("project").is_none_or(|value| value.get_ref().is_array()) {
        root.missing("project");
    }
    let company = if tables.len() > 1 { Company::OneOfSeveral } else { Company::Alone };
    let mut taken = Taken::default();
    tables.into_iter().map(|table| read_one(table, company, base, (secrets, reader), &mut taken)).collect()
}

fn read_one(
    mut table: Table<'_, '_>,
    company: Company,
    base: &Policy,
    (secrets, reader): (Secrets<'_>, &Reader<'_>),
    taken: &mut Taken,
) -> ProjectOutline {
    let name = required(&mut table, "name");
    if let Some(name) = &name {
        let why = |other: &str| format!("{} is the name of {other} already", shown(name));
        differs(&mut table, "name", name.clone(), &mut taken.names, why);
    }
    let app_id = parsed::<AppId>(&mut table, "app_id");
    if let Some(app_id) = &app_id {
        let why = |other: &str| {
            format!(
                "is the App ID of {other} already: they would share one quota without knowing of each other; make them one project"
            )
        };
        differs(&mut table, "app_id", app_id.as_str().to_ascii_lowercase(), &mut taken.app_ids, why);
    }
    let domains = read_domains(&mut table);
    let domains_given = table.raw("domains").and_then(|given| given.get_ref().as_array()).map_or(0, |all| all.len());
    let tokens = tokens::of_project(&mut table, company, secrets, reader);
    if let Some(variable) = secret::variable_of(&mut table, "app_certificate") {
        let why = |other: &str| {
            format!(
                "names the variable of {other}; each project has an App Certificate of its own, so it needs a variable of its own"
            )
        };
        differs(&mut table, "app_certificate", variable, &mut taken.certificates, why);
    }
    let customer_key = secret::needed(
        &mut table,
        "customer_key",
        "customer key (customer ID) of the REST API",
        company.usual(CUSTOMER_KEY),
        (secrets, reader),
    );
    let customer_secret = secret::needed(
        &mut table,
        "customer_secret",
        "customer secret of the REST API",
        company.usual(CUSTOMER_SECRET),
        (secrets, reader),
    );
    if let Some(value) = table.raw("customer_id") {
        let what = "secrets are not kept in this file, and this one is called customer_key here; write customer_key = { env = \"NAME\" }";
        table.report("customer_id", Some(value.span()), what.to_owned());
    }
    let policy = table.table("policy").map_or_else(|| base.clone(), |table| policy::read_of_project(table, base));
    let account = match (app_id, customer_key, customer_secret) {
        // Every domain given is wrong, and was told with its place.
        (Some(_), Some(_), Some(_)) if domains.is_empty() && domains_given > 0 => None,
        (Some(app_id), Some(customer_key), Some(customer_secret)) => {
            let account = Account::new(app_id, customer_key, customer_secret, domains);
            let account = account.map_err(|error| table.report("", None, error.to_string())).ok();
            account.map(|account| Account { tokens, ..account })
        }
        (_, _, _) => None,
    };
    table.end();
    ProjectOutline { name: name.map(Into::into), account, policy }
}

/// Notes when another project has the same.
fn differs(
    table: &mut Table<'_, '_>,
    key: &'static str,
    value: String,
    taken: &mut Vec<(String, String)>,
    why: impl FnOnce(&str) -> String,
) {
    match taken.iter().find(|(other, _)| *other == value) {
        Some((_, owner)) => {
            let span = table.raw(key).map(toml::Spanned::span);
            table.report(key, span, why(owner));
        }
        None => taken.push((value, table.name().to_owned())),
    }
}

fn read_domains(table: &mut Table<'_, '_>) -> Vec<Domain> {
    let area = table.choice("area", &HostArea::WORDS);
    if let (Some(value), true) = (table.raw("area"), table.raw("domains").is_some()) {
        let what = "stands beside domains, which says the same; leave one of the two out".to_owned();
        table.report("area", Some(value.span()), what);
    }
    if let (Some(area), true) = (area, table.raw("domains").is_none()) {
        return area.domains().iter().filter_map(|domain| domain.parse().ok()).collect();
    }
    let Some(given) = table.texts("domains") else {
        return DOMAINS.iter().filter_map(|domain| domain.parse().ok()).collect();
    };
    let mut domains: Vec<Domain> = Vec::new();
    for text in given {
        match text.value.parse::<Domain>() {
            Ok(domain) if domains.iter().any(|earlier| earlier.host() == domain.host()) => {
                table.report("domains", Some(text.span), format!("{} is there twice", domain.host()));
            }
            Ok(domain) => domains.push(domain),
            Err(error) => table.report("domains", Some(text.span), error.to_string()),
        }
    }
    domains
}

/// What a token of a project is made from, as far as the file says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenSource {
    /// Whose token it will be.
    pub app_id: AppId,
    /// The variable of its App Certificate; none where one of several projects names none.
    pub certificate: Option<String>,
}

/// Reads what a token of the project with this name is made from; without a name, of the only one.
pub fn token_source(text: &str, wanted: Option<&str>) -> Result<Result<TokenSource, NoSuchProject>, Vec<Problem>> {
    let reader = Reader::new(text);
    let document = reader.parse();
    let mut root = reader.root(&document);
    let mut tables = root.one_or_several("project");
    if tables.is_empty() {
        root.missing("project");
        return Err(reader.into_problems());
    }
    let name = |table: &mut Table<'_, '_>| table.text("name").map_or("", |found| found.value).into();
    let names: Vec<Arc<str>> = tables.iter_mut().map(name).collect();
    let at = match choose(&names, wanted) {
        Ok(at) => at,
        Err(error) => return Ok(Err(error)),
    };
    let company = if tables.len() > 1 { Company::OneOfSeveral } else { Company::Alone };
    let mut table = tables.swap_remove(at);
    let app_id = parsed::<AppId>(&mut table, "app_id");
    let named = secret::variable_of(&mut table, "app_certificate");
    let usual = match company.usual(APP_CERTIFICATE) {
        Fallback::Variable(variable) => Some(variable.to_owned()),
        Fallback::None => None,
    };
    match app_id {
        Some(app_id) => Ok(Ok(TokenSource { app_id, certificate: named.or(usual) })),
        None => Err(reader.into_problems()),
    }
}

/// The place of the project that is wanted, by name or as the only one.
pub fn choose(names: &[Arc<str>], wanted: Option<&str>) -> Result<usize, NoSuchProject> {
    let at = match (wanted, names) {
        (None, [_]) => Some(0),
        (None, _) => None,
        (Some(wanted), _) => names.iter().position(|name| **name == *wanted),
    };
    at.ok_or_else(|| NoSuchProject { wanted: wanted.map(Into::into), names: names.to_vec() })
}

#[cfg(test)]
mod tests;
