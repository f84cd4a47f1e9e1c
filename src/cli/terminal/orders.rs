//! Commands that are typed or piped in, one a line: what a line means, and what is said about it. A line that is not understood
//! changes nothing. The rules of when a command is possible are the core's, the same as for the window.

use std::io::{self, BufRead, Read as _};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::monitor::care::{Care, ChannelCare, IncidentAt, IncidentCare};
use crate::monitor::describe;
use crate::monitor::event::{Denial, StopWait};
use crate::monitor::ids::ChannelId;
use crate::monitor::io::Command;
use crate::monitor::remark::{BadRemark, Remark};
use crate::monitor::snapshot::{ChannelView, Snapshot};
use crate::ui::format;
use crate::worker::handle::Asked;

/// The longest line that is read, in bytes; names of channels are far shorter.
const LINE_LIMIT: u64 = 4096;
/// Lines that wait while one is carried out.
const WAITING_AT_MOST: usize = 16;
/// What a note is on where there is no incident: the last minute.
const A_MINUTE: Duration = Duration::from_secs(60);
/// What a line may begin with.
const VERBS: &str = "start, restart, stop, stop-old, check, ack, note, mute, unmute";

/// One line as it came, with its number from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Counts all lines, empty ones included.
    pub number: u64,
    /// The text, or why it could not be read.
    pub text: Result<String, &'static str>,
}

/// A line that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What the channel is called.
    pub name: String,
    /// What to do with it.
    pub asked: Asked,
    /// In words, to say that it was asked for or refused.
    pub what: &'static str,
}

/// The lines of standard input, read on a thread of their own. Its end ends nothing but the lines.
pub fn lines() -> io::Result<mpsc::Receiver<Line>> {
    let (sender, receiver) = mpsc::channel(WAITING_AT_MOST);
    thread::Builder::new().name("commands".to_owned()).spawn(move || read(io::stdin().lock(), &sender))?;
    Ok(receiver)
}

fn read(mut input: impl BufRead, to: &mpsc::Sender<Line>) {
    for number in 1.. {
        let mut bytes = Vec::new();
        // What cannot be read any more is at its end.
        if input.by_ref().take(LINE_LIMIT).read_until(b'\n', &mut bytes).unwrap_or(0) == 0 {
            return;
        }
        let is_cut = !bytes.ends_with(b"\n") && u64::try_from(bytes.len()).is_ok_and(|length| length == LINE_LIMIT);
        if is_cut && input.skip_until(b'\n').is_err() {
            return;
        }
        let text = match String::from_utf8(bytes) {
            _ if is_cut => Err("it is longer than 4 KiB"),
            Ok(text) => Ok(text),
            Err(_) => Err("it is not UTF-8"),
        };
        // Nobody listens any more only when the program ends.
        if to.blocking_send(Line { number, text }).is_err() {
            return;
        }
    }
}

/// What a line wants; `None` for an empty one or a comment.
pub fn understood(line: &Line, snapshot: &Snapshot) -> Option<Result<Order, String>> {
    let text = match &line.text {
        Ok(text) => text.trim(),
        Err(why) => return Some(Err(complaint(line.number, why))),
    };
    if text.is_empty() || text.starts_with('#') {
        return None;
    }
    Some(order(text, snapshot).map_err(|why| complaint(line.number, &why)))
}

fn complaint(number: u64, why: &str) -> String {
    format!("line {number} of standard input changes nothing: {why}")
}

fn order(text: &str, snapshot: &Snapshot) -> Result<Order, String> {
    let (verb, rest) = text.split_once(char::is_whitespace).map_or((text, ""), |(verb, rest)| (verb, rest.trim()));
    let (what, command): (_, fn(ChannelId) -> Command) = match verb {
        "start" => ("Start", Command::Start),
        "restart" => ("Restart with backup UID", Command::Restart),
        "stop" => ("Stop", |id| Command::Stop(id, StopWait::ForUpload)),
        "stop-old" => ("Stop of the other recorder", Command::StopOld),
        "check" => ("Check", Command::ProbeNow),
        "ack" | "note" | "mute" | "unmute" => return care(verb, rest, snapshot),
        _ => return Err(format!("{verb:?} is no command; write one of {VERBS}, then the name of a channel")),
    };
    if rest.is_empty() {
        return Err(format!("{verb} needs the name of a channel"));
    }
    let id = channel(rest, snapshot)?;
    Ok(Order { name: rest.to_owned(), asked: command(id).into(), what })
}

/// What the operator does about a channel and its incident.
fn care(verb: &str, rest: &str, snapshot: &Snapshot) -> Result<Order, String> {
    let (name, words) = split_name(rest, snapshot);
    if name.is_empty() {
        return Err(format!("{verb} needs the name of a channel"));
    }
    let id = channel(name, snapshot)?;
    let (what, care) = match verb {
        "ack" => {
            let reason = line(words).map_err(|why| format!("ack needs the reason behind the name: {why}"))?;
            let incident = incident(id, snapshot)
                .ok_or_else(|| format!("{name} is bad in no incident, so there is nothing to acknowledge"))?;
            ("Acknowledgement", Care::Incident(incident, IncidentCare::Acknowledge { reason, lasts: None }))
        }
        "note" => {
            let text = line(words).map_err(|why| format!("note needs a line behind the name: {why}"))?;
            let to = snapshot.at;
            let past = |text| Care::Past { channel: Some(id), from: to - A_MINUTE, to, text };
            let on_incident = |incident, text| Care::Incident(incident, IncidentCare::Note(text));
            ("Note", incident(id, snapshot).map_or_else(|| past(text.clone()), |at| on_incident(at, text.clone())))
        }
        "mute" => ("Mute", Care::Channel(id, ChannelCare::Mute { lasts: lasts(words)? })),
        _ if words.is_empty() => ("Unmute", Care::Channel(id, ChannelCare::Unmute)),
        _ => return Err(format!("nothing may stand behind the name: {words:?}")),
    };
    Ok(Order { name: name.to_owned(), asked: care.into(), what })
}

/// The name of a channel, which may have spaces, and what stands behind it. Where none is known, the first word counts as one.
fn split_name<'a>(text: &'a str, snapshot: &Snapshot) -> (&'a str, &'a str) {
    let ends = |name: &str| {
        let behind = text.strip_prefix(name)?;
        (behind.is_empty() || behind.starts_with(char::is_whitespace)).then_some(name.len())
    };
    let full = |view: &ChannelView| format!("{}/{}", snapshot.project_of(view).name, view.name);
    let names = snapshot.channels.iter().flat_map(|view| [ends(&view.name), ends(&full(view))]);
    let first_word = text.find(char::is_whitespace).unwrap_or(text.len());
    let (name, behind) = text.split_at(names.flatten().max().unwrap_or(first_word));
    (name, behind.trim())
}

fn line(words: &str) -> Result<Remark, String> {
    words.parse().map_err(|bad: BadRemark| bad.to_string())
}

/// The incident in which a channel is bad now.
fn incident(id: ChannelId, snapshot: &Snapshot) -> Option<IncidentAt> {
    let view = snapshot.channel(id)?;
    Some(IncidentAt { project: view.project, number: view.handling.incident? })
}

/// For how long a channel is to be silent; none until its session ends.
fn lasts(words: &str) -> Result<Option<Duration>, String> {
    match words {
        "15m" => Ok(Some(Duration::from_secs(900))),
        "1h" => Ok(Some(Duration::from_secs(3600))),
        "session" => Ok(None),
        _ => Err(format!("{words:?} is no length of a mute; write 15m, 1h or session behind the name")),
    }
}

/// The one channel of this name. Where several projects have one, the name of the project and a slash stand before it.
fn channel(name: &str, snapshot: &Snapshot) -> Result<ChannelId, String> {
    let called: Vec<_> = snapshot.channels.iter().filter(|view| &*view.name == name).collect();
    let full = |view: &ChannelView| format!("{}/{}", snapshot.project_of(view).name, view.name);
    match called[..] {
        [view] => Ok(view.id),
        [] => snapshot.channels.iter().find(|view| full(view) == name).map(|view| view.id).ok_or_else(|| {
            let all = format::counted(snapshot.channels.len(), "channel", "channels");
            format!("none of the {all} is called {name:?}; capitals and spaces count")
        }),
        [..] => {
            let names: Vec<_> = called.iter().map(|view| full(view)).collect();
            Err(format!("several projects have a channel {name:?}; write {}", names.join(" or ")))
        }
    }
}

/// Complaints that are told one by one; more of them are counted, so that a wrong file does not bury what else is told.
const COMPLAINTS_TOLD: usize = 10;

/// How many lines changed nothing so far.
#[derive(Debug, Default)]
pub struct Complaints(usize);

impl Complaints {
    /// What to tell of one more; the last that is told says that there may be others.
    pub fn one_more(&mut self, complaint: &str) -> Option<String> {
        self.0 += 1;
        match self.0 {
            number if number < COMPLAINTS_TOLD => Some(complaint.to_owned()),
            COMPLAINTS_TOLD => Some(format!("{complaint}; more such lines are counted")),
            _ => None,
        }
    }

    /// How many were not told, if any.
    pub fn untold(&self) -> Option<String> {
        let more = self.0.saturating_sub(COMPLAINTS_TOLD);
        (more > 0)
            .then(|| format!("{} of standard input changed nothing", format::counted(more, "more line", "more lines")))
    }
}

/// What became of an order.
pub fn told(order: &Order, denial: Option<Denial>) -> String {
    match denial {
        None => format!("{} asked for", order.what),
        Some(why) => format!("{} refused: {}", order.what, describe::denial(why)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::incidents::IncidentId;
    use crate::monitor::snapshot::Handling;
    use crate::ui::testing::{lost, recording, snapshot};

    fn read_all(text: &[u8]) -> Vec<Line> {
        let (sender, mut receiver) = mpsc::channel(WAITING_AT_MOST);
        read(text, &sender);
        drop(sender);
        std::iter::from_fn(|| receiver.try_recv().ok()).collect()
    }

    #[test]
    fn a_line_is_a_verb_and_the_name_of_a_channel_that_may_have_spaces() {
        let picture = snapshot(vec![recording(1, "Hall 3, east"), lost(2, "court-02")]);
        let wants = |text: &str| {
            let line = Line { number: 7, text: Ok(text.to_owned()) };
            understood(&line, &picture).map(|order| order.map(|order| order.asked))
        };
        assert_eq!(wants("stop Hall 3, east\r\n"), Some(Ok(Command::Stop(ChannelId(1), StopWait::ForUpload).into())));
        assert_eq!(wants("  restart\tcourt-02"), Some(Ok(Command::Restart(ChannelId(2)).into())));
        assert_eq!(wants("check court-02"), Some(Ok(Command::ProbeNow(ChannelId(2)).into())));
        assert_eq!(wants("stop-old court-02"), Some(Ok(Command::StopOld(ChannelId(2)).into())));
        assert_eq!((wants("  \n"), wants("# start court-02")), (None, None));
        for (text, part) in [
            ("strat court-02", "\"strat\" is no command; write one of start, restart"),
            ("start", "start needs the name"),
            ("start Court-02", "none of the 2 channels is called \"Court-02\""),
        ] {
            let error = wants(text).expect("not empty").expect_err(text);
            assert!(error.starts_with("line 7 of standard input changes nothing: ") && error.contains(part), "{error}");
        }
    }

    #[test]
    fn what_needs_a_person_is_seen_to_by_name_and_words() {
        let handling = Handling { incident: Some(IncidentId(3)), ..Handling::default() };
        let bad = ChannelView { handling, ..lost(2, "court 2") };
        let picture = snapshot(vec![recording(1, "court"), bad]);
        let wants = |text: &str| {
            let line = Line { number: 7, text: Ok(text.to_owned()) };
            understood(&line, &picture).expect("not empty").map(|order| (order.name, order.asked))
        };
        let at = IncidentAt { project: picture.channels[1].project, number: IncidentId(3) };
        let words = |text: &str| text.parse::<Remark>().expect("one line");
        let about = |care| Ok(("court 2".to_owned(), Care::Incident(at, care).into()));
        let reason = words("feed down");
        assert_eq!(wants("ack court 2 feed down"), about(IncidentCare::Acknowledge { reason, lasts: None }));
        assert_eq!(wants("note court 2  call 7"), about(IncidentCare::Note(words("call 7"))));
        let of = |care| Ok(("court".to_owned(), Care::Channel(ChannelId(1), care).into()));
        let quarter = Some(Duration::from_secs(900));
        assert_eq!(wants("mute court 15m"), of(ChannelCare::Mute { lasts: quarter }));
        assert_eq!(wants("mute court session"), of(ChannelCare::Mute { lasts: None }));
        assert_eq!(wants("unmute court"), of(ChannelCare::Unmute));
        let (now, text) = (picture.at, words("stage set"));
        let past = Care::Past { channel: Some(ChannelId(1)), from: now - A_MINUTE, to: now, text };
        assert_eq!(wants("note court stage set"), Ok(("court".to_owned(), past.into())));
    }

    #[test]
    fn what_is_no_care_is_refused_with_what_to_write() {
        let picture = snapshot(vec![recording(1, "court")]);
        for (text, part) in [
            ("ack court", "ack needs the reason behind the name"),
            ("ack court feed down", "court is bad in no incident"),
            ("mute court 2h", "\"2h\" is no length of a mute; write 15m, 1h or session"),
            ("mute court", "write 15m, 1h or session"),
            ("unmute court 15m", "nothing may stand behind the name"),
            ("note", "note needs the name"),
            ("note hall x", "none of the 1 channel is called \"hall\""),
        ] {
            let line = Line { number: 7, text: Ok(text.to_owned()) };
            let error = understood(&line, &picture).expect("not empty").expect_err(text);
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn ten_lines_that_change_nothing_are_told_and_the_others_are_counted() {
        let mut complaints = Complaints::default();
        let told: Vec<String> = (0..10_000).filter_map(|n| complaints.one_more(&format!("line {n}"))).collect();
        assert_eq!(told.len(), 10);
        assert_eq!((&*told[8], &*told[9]), ("line 8", "line 9; more such lines are counted"));
        assert_eq!(complaints.untold().as_deref(), Some("9,990 more lines of standard input changed nothing"));
        assert_eq!(Complaints(10).untold(), None);
    }

    #[test]
    fn lines_that_cannot_be_read_are_counted_and_the_next_ones_go_on() {
        let mut text = vec![b'x'; 5000];
        text.extend(b"\nstart \xff\n\nstart a");
        let lines = read_all(&text);
        assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(lines[0].text, Err("it is longer than 4 KiB"));
        assert_eq!(lines[1].text, Err("it is not UTF-8"));
        assert_eq!(lines[3].text.as_deref(), Ok("start a"));
    }
}
