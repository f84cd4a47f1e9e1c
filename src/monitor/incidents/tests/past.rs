//! Incidents read from the log again, all of them.

use super::*;
use crate::monitor::incidents::{Home, PastIncidents};

/// The first nine channels are those of a project; there are no others.
fn home(channel: ChannelId) -> Option<Home> {
    let name = format!("court-{}", channel.0).into();
    (channel.0 < 10).then(|| Home { project: ProjectId(0), project_name: "north".into(), name })
}

#[test]
fn the_log_tells_the_same_of_an_incident_as_the_live_picture_and_has_its_lines() {
    let mut desk = Desk::new();
    (1..=3).for_each(|id| assert!(!desk.turn(id, State::Lost).is_empty()));
    desk.recovered(1);
    desk.attend(3, IncidentCare::Note(line("cable"))).expect("it is there");
    let past = PastIncidents::of(&desk.log, home);
    let told: Vec<_> = past.incidents.iter().map(|past| &past.view).collect();
    let live = desk.views();
    assert_eq!(told.len(), live.len());
    for (told, live) in told.iter().zip(&live) {
        assert_eq!((told.at, told.end, told.lines, told.denials), (live.at, live.end, live.lines, live.denials));
        let parts = |view: &IncidentView| -> Vec<_> {
            view.children.iter().map(|child| (child.channel, child.since, child.settled)).collect()
        };
        assert_eq!(parts(told), parts(live));
    }
    let mass = past.incidents.last().expect("the mass");
    assert_eq!(&*mass.view.children[0].name, "court-1");
    let last = mass.lines.last().map(|record| &record.event);
    assert!(matches!(last, Some(Event::NoteAdded { .. })), "{last:?}");
}

#[test]
fn none_is_forgotten_however_many_there_are() {
    let mut desk = Desk::new();
    for _ in 0..2 * CLOSED_KEPT {
        desk.wait(1000).turn(1, State::Lost);
        desk.recovered(1);
    }
    let numbers: Vec<_> = (1..).take(2 * CLOSED_KEPT).collect();
    numbers.iter().for_each(|number| assert!(desk.close(*number).is_ok()));
    let past = PastIncidents::of(&desk.log, home);
    assert_eq!(past.incidents.iter().map(|past| past.view.at.number.0).collect::<Vec<_>>(), numbers);
    assert!(past.incidents.iter().all(|past| past.view.closed_at.is_some()));
}

#[test]
fn one_of_a_project_that_is_not_watched_is_counted_and_one_that_opened_before_is_not_told() {
    let mut desk = Desk::new();
    desk.turn(1, State::Lost);
    desk.wait(1000).turn(99, State::Lost);
    desk.recovered(1);
    let past = PastIncidents::of(&desk.log, home);
    assert_eq!((past.incidents.len(), past.homeless), (1, 1));
    let late = PastIncidents::of(&desk.log[1..], home);
    assert_eq!((late.incidents.len(), late.homeless), (0, 1), "only its end is known");
}
