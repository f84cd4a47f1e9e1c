//! Writes a session log: what the store knows of the running or last session of a channel, from its start to now.

use std::sync::{Arc, PoisonError};

use jiff::tz::TimeZone;

use super::handle::{ExportJob, ExportResult, Format};
use super::past::Shared;
use crate::disk::{self, FileError};
use crate::export::{self, SessionLog, Unobserved};
use crate::monitor::band::BandKind;
use crate::monitor::event::{Event, Record};
use crate::monitor::history;
use crate::monitor::io::Channel;
use crate::monitor::phase::State;
use crate::monitor::snapshot::Snapshot;
use crate::monitor::time::Timestamp;
use crate::store::StoreError;

/// What stands in the head of every log.
#[derive(Clone, Debug)]
pub struct About {
    /// Name and UIDs of the channel; `None` when there is no such channel in the project.
    pub channel: Option<Channel>,
    /// The zone of the local times in it.
    pub zone: TimeZone,
}

/// Writes the log; the result, and the fact to keep when it was written.
pub fn write(
    reader: Option<&Shared>,
    about: &About,
    snapshot: &Snapshot,
    job: &ExportJob,
    now: Timestamp,
) -> (ExportResult, Option<Record>) {
    let failed = |why: String| (ExportResult::Failed { path: job.path.clone(), why: why.into() }, None);
    let Some(reader) = reader else {
        return failed("the log of this run cannot be read; restart reelwatch, then export again".to_owned());
    };
    let log = match collect(reader, about, snapshot, job, now) {
        Ok(Some(log)) => log,
        Ok(None) => return failed("there is no such channel in this project".to_owned()),
        Err(error) => return failed(error.to_string()),
    };
    let written = disk::write_file(&job.path, job.existing, |out| match job.format {
        Format::Csv => export::write_csv(&log, out),
        Format::JsonLines => export::write_json_lines(&log, out),
    });
    match written {
        Ok(lines) => {
            let file = job.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            let event = Event::Exported { file: file.into(), lines };
            let record = Record { at: now, channel: Some(job.channel), event };
            (ExportResult::Written { path: job.path.clone(), lines }, Some(record))
        }
        Err(FileError::Exists { .. }) => (ExportResult::Exists { path: job.path.clone() }, None),
        Err(error) => failed(error.to_string()),
    }
}

fn collect(
    reader: &Shared,
    about: &About,
    snapshot: &Snapshot,
    job: &ExportJob,
    now: Timestamp,
) -> Result<Option<SessionLog>, StoreError> {
    let Some(channel) = &about.channel else { return Ok(None) };
    let reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
    let from = reader.session_start(job.channel)?.unwrap_or(now);
    let before = reader.records_before(job.channel, from)?;
    let past = reader.history(job.channel, from, now)?;
    let all = before.iter().chain(&past.records).map(|(_, record)| record);
    let folded = history::fold(all.filter(|record| record.channel.is_some()), from, now);
    let unseen = folded.spans.iter().filter(|span| span.kind == BandKind::State(State::NotObserved));
    // A channel that is in no picture any more was forgotten while the log was asked for.
    let Some(view) = snapshot.channel(job.channel) else { return Ok(None) };
    let project = snapshot.project_of(view);
    Ok(Some(SessionLog {
        app_version: env!("CARGO_PKG_VERSION").into(),
        project: Arc::clone(&project.name),
        channel: channel.clone(),
        from,
        to: now,
        exported_at: now,
        zone: about.zone.clone(),
        poll_every: project.poll_every,
        lost_after: project.lost_after,
        not_observed: unseen.map(|span| Unobserved { from: span.from, to: span.to }).collect(),
        records: past.records,
        probes: past.probes,
        gaps: folded.gaps,
        open_gap: view.open_gap,
        unreadable: past.skipped,
    }))
}
