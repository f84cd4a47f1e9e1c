//! What concerns more than one row, the worst first: at most two banners, then a line with how many more.

use std::sync::Arc;
use std::time::Duration;

use egui::{Sense, Stroke, Ui, vec2};

use super::listing::Listing;
use crate::monitor::incidents::IncidentKind;
use crate::monitor::io::LogHealth;
use crate::monitor::phase::State;
use crate::monitor::snapshot::{DomainView, IncidentView, NetworkView, ProjectView, SlowView};
use crate::ui::state::{Moment, Worker};
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::banner::Banner;
use crate::ui::widgets::text::left;
use crate::ui::{format, words};

/// Banners shown whole.
const AT_MOST: usize = 2;

/// A banner, and the incident that it offers to acknowledge.
#[derive(Clone, Debug)]
pub struct Due<'a> {
    /// What it says.
    pub banner: Banner,
    /// Which it is about.
    pub incident: Option<&'a IncidentView>,
}

impl From<Banner> for Due<'_> {
    fn from(banner: Banner) -> Self {
        Self { banner, incident: None }
    }
}

/// Shows them over the whole width; gives the incident that is to be acknowledged.
pub fn show<'a>(ui: &mut Ui, banners: &[Due<'a>]) -> Option<&'a IncidentView> {
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    let mut wants = None;
    for due in banners.iter().take(AT_MOST) {
        if due.banner.show(ui, due.incident.map(|_| "Acknowledge…")) {
            wants = due.incident;
        }
    }
    if banners.len() > AT_MOST {
        let palette = Palette::of(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
        ui.painter().rect_filled(rect, 0.0, palette.bg2);
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, palette.line2));
        let heads: Vec<&str> = banners.iter().skip(AT_MOST).map(|due| due.banner.head.as_str()).collect();
        let line = format!("and {} more: {}", heads.len(), heads.join(" · "));
        left(ui.painter(), rect.left_center() + vec2(60.0 - space::XS, 0.0), line, text::small(), palette.text2);
    }
    wants
}

/// All banners there is a reason for.
pub fn due<'a>(moment: &Moment<'a>, listing: &Listing) -> Vec<Due<'a>> {
    let snapshot = moment.snapshot;
    let gone = (moment.worker == Worker::Gone).then(|| Banner {
        like: State::NotObserved,
        head: "Nothing is watched any more: the part of reelwatch that asks Agora has ended".to_owned(),
        meaning: "Recordings go on, but nobody here sees them. Close this window and start reelwatch again".to_owned(),
    });
    let network = match snapshot.network {
        NetworkView::Up => None,
        NetworkView::Down { since, .. } => Some(Banner {
            like: State::NotObserved,
            head: format!(
                "No domain of Agora's answers: {} not observed for {}",
                format::counted(listing.count(State::NotObserved), "recording", "recordings"),
                format::cell(moment.now.since(since))
            ),
            meaning: "Not one answer came, from any domain of any project: most likely it is this workstation's network. \
                      Recordings need it not, and nothing counts as lost. Check cable or VPN. With the first answer all \
                      channels are checked, worst first"
                .to_owned(),
        }),
    };
    let log = match snapshot.log.health {
        LogHealth::Saved => None,
        LogHealth::Failing => Some(log_failing(moment)),
    };
    // Without channels it stands in the middle of the window, with room for all of it.
    let problem = moment.problem.filter(|_| !snapshot.channels.is_empty()).map(|problem| Banner {
        like: State::ConfigError,
        head: format::sentence(problem.lines().next().unwrap_or_default()),
        meaning: problem.lines().skip(1).collect::<Vec<_>>().join(" · "),
    });
    let waiting = |view: &&Arc<IncidentView>| view.needs_somebody() && view.kind == IncidentKind::Mass;
    let masses = snapshot.incidents.iter().filter(waiting).map(|view| {
        let (head, meaning) = words::mass_story(view, snapshot, moment.now);
        Due { banner: Banner { like: State::Lost, head, meaning }, incident: Some(&**view) }
    });
    let projects = &snapshot.projects;
    let dark = projects.iter().filter_map(|project| dark(project, moment));
    let retries = projects.iter().filter_map(|project| retries_spent(project, moment));
    let throttled = projects.iter().filter_map(|project| throttled(project, moment));
    [gone, network, log, problem]
        .into_iter()
        .flatten()
        .map(Due::from)
        .chain(masses)
        .chain(dark.chain(retries).chain(throttled).map(Due::from))
        .collect()
}

/// A head that says whose it is, where there are several projects: each has a quota of its own.
fn head(project: &ProjectView, moment: &Moment<'_>, what: &str) -> String {
    match moment.snapshot.projects.len() {
        1 => what.to_owned(),
        _ => format!("{}: {what}", project.name),
    }
}

/// No domain of a project answers, while the own network is there: another project is answered, or a gateway answers in place
/// of the service.
fn dark(project: &ProjectView, moment: &Moment<'_>) -> Option<Banner> {
    let fresh_from = moment.now - project.poll_every * 2;
    let is_asked = project.domains.iter().filter_map(|domain| domain.tried_at).any(|at| at >= fresh_from);
    if moment.snapshot.network != NetworkView::Up || !is_asked {
        return None;
    }
    let trouble = |domain: &DomainView| Some(format!("{}: {}", domain.host, domain.trouble.as_ref()?));
    let troubles: Vec<String> = project.domains.iter().map(trouble).collect::<Option<_>>()?;
    let unseen = moment.snapshot.channels.iter().filter(|view| {
        view.project == project.id && matches!(view.state_at(moment.now).0, State::Uncertain | State::NotObserved)
    });
    Some(Banner {
        like: State::Uncertain,
        head: head(project, moment, "The service answers at no domain"),
        meaning: format!(
            "The last tries: {}. {} cannot be checked; they may well go on, and none counts as lost for it",
            troubles.join(" · "),
            format::counted(unseen.count(), "recording", "recordings")
        ),
    })
}

/// Agora asked for fewer requests: checks rest, and come more slowly for a while, as long as that makes a difference.
fn throttled(project: &ProjectView, moment: &Moment<'_>) -> Option<Banner> {
    let now = moment.now;
    let rest = project.throttled_until.filter(|until| *until > now);
    // Between two rests the next answer is awaited: the banner stays, or all below it would jump up and down.
    let answered_429 = moment.snapshot.channels.iter().any(|view| view.project == project.id && view.throttled);
    let rarer = project.poll_every > project.poll_wanted;
    let (what, meaning) = match (rest, project.slow) {
        (Some(until), _) => (
            "Agora asks for fewer requests (429)".to_owned(),
            format!("Checks rest for {}", format::words(until.since(now).max(Duration::from_secs(1)))),
        ),
        (None, Some(slow)) if answered_429 => ("Agora asks for fewer requests (429)".to_owned(), slowed(project, slow)),
        (None, Some(slow)) if rarer => {
            (format!("Checks go at {} % of their rate after 429", slow.percent), slowed(project, slow))
        }
        // So few are polled that the lower rate is enough for the wanted interval.
        (None, Some(_) | None) => return None,
    };
    Some(Banner {
        like: State::Starting,
        head: head(project, moment, &what),
        meaning: format!("Our rate, not the channels' fault. {meaning}; stop and restart still go out"),
    })
}

fn slowed(project: &ProjectView, SlowView { since, percent }: SlowView) -> String {
    format!(
        "Since {} checks go at {percent} % of their rate, each recording every {}, and faster step by step",
        words::clock(since),
        format::words(project.poll_every)
    )
}

/// So many checks fail that repeating them all would only add to the load.
fn retries_spent(project: &ProjectView, moment: &Moment<'_>) -> Option<Banner> {
    project.retries_spent_since.map(|since| Banner {
        like: State::Uncertain,
        head: head(
            project,
            moment,
            &format!("Checks fail in large numbers for {}", format::words(moment.now.since(since))),
        ),
        meaning: format!(
            "Repeating them all at once cannot help, so each recording is asked about at its ordinary turn, every {}. \
             Start, stop and restart are repeated as always",
            format::words(project.poll_every)
        ),
    })
}

fn log_failing(moment: &Moment<'_>) -> Banner {
    let log = &moment.snapshot.log;
    let said = log.error.as_deref().unwrap_or("the system gave no reason");
    let dropped = match log.dropped {
        0 => String::new(),
        dropped => format!(", {} lost", format::thousands(dropped)),
    };
    Banner {
        like: State::Lost,
        head: format!("The session log cannot be written: {said}"),
        meaning: format!(
            "Watching goes on; {} in memory{dropped}. Nothing is started, stopped or restarted until the log can be \
             written again",
            format::counted(log.waiting, "event waits", "events wait")
        ),
    }
}
