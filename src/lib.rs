//! reelwatch watches, starts, stops and restarts Agora Cloud Recordings for the people who run them.
//!
//! This page is the map. It says where things are and what stays true; how each thing works stands in its own file.
//!
//! # The picture
//!
//! A pure state machine in the middle decides everything. A thin worker around it does everything: clock, network, disk. The
//! screen shows pictures of the state and sends wishes. The simulated cloud stands where the service stands, behind the same
//! HTTP.
//!
//! ```text
//!        commands                      effects: send, record, measure
//!  ui ───────────────►            ───────────────────────►  agora ──► Transport ──► the service, or sim
//!  cli                  worker    ───────────────────────►  store, export, the book of profiles
//!     ◄───────────────    │ ▲     ◄───────────────────────
//!        snapshots        ▼ │          inputs: answers, time, commands
//!                       monitor     (no clock, no IO, no async)
//! ```
//!
//! # The rooms
//!
//! | room | what it is | may use |
//! |---|---|---|
//! | [`monitor`] | what we know and decide: ids, answers, events, phases, gaps, schedule, snapshot | nothing |
//! | [`profile`] | recording profiles: every value of a start checked, written as TOML and as JSON, imported, changed while it runs | `monitor` |
//! | [`agora`] | the REST API: paths, bodies, credentials, answers; the `Transport` seam and HTTPS | `monitor`, `profile` |
//! | [`sim`] | a simulated cloud with its own JSON, scenarios, and a journal of what really happened | `agora::transport`, `monitor::answer::NoAnswer` |
//! | [`store`] | SQLite: the log of events, the probes apart from it, numbered migrations | `monitor` |
//! | [`export`] | a session's history to CSV and JSON Lines | `monitor` |
//! | [`disk`] | files that are written wholly or not at all | nothing |
//! | [`import`] | lists of recordings started elsewhere: read, checked, bad rows named by their line | `monitor` |
//! | [`settings`] | the settings file: read, checked, every problem with its place; one profile written into it | `monitor`, `profile`, `agora`, `disk` |
//! | [`worker`] | one thread, one loop; the clock; the [`Handle`](worker::handle::Handle) for window and terminal | `monitor`, `profile`, `agora`, `store`, `export`, `disk` |
//! | [`ui`] | the window | `monitor`, `import`, `profile`, `worker` |
//! | [`cli`] | the command line, the terminal's view, and the place where all of it is wired together | everything |
//!
//! `tests/architecture.rs` reads the sources and keeps this table true. Two of its lines carry weight: `sim` knows neither the
//! client's wire types nor our words, so a mistake shared by client and test bench cannot hide; and `ui` sees neither network
//! nor disk, so a frame can never wait for one.
//!
//! # One poll, from the deadline to the pixel
//!
//! 1. The worker sleeps until the core's next deadline, of which the core also says why it is one.
//! 2. It wakes and hands in [`Input::Tick`](monitor::io::Input::Tick). The core answers with effects, among them a
//!    [`Send`](monitor::io::Send): which call, to which domain, with which time limit. The quota has been asked already.
//! 3. `agora` builds path, credentials and body, sends them once through the `Transport`, reads the answer, and names its
//!    [`Outcome`](monitor::answer::Outcome) in our words.
//! 4. The answer goes in as [`Input::Answered`](monitor::io::Input::Answered). What one 404 means, when the next query is due
//!    and whether a gap opens are decided here and nowhere else.
//! 5. The worker carries out the new effects in their order: facts to disk in one transaction, then the next calls.
//! 6. It publishes an `Arc<Snapshot>` and wakes the window, if something changed that can be seen.
//! 7. The window takes one snapshot per frame. The theme turns a state into shape, word, colour and pattern.
//!
//! # One click, from the button to the service
//!
//! 1. Buttons and keys come from one list of commands, which also knows when a command is refused and why.
//! 2. A stop asks first. What concerns only the window (selection, filter, theme) stays there.
//! 3. Anything else is a [`Command`](monitor::io::Command) and goes through a bounded channel that never blocks the frame.
//! 4. The core refuses it with a reason, or records the intent and orders the call.
//! 5. The intent is on disk before the call leaves. After a crash in between, the next start knows that the outcome is
//!    unknown and settles it by asking.
//! 6. The snapshot already says «stopping». The answer comes in as in a poll.
//!
//! # What stays true
//!
//! - The log of events is the only truth. Live state and restarted state come from applying the same events by the same code.
//! - `now` is an argument. Only `worker/clock.rs` reads a clock, so hours can be simulated in milliseconds.
//! - Every request takes from one quota, retries included, and every try is on record. Nothing retries behind the core's back.
//! - What Agora says and whether we can see it are two separate things. A failed query never makes a recording Lost, and what
//!   is older than two poll intervals is never shown as Recording.
//! - The edges of a gap are bounds. There is no single number where none is known.
//! - Queues, bodies and histories have a limit. What is dropped at the limit is counted and shown.
//! - Secrets come from the environment and are never in the settings file, the log, an export, an error or `Debug`.
//!
//! # What is absent
//!
//! - No global state, no singleton, no plugin. What a room needs is handed to it.
//! - No server to run, no account, no telemetry. The only peers are the configured domains of the service.
//! - No random number in the core: what is random in the simulated cloud comes from a seed, which is printed.
//! - No code path that exists for the demo only: the demo is the program on a faster clock with the simulated cloud on
//!   loopback ports.

pub mod agora;
pub mod cli;
pub mod disk;
pub mod export;
pub mod import;
pub mod monitor;
pub mod profile;
pub mod settings;
pub mod sim;
pub mod store;
pub mod ui;
pub mod worker;
