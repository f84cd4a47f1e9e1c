//! The loop: one thread that waits for a wish, an answer or a deadline, hands it to the core, and carries out what the core
//! decides: facts to the disk first, then calls to the service, then the new picture to whoever looks.

mod days;
mod ending;
mod jobs;
mod reading;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use super::adopt::Adoption;
use super::book::{self, BookJob};
use super::clock::{Clock, Keeper, Pace};
use super::handle::{Asked, Far, Request};
use super::journal::Journal;
use super::lookout::RangeLookout;
use super::past::{Lookout, Shared};
use crate::agora::client::Client;
use crate::monitor::event::{CallKind, Event, Record};
use crate::monitor::history::Mark;
use crate::monitor::ids::ChannelId;
use crate::monitor::io::{Answered, Effect, Input, LogHealth, Send, SendId};
use crate::monitor::snapshot::{FleetHistory, History, LogView, PastIncidents, Snapshot};
use crate::monitor::time::Timestamp;
use crate::monitor::{Monitor, Seen, incidents};
use crate::store::backup::BackedUp;
use crate::store::past::DaysMade;
use crate::store::{StoreError, faults};

/// The picture goes out at most this often.
const PUBLISH_EVERY: Duration = Duration::from_millis(100);
/// Evidence may wait this long for the disk, so that one commit serves many.
const SAVE_EVERY: Duration = Duration::from_millis(100);
/// How often clocks are compared: well under the 5 s within which a sleep is to be noticed.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How often the past that somebody looks at is read again at most, in the world's time.
const READ_EVERY: Duration = Duration::from_millis(500);

/// Called whenever there is something new to show.
pub type Wake = Arc<dyn Fn() + std::marker::Send + Sync>;

/// Something that came from a task.
enum News {
    Answered(Box<Answered>),
    History(Option<History>),
    Fleet(Result<FleetHistory, StoreError>),
    Incidents(Result<PastIncidents, StoreError>),
    Export(super::handle::ExportResult, Option<Record>),
    Book(book::Done),
    Days(Box<Result<DaysMade, StoreError>>),
    BackedUp(Box<Result<BackedUp, StoreError>>),
    Checked(Result<(), StoreError>),
}

/// Jobs of the book: one after the other, so that results come in the order in which the book was changed.
#[derive(Default)]
struct Bookings {
    waiting: VecDeque<BookJob>,
    /// Whether one is under way.
    is_busy: bool,
    done: u64,
}

/// The worker's state.
pub struct Shell {
    monitor: Monitor,
    journal: Journal,
    reader: Option<Shared>,
    /// For days of bands; without it none are made, and pages read the facts themselves.
    days_reader: Option<Shared>,
    clients: Vec<Arc<Client>>,
    book: Option<book::Shared>,
    clock: Clock,
    keeper: Keeper,
    far: Far,
    wake: Wake,
    zone: TimeZone,
    lookout: Lookout,
    fleet_reader: Option<Shared>,
    fleet_lookout: RangeLookout,
    incident_reader: Option<Shared>,
    incident_lookout: RangeLookout,
    news: mpsc::UnboundedSender<News>,
    inbox: mpsc::UnboundedReceiver<News>,
    flying: BTreeMap<SendId, CallKind>,
    exports: u64,
    adoptions: u64,
    bookings: Bookings,
    dirty: bool,
    publishing: Pace,
    saving: Pace,
}

/// What a shell is made of.
pub struct Parts {
    pub monitor: Monitor,
    pub journal: Journal,
    pub clients: Vec<Arc<Client>>,
    pub book: Option<book::Shared>,
    pub clock: Clock,
    pub far: Far,
    pub wake: Wake,
    pub zone: TimeZone,
}

impl Shell {
    pub fn new(parts: Parts) -> Self {
        let Parts { monitor, mut journal, clients, book, clock, far, wake, zone } = parts;
        let (reader, days_reader) = readers(&mut journal);
        let (news, inbox) = mpsc::unbounded_channel();
        Self {
            monitor,
            journal,
            reader,
            days_reader,
            clients,
            book,
            clock,
            keeper: Keeper::begin(&clock),
            far,
            wake,
            zone,
            lookout: Lookout::default(),
            fleet_reader: None,
            fleet_lookout: RangeLookout::default(),
            incident_reader: None,
            incident_lookout: RangeLookout::default(),
            news,
            inbox,
            flying: BTreeMap::new(),
            exports: 0,
            adoptions: 0,
            bookings: Bookings::default(),
            dirty: true,
            publishing: Pace::every(PUBLISH_EVERY),
            saving: Pace::every(SAVE_EVERY),
        }
    }

    /// Runs until somebody asks for the end, or nobody is left who could.
    pub async fn run(mut self, seen: BTreeMap<ChannelId, Seen>, last_moment: Timestamp) {
        self.begin(&seen, last_moment);
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            let pause = self.pause();
            tokio::select! {
                biased;
                request = self.far.requests.recv() => match request {
                    None | Some(Request::End) => break,
                    Some(request) => self.request(request),
                },
                Some(news) = self.inbox.recv() => self.take(news),
                () = tokio::time::sleep(pause) => self.feed(Input::Tick),
                _ = heartbeat.tick() => self.compare_clocks(),
            }
            if self.journal.has_waiting() && self.saving.is_due() {
                self.save();
            }
            self.journal.tend(&self.monitor, self.clock.now());
            self.make_days();
            self.back_up();
            self.check_log();
            self.read_past();
            self.read_fleet();
            self.read_incidents();
            self.publish();
        }
        self.end().await;
    }

    fn begin(&mut self, seen: &BTreeMap<ChannelId, Seen>, last_moment: Timestamp) {
        let now = self.clock.now();
        let version = Arc::from(env!("CARGO_PKG_VERSION"));
        self.journal.keep([Record { at: now, channel: None, event: Event::WatchBegan { version } }], []);
        let effects = self.monitor.resume(seen, last_moment, now);
        self.carry_out(effects);
        self.feed(Input::Tick);
        if self.book.is_some() {
            self.book(BookJob::Read);
        }
        self.publish();
    }

    /// How long nothing is to do.
    fn pause(&self) -> Duration {
        let now = self.clock.now();
        let deadline = self.monitor.next_deadline(now).map(|(at, _)| self.clock.until(at));
        let retry = self.journal.retry_at().map(|at| self.clock.until(at));
        let waiting = self.journal.has_waiting() && self.journal.retry_at().is_none();
        let save = waiting.then(|| self.saving.left());
        let publish = self.dirty.then(|| self.publishing.left());
        let read = self.lookout.waits().then_some(READ_EVERY);
        let tend = self.journal.tend_in();
        [deadline, retry, save, publish, read, tend].into_iter().flatten().min().unwrap_or(HEARTBEAT)
    }

    fn request(&mut self, request: Request) {
        match request {
            Request::Command(command) => self.feed(Input::Command(command)),
            Request::Care(care) => self.feed(Input::Care(care)),
            Request::Ask(number, asked) => self.answer(number, asked),
            Request::Look(look) => self.lookout.turn(look),
            Request::LookAtFleet(look) => self.fleet_lookout.turn(look),
            Request::LookAtIncidents(look) => self.incident_lookout.turn(look),
            Request::Export(job) => self.export(job),
            Request::Adopt(recordings) => self.adopt(recordings),
            Request::Book(job) => self.book(job),
            Request::End => {}
        }
    }

    /// Carries out what somebody waits for.
    fn answer(&mut self, number: u64, asked: Asked) {
        let input = match asked {
            Asked::Command(command) => Input::Command(command),
            Asked::Care(care) => Input::Care(care),
        };
        self.compare_clocks();
        let now = self.clock.now();
        let effects = self.monitor.handle(input, now);
        let denial = effects.iter().find_map(|effect| match effect {
            Effect::Record(Record { event: Event::CommandDenied { why, .. }, .. }) => Some(*why),
            Effect::Record(_) | Effect::Measure(_) | Effect::Send(_) | Effect::Adopted(_) => None,
        });
        self.carry_out(effects);
        self.far.answers.send_replace(Some((number, denial)));
    }

    fn take(&mut self, news: News) {
        match news {
            News::Answered(answered) => {
                self.flying.remove(&answered.id);
                die_at(faults::HEARD);
                self.feed(Input::Answered(answered));
            }
            News::History(history) => {
                self.lookout.read();
                if let Some(history) = history {
                    self.far.histories.send_replace(Some(Arc::new(history)));
                    (self.wake)();
                }
            }
            News::Fleet(result) => self.fleet_read(result),
            News::Incidents(result) => self.incidents_read(result),
            News::Export(result, record) => {
                self.exports += 1;
                self.far.exports.send_replace(Some((self.exports, result)));
                if let Some(record) = &record {
                    self.lookout.something_new(record.channel);
                }
                self.journal.keep(record, []);
                self.save();
                (self.wake)();
            }
            News::Book(done) => self.booked(done),
            News::Days(made) => self.journal.days_made(*made),
            News::Checked(done) => {
                self.journal.checked(done);
                self.dirty = true;
            }
            News::BackedUp(done) => {
                self.journal.backed_up(*done, self.clock.now());
                self.dirty = true;
            }
        }
    }

    /// Hands an input to the core and carries out what it decides. The clocks are compared before, so that nothing that is
    /// heard right after a sleep is dated back to its beginning.
    fn feed(&mut self, input: Input) {
        self.compare_clocks();
        let now = self.clock.now();
        let strain = self.monitor.strain();
        let effects = self.monitor.handle(input, now);
        self.dirty |= strain != self.monitor.strain();
        self.carry_out(effects);
    }

    /// Facts first, on the disk; then the calls. A call that changes something does not leave before its intent is kept.
    fn carry_out(&mut self, effects: Vec<Effect>) {
        let (mut records, mut probes, mut sends, mut adopted) = (Vec::new(), Vec::new(), Vec::new(), None);
        for effect in effects {
            match effect {
                Effect::Record(record) => {
                    self.lookout.something_new(record.channel);
                    if Mark::of(&record).is_some() {
                        self.fleet_lookout.something_new();
                    }
                    if incidents::number(&record.event).is_some() {
                        self.incident_lookout.something_new();
                    }
                    records.push(record);
                }
                Effect::Measure(probe) => {
                    self.lookout.something_new(Some(probe.channel));
                    probes.push(probe);
                }
                Effect::Send(send) => sends.push(*send),
                Effect::Adopted(results) => adopted = Some(results),
            }
        }
        self.dirty |= !(records.is_empty() && probes.is_empty() && sends.is_empty());
        let facts = !records.is_empty();
        die_at(faults::DECIDED);
        self.journal.keep(records, probes);
        // An intent may also have been kept before, with no new fact beside its call.
        let acts = sends.iter().any(|send| send.call.kind() != CallKind::Query);
        if facts || (acts && self.journal.has_waiting_facts()) {
            self.save();
        }
        if let Some(results) = adopted {
            self.tell_adoption(Adoption::of(&results).kept(self.unsaved()));
        }
        die_at(faults::SAVED);
        let mut unsaved = Vec::new();
        for send in sends {
            if send.call.kind() != CallKind::Query && self.journal.has_waiting_facts() {
                unsaved.push(send.id);
            } else {
                self.send(send);
            }
        }
        for id in unsaved {
            // Saving takes time, and time never goes back.
            let now = self.clock.now();
            let effects = self.monitor.handle(Input::NotSaved(id), now);
            self.carry_out(effects);
        }
    }

    /// Why facts wait in memory, if they do: until they are on the disk, the end of the program is the end of them.
    fn unsaved(&self) -> Option<Arc<str>> {
        let why = || self.journal.view().error.clone().unwrap_or_else(|| "the disk refuses".into());
        self.journal.has_waiting_facts().then(why)
    }

    /// Puts what waits on the disk and tells the core when that begins or ceases to fail.
    fn save(&mut self) {
        let before = self.journal.view().health;
        let now = self.clock.now();
        self.saving.mark();
        let health = self.journal.save(now);
        if health != before {
            self.dirty = true;
            if health == LogHealth::Saved {
                // What stood in for the log may have become it.
                (self.reader, self.days_reader) = readers(&mut self.journal);
                (self.fleet_reader, self.incident_reader) = (None, None);
            }
            let effects = self.monitor.handle(Input::Log(health), now);
            self.carry_out(effects);
        }
    }

    fn send(&mut self, mut send: Send) {
        let Some(client) = self.clients.get(send.id.project.index()).map(Arc::clone) else { return };
        send.timeout = self.clock.in_world(send.timeout);
        self.flying.insert(send.id, send.call.kind());
        let (clock, news) = (self.clock, self.news.clone());
        tokio::spawn(async move {
            let sent_at = clock.now();
            let reading = client.exchange(&send).await;
            let answered = reading.answered(send.id, clock.now().since(sent_at));
            // Nobody listens any more only when the worker has ended.
            let _ = news.send(News::Answered(Box::new(answered)));
        });
    }

    /// Looks at the clocks: a sleep and a wall clock that was set are facts, and nothing that was known before counts as seen
    /// after a leap.
    fn compare_clocks(&mut self) {
        let found = self.keeper.look(&mut self.clock, self.monitor.policy().sleep_is_over);
        if found.is_changed {
            self.far.clock.send_replace(self.clock);
            self.dirty = true;
        }
        if let Some(by_ms) = found.set_by {
            self.lookout.something_new(None);
            let event = Event::ClockSet { by_ms };
            self.journal.keep([Record { at: self.clock.now(), channel: None, event }], []);
            self.save();
        }
        if let Some((from, cause)) = found.unseen {
            self.clients.iter().for_each(|client| client.reconnect());
            self.feed(Input::Resumed { from, cause });
        }
    }

    /// The new picture, on change only and not too often.
    fn publish(&mut self) {
        if !self.dirty || !self.publishing.is_due() {
            return;
        }
        self.dirty = false;
        self.publishing.mark();
        let snapshot = self.picture();
        self.far.snapshots.send_replace(Arc::new(snapshot));
        (self.wake)();
    }

    fn picture(&mut self) -> Snapshot {
        let mut snapshot = self.monitor.snapshot(self.clock.now());
        snapshot.log = LogView { ahead: self.clock.ahead(), ..self.journal.view().clone() };
        snapshot
    }
}

/// One reader for whoever looks, one for upkeep.
fn readers(journal: &mut Journal) -> (Option<Shared>, Option<Shared>) {
    let mut reader = || journal.store().reader().ok().map(|reader| Arc::new(Mutex::new(reader)));
    (reader(), reader())
}

/// A place where a test may want the program to die. An error there means nothing to anybody.
fn die_at(point: &str) {
    let _ = faults::pass(point);
}
