//! The dry run: what would become of each row of a list, held against the picture of what is watched already. It sends nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::import::{Format, Import, Problem, Row};
use crate::monitor::event::Denial;
use crate::monitor::ids::{Cname, Mode, ProjectId, Sid, Uid};
use crate::monitor::snapshot::{ChannelView, Snapshot};
use crate::ui::words;
use crate::worker::handle::NewRecording;

/// What would become of a list.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What the text was taken for.
    pub format: Format,
    /// The rows without a problem, in their order.
    pub entries: Vec<Entry>,
    /// What is wrong, in the order of the lines.
    pub problems: Vec<Problem>,
    /// How many more problems were counted and not kept.
    pub further_problems: usize,
    /// Columns that were passed over.
    pub ignored: Vec<String>,
}

/// A row without a problem.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its line.
    pub line: usize,
    /// What would become of it.
    pub fate: Fate,
    /// The recording.
    pub recording: NewRecording,
}

/// What would become of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A channel of its own.
    New,
    /// It joins a channel that is watched and has no open session.
    Joins,
    /// It is watched already: nothing is to be done.
    Known,
}

impl Plan {
    /// The plan for `import` while `snapshot` is what is watched; rows that name no project belong to `project`.
    pub fn new(import: Import, snapshot: &Snapshot, project: ProjectId) -> Self {
        let Import { format, rows, mut problems, further_problems, ignored } = import;
        let mut projects: BTreeMap<ProjectId, Names<'_>> = BTreeMap::new();
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let home = match home(&row, snapshot, project) {
                Ok(home) => home,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            let names = projects.entry(home).or_insert_with(|| Names::new(snapshot, home));
            match names.entry(row) {
                Ok(entry) => entries.push(entry),
                Err(problem) => problems.push(problem),
            }
        }
        problems.sort_by_key(|problem| problem.line);
        Self { format, entries, problems, further_problems, ignored }
    }

    /// Rows that would be sent.
    pub fn takers(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.fate != Fate::Known)
    }

    /// Rows that are watched already.
    pub fn known(&self) -> usize {
        self.entries.len() - self.takers().count()
    }

    /// Lines with at least one problem that was kept.
    pub fn bad_lines(&self) -> usize {
        self.problems.iter().map(|problem| problem.line).collect::<BTreeSet<_>>().len()
    }
}

/// The project that a row belongs to.
fn home(row: &Row, snapshot: &Snapshot, otherwise: ProjectId) -> Result<ProjectId, Problem> {
    let Some(name) = &row.project else { return Ok(otherwise) };
    let known = snapshot.projects.iter().find(|project| project.name == *name);
    known.map(|project| project.id).ok_or_else(|| {
        let reason = format!("is no project of the settings; write one of {}", words::project_names(snapshot));
        problem(row, "project", name, reason)
    })
}

/// Which names of a project are taken, and by whom.
struct Names<'s> {
    project: ProjectId,
    by_sid: HashMap<&'s Sid, &'s ChannelView>,
    by_name: HashMap<&'s str, &'s ChannelView>,
    by_cname: HashMap<&'s Cname, Vec<&'s ChannelView>>,
    /// Names that rows of the list took, with their lines.
    given: HashMap<Arc<str>, usize>,
}

impl<'s> Names<'s> {
    fn new(snapshot: &'s Snapshot, project: ProjectId) -> Self {
        let (mut by_sid, mut by_name, mut by_cname) = (HashMap::new(), HashMap::new(), HashMap::new());
        for view in snapshot.channels.iter().map(|view| &**view) {
            if let Some(recording) = &view.recording {
                by_sid.insert(&recording.sid, view);
            }
            // A sid is watched once, whoever has it; names and UIDs are a project's own.
            if view.project != project {
                continue;
            }
            by_name.insert(&*view.name, view);
            by_cname.entry(&view.cname).or_insert_with(Vec::new).push(view);
        }
        Self { project, by_sid, by_name, by_cname, given: HashMap::new() }
    }

    fn entry(&mut self, row: Row) -> Result<Entry, Problem> {
        if let Some(view) = self.by_sid.get(&row.sid) {
            let name = Arc::clone(&view.name);
            return Ok(Entry { line: row.line, fate: Fate::Known, recording: recording(row, name, self.project) });
        }
        let (name, fate) = match &row.name {
            Some(name) => (Arc::clone(name), self.by_given_name(&row, name)?),
            None => self.by_channel(&row)?,
        };
        self.given.insert(Arc::clone(&name), row.line);
        Ok(Entry { line: row.line, fate, recording: recording(row, name, self.project) })
    }

    /// The operator named the channel.
    fn by_given_name(&self, row: &Row, name: &str) -> Result<Fate, Problem> {
        if let Some(line) = self.given.get(name) {
            return Err(problem(
                row,
                "name",
                name,
                format!("is given on line {line} already; each channel has its own"),
            ));
        }
        match self.by_name.get(name) {
            None => Ok(Fate::New),
            Some(view) if !is_of(view, &row.cname, &row.mode) => {
                let reason =
                    format!("is the name of a watched channel with cname {} and mode {}", view.cname, view.mode);
                Err(problem(row, "name", name, reason))
            }
            Some(view) => joins(row, view),
        }
    }

    /// Nobody named it: a watched channel with this recorder, or a new one called as Agora calls it.
    fn by_channel(&self, row: &Row) -> Result<(Arc<str>, Fate), Problem> {
        let same: Vec<&ChannelView> = self.by_cname.get(&row.cname).into_iter().flatten().copied().collect();
        let recorder = |view: &&&ChannelView| view.uid == row.uid || view.next_uid == Some(row.uid);
        let own = same.iter().filter(|view| view.mode == row.mode && !self.given.contains_key(&view.name));
        if let Some(view) =
            own.clone().find(recorder).or_else(|| own.clone().find(|view| &*view.name == row.cname.as_str()))
        {
            // Its session is of another recorder: then this one gets a channel of its own.
            if recorder(&view) || !has_session(view) {
                return Ok((Arc::clone(&view.name), joins(row, view)?));
            }
        }
        Ok((self.free_name(&row.cname, row.uid), Fate::New))
    }

    /// The channel's name at Agora, with the UID where that is taken.
    fn free_name(&self, cname: &Cname, uid: Uid) -> Arc<str> {
        let taken = |name: &str| self.by_name.contains_key(name) || self.given.contains_key(name);
        let plain = cname.as_str().to_owned();
        let with_uid = format!("{cname} {uid}");
        let further = (2..).map(|n: u32| format!("{cname} {uid} {n}"));
        let mut names = [plain, with_uid].into_iter().chain(further);
        names.find(|name| !taken(name)).unwrap_or_default().into()
    }
}

fn is_of(view: &ChannelView, cname: &Cname, mode: &Mode) -> bool {
    view.cname == *cname && view.mode == *mode
}

fn has_session(view: &ChannelView) -> bool {
    matches!(view.denials.start, Some(Denial::SessionOpen | Denial::AlreadyStarting | Denial::AlreadyStopping))
}

fn joins(row: &Row, view: &ChannelView) -> Result<Fate, Problem> {
    if has_session(view) {
        let reason =
            format!("{} has an open session with another sid: stop it first, or name this row otherwise", view.name);
        return Err(problem(row, "sid", row.sid.as_str(), reason));
    }
    Ok(Fate::Joins)
}

fn problem(row: &Row, field: &'static str, value: &str, reason: String) -> Problem {
    Problem { line: row.line, field: Some(field), value: Some(value.to_owned()), reason }
}

fn recording(row: Row, name: Arc<str>, project: ProjectId) -> NewRecording {
    let Row { line: _, name: _, project: _, resource_id, sid, cname, uid, mode, backup_uid, spare_uids, profile, tags } =
        row;
    NewRecording { project, name, cname, mode, uid, backup_uid, spare_uids, profile, tags, resource_id, sid }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::read;
    use crate::ui::testing::{idle, recording as watched, snapshot, two_projects};

    const HEAD: &str = "resourceId,sid,cname,uid,mode,name\n";

    fn plan(rows: &str, channels: Vec<ChannelView>) -> Plan {
        Plan::new(read(&format!("{HEAD}{rows}"), None), &snapshot(channels), ProjectId::default())
    }

    fn fates(plan: &Plan) -> Vec<(&str, Fate)> {
        plan.entries.iter().map(|entry| (&*entry.recording.name, entry.fate)).collect()
    }

    #[test]
    fn rows_are_new_unless_their_recorder_belongs_to_a_watched_channel() {
        let plan = plan("R,s1,court-07,100007,mix,\nR,s2,hall,5,mix,\n", vec![idle(7, "court-07")]);
        assert_eq!(fates(&plan), [("court-07", Fate::Joins), ("hall", Fate::New)]);
    }

    #[test]
    fn a_sid_that_is_watched_is_known_and_not_sent_again() {
        let view = watched(7, "court-07");
        let sid = view.recording.as_ref().expect("it records").sid.clone();
        let plan = plan(&format!("R,{sid},court-07,100007,mix,\nR,s2,hall,5,mix,\n"), vec![view]);
        assert_eq!(fates(&plan), [("court-07", Fate::Known), ("hall", Fate::New)]);
        assert_eq!((plan.known(), plan.takers().count()), (1, 1));
    }

    #[test]
    fn a_channel_with_an_open_session_takes_no_second_recording() {
        let plan = plan("R,s1,court-07,100007,mix,\n", vec![watched(7, "court-07")]);
        assert_eq!(plan.entries.len(), 0);
        assert!(plan.problems[0].reason.contains("court-07 has an open session"), "{:?}", plan.problems);
        assert_eq!(plan.problems[0].line, 2);
    }

    #[test]
    fn two_recorders_of_one_channel_get_two_names() {
        let plan = plan("R,s1,hall,5,mix,\nR,s2,hall,6,mix,\nR,s3,hall,6,mix,\n", vec![]);
        let names: Vec<&str> = fates(&plan).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["hall", "hall 6", "hall 6 2"]);
    }

    #[test]
    fn a_name_is_taken_once_and_only_for_its_channel() {
        let rows = "R,s1,hall,5,mix,Hall\nR,s2,hall,6,mix,Hall\nR,s3,pool,7,mix,rehearsal\n";
        let plan = plan(rows, vec![idle(7, "rehearsal")]);
        assert_eq!(fates(&plan), [("Hall", Fate::New)]);
        assert!(plan.problems[0].reason.contains("on line 2 already"), "{:?}", plan.problems);
        assert!(plan.problems[1].reason.contains("watched channel with cname rehearsal"), "{:?}", plan.problems);
        assert_eq!(plan.bad_lines(), 2);
    }

    #[test]
    fn each_row_goes_to_its_project_and_names_are_free_in_every_one() {
        let head = HEAD.trim_end();
        let list =
            format!("{head},project\nR,s1,hall,5,mix,hall 2,Eastgate\nR,s2,hall,5,mix,hall 2,\nR,s3,x,6,mix,,West\n");
        let plan = Plan::new(read(&list, None), &two_projects(), ProjectId(0));
        let homes: Vec<ProjectId> = plan.entries.iter().map(|entry| entry.recording.project).collect();
        assert_eq!(homes, [ProjectId(1), ProjectId(0)]);
        assert!(plan.problems[0].reason.contains("one of Northgate Live, Eastgate"), "{:?}", plan.problems);
        assert_eq!(plan.bad_lines(), 1);
    }
}
