//! The loop: one thread that waits for a wish, an answer or a deadline, hands it to the core, and carries out what the core
//! decides: facts to the disk first, then calls to the service, then the new picture to whoever looks.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use super::adopt::{Adoption, NewRecording};
use super::book::{self, BookJob};
use super::clock::{Clock, Pace};
use super::handle::{Far, Request};
use super::journal::Journal;
use super::past::{self, Lookout, Shared};
use super::report;
use crate::agora::client::Client;
use crate::monitor::event::{CallKind, Event, Record};
use crate::monitor::ids::{ChannelId, ProjectId};
use crate::monitor::io::{Answered, Effect, Input, LogHealth, Send, SendId};
use crate::monitor::phase::Blindness;
use crate::monitor::snapshot::{History, Snapshot};
use crate::monitor::time::Timestamp;
use crate::monitor::{Monitor, Seen};
use crate::store::StoreError;

/// The picture goes out at most this often.
const PUBLISH_EVERY: Duration = Duration::from_millis(100);
/// Evidence may wait this long for the disk, so that one commit serves many.
const SAVE_EVERY: Duration = Duration::from_millis(100);
/// How often clocks are compared: well under the 5 s within which a sleep is to be noticed.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How long the end waits for calls that change something.
const END_WITHIN: Duration = Duration::from_secs(4);
/// How often the past that somebody looks at is read again at most, in the world's time.
const READ_EVERY: Duration = Duration::from_millis(500);

/// Called whenever there is something new to show.
pub type Wake = Arc<dyn Fn() + std::marker::Send + Sync>;

/// Something that came from a task.
enum News {
    Answered(Box<Answered>),
    History(Option<History>),
    Export(super::handle::ExportResult, Option<Record>),
    Book(book::Done),
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
    clients: Vec<Arc<Client>>,
    book: Option<book::Shared>,
    clock: Clock,
    far: Far,
    wake: Wake,
    zone: TimeZone,
    lookout: Lookout,
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
        let reader = journal.store().reader().ok().map(|reader| Arc::new(Mutex::new(reader)));
        let (news, inbox) = mpsc::unbounded_channel();
        Self {
            monitor,
            journal,
            reader,
            clients,
            book,
            clock,
            far,
            wake,
            zone,
            lookout: Lookout::default(),
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
            self.read_past();
            self.publish();
        }
        self.end().await;
    }

    fn begin(&mut self, seen: &BTreeMap<ChannelId, Seen>, last_moment: Timestamp) {
        let now = self.clock.now();
        let version = Arc::from(env!("CARGO_PKG_VERSION"));
        self.journal.keep([Record { at: now, channel: None, event: Event::WatchBegan { version } }], []);
        let effects = self.monitor.resume(seen, last_moment, now);
        self.carry_out(effects, now);
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
        [deadline, retry, save, publish, read].into_iter().flatten().min().unwrap_or(HEARTBEAT)
    }

    fn request(&mut self, request: Request) {
        match request {
            Request::Command(command) => self.feed(Input::Command(command)),
            Request::Look(look) => self.lookout.turn(look),
            Request::Export(job) => self.export(job),
            Request::Adopt(recordings) => self.adopt(recordings),
            Request::Book(job) => self.book(job),
            Request::End => {}
        }
    }

    fn take(&mut self, news: News) {
        match news {
            News::Answered(answered) => {
                self.flying.remove(&answered.id);
                self.feed(Input::Answered(answered));
            }
            News::History(history) => {
                self.lookout.read();
                if let Some(history) = history {
                    self.far.histories.send_replace(Some(Arc::new(history)));
                    (self.wake)();
                }
            }
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
        }
    }

    /// Hands an input to the core and carries out what it decides. The clocks are compared before, so that nothing that is
    /// heard right after a sleep is dated back to its beginning.
    fn feed(&mut self, input: Input) {
        self.compare_clocks();
        let now = self.clock.now();
        let effects = self.monitor.handle(input, now);
        self.carry_out(effects, now);
    }

    /// Facts first, on the disk; then the calls. A call that changes something does not leave before its intent is kept.
    fn carry_out(&mut self, effects: Vec<Effect>, now: Timestamp) {
        let (mut records, mut probes, mut sends, mut adopted) = (Vec::new(), Vec::new(), Vec::new(), None);
        for effect in effects {
            match effect {
                Effect::Record(record) => {
                    self.lookout.something_new(record.channel);
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
        self.journal.keep(records, probes);
        if facts {
            self.save();
        }
        if let Some(results) = adopted {
            self.tell_adoption(Adoption::of(&results));
        }
        let mut unsaved = Vec::new();
        for send in sends {
            if send.call.kind() != CallKind::Query && self.journal.has_waiting_facts() {
                unsaved.push(send.id);
            } else {
                self.send(send);
            }
        }
        for id in unsaved {
            let effects = self.monitor.handle(Input::NotSaved(id), now);
            self.carry_out(effects, now);
        }
    }

    /// Gives new names their numbers and hands the recordings to the core, all in one.
    fn adopt(&mut self, recordings: Vec<NewRecording>) {
        match self.numbers_of(&recordings) {
            Ok(ids) if ids.len() < recordings.len() => {
                self.tell_adoption(Adoption::none(recordings.len(), "there is no such project"));
            }
            Ok(ids) => {
                let numbered = recordings.into_iter().enumerate();
                let adoptees = numbered.filter_map(|(row, recording)| Some(recording.adoptee(*ids.get(&row)?)));
                let adoptees = adoptees.collect();
                self.feed(Input::Adopt(adoptees));
            }
            Err(error) => self.tell_adoption(Adoption::none(recordings.len(), &error.to_string())),
        }
    }

    /// The numbers of the recordings' channels, by row: the store gives them out for one project after the other.
    fn numbers_of(&mut self, recordings: &[NewRecording]) -> Result<BTreeMap<usize, ChannelId>, StoreError> {
        let mut rows: BTreeMap<ProjectId, Vec<usize>> = BTreeMap::new();
        for (row, recording) in recordings.iter().enumerate() {
            rows.entry(recording.project).or_default().push(row);
        }
        let mut numbers = BTreeMap::new();
        for (project, rows) in rows {
            let Some(home) = self.monitor.project_name(project) else { continue };
            let names: Vec<_> = rows.iter().map(|row| Arc::clone(&recordings[*row].name)).collect();
            numbers.extend(rows.into_iter().zip(self.journal.store().channel_ids(home, &names)?));
        }
        Ok(numbers)
    }

    fn tell_adoption(&mut self, adoption: Adoption) {
        self.adoptions += 1;
        self.far.adoptions.send_replace(Some((self.adoptions, Arc::new(adoption))));
        (self.wake)();
    }

    /// Puts what waits on the disk and tells the core when that begins or ceases to fail.
    fn save(&mut self) {
        let before = self.journal.view().health;
        let now = self.clock.now();
        self.saving.mark();
        let health = self.journal.save(now);
        if health != before {
            self.dirty = true;
            let effects = self.monitor.handle(Input::Log(health), now);
            self.carry_out(effects, now);
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

    fn compare_clocks(&mut self) {
        let Some(from) = self.clock.slept(self.monitor.policy().sleep_is_over) else { return };
        self.far.clock.send_replace(self.clock);
        self.clients.iter().for_each(|client| client.reconnect());
        self.feed(Input::Resumed { from, cause: Blindness::Asleep });
    }

    /// Reads the past that somebody looks at, off the loop.
    fn read_past(&mut self) {
        let now = self.clock.now();
        let pause = READ_EVERY * self.clock.speed().times();
        let Some(look) = self.lookout.next(now, pause) else { return };
        if self.journal.view().health == LogHealth::Saved {
            self.save();
        }
        let Some(reader) = self.reader.clone() else { return };
        let news = self.news.clone();
        tokio::task::spawn_blocking(move || {
            let _ = news.send(News::History(past::read(&reader, look, now).ok()));
        });
    }

    fn export(&mut self, job: super::handle::ExportJob) {
        self.save();
        let now = self.clock.now();
        let snapshot = self.monitor.snapshot(now);
        let channel = self.monitor.channels().find(|channel| channel.id == job.channel).cloned();
        let about = report::About { channel, zone: self.zone.clone() };
        let (news, reader) = (self.news.clone(), self.reader.clone());
        tokio::task::spawn_blocking(move || {
            let (result, record) = report::write(reader.as_ref(), &about, &snapshot, &job, now);
            let _ = news.send(News::Export(result, record));
        });
    }

    fn book(&mut self, job: BookJob) {
        self.bookings.waiting.push_back(job);
        self.next_booking();
    }

    /// Works on the book off the loop: it is on a disk.
    fn next_booking(&mut self) {
        if self.bookings.is_busy {
            return;
        }
        let Some(job) = self.bookings.waiting.pop_front() else { return };
        self.bookings.is_busy = true;
        let snapshot = self.monitor.snapshot(self.clock.now());
        let (news, shared) = (self.news.clone(), self.book.clone());
        tokio::task::spawn_blocking(move || {
            let _ = news.send(News::Book(book::carry_out(shared.as_ref(), job, &snapshot)));
        });
    }

    fn booked(&mut self, done: book::Done) {
        self.bookings.is_busy = false;
        self.bookings.done += 1;
        if let Some(input) = done.tell(self.bookings.done, &self.clients, &self.far) {
            self.feed(input);
            // Which channels can be started may have changed, without a fact that says so.
            self.dirty = true;
        }
        self.next_booking();
        (self.wake)();
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
        snapshot.log = self.journal.view().clone();
        snapshot
    }

    /// Hears the calls that change something to their end, as far as the time goes, and closes the log.
    async fn end(mut self) {
        // When the time is over, what is still open is settled at the next start.
        let _ = tokio::time::timeout(END_WITHIN, self.hear_out()).await;
        self.journal.keep([Record { at: self.clock.now(), channel: None, event: Event::WatchEnded }], []);
        self.save();
        let snapshot = self.picture();
        self.far.snapshots.send_replace(Arc::new(snapshot));
        // The writer closes last: only it can fold the write-ahead log into the database.
        self.reader = None;
    }

    async fn hear_out(&mut self) {
        while self.flying.values().any(|kind| *kind != CallKind::Query) || self.bookings.is_busy {
            match self.inbox.recv().await {
                Some(News::Answered(answered)) => {
                    self.flying.remove(&answered.id);
                    self.hear_at_the_end(answered);
                }
                Some(News::Export(_, record)) => self.journal.keep(record, []),
                Some(News::Book(_)) => {
                    self.bookings.is_busy = false;
                    self.next_booking();
                }
                Some(News::History(_)) => {}
                None => break,
            }
        }
    }

    /// Keeps what an answer changes, and makes no new calls.
    fn hear_at_the_end(&mut self, answered: Box<Answered>) {
        let now = self.clock.now();
        for effect in self.monitor.handle(Input::Answered(answered), now) {
            match effect {
                Effect::Record(record) => self.journal.keep([record], []),
                Effect::Measure(probe) => self.journal.keep([], [probe]),
                Effect::Send(_) | Effect::Adopted(_) => {}
            }
        }
    }
}
