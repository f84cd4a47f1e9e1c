-- Evidence that is not new any more, packed: a run of probes of one channel and one day (UTC) each, in the order of time. `id` rises,
-- so that a backup copies what is behind the last one it has.
CREATE TABLE probe_block (
    id      INTEGER PRIMARY KEY,
    channel INTEGER NOT NULL REFERENCES channel (id),
    day     INTEGER NOT NULL, -- days since the Unix epoch
    probes  INTEGER NOT NULL,
    body    BLOB NOT NULL
) STRICT;
CREATE INDEX probe_block_day ON probe_block (channel, day);

-- What is left of evidence that was too old to be kept one by one: an hour of a channel and its answers each.
CREATE TABLE probe_hours (
    channel INTEGER NOT NULL REFERENCES channel (id),
    day     INTEGER NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (channel, day)
) STRICT, WITHOUT ROWID;

-- The first days that are kept, one by one and by the hour, and the day on which that moved on last.
CREATE TABLE horizon (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    raw      INTEGER NOT NULL,
    hours    INTEGER NOT NULL,
    moved_on INTEGER NOT NULL
) STRICT;

-- Derived from the events, and made anew at any time: the band, the gaps and the flags of a channel on one day, as a page of all
-- channels reads them. A channel without a row for a day up to `past_mark.through` had nothing on that day.
CREATE TABLE past_day (
    day     INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (day, channel)
) STRICT, WITHOUT ROWID;
CREATE TABLE past_mark (
    channel INTEGER PRIMARY KEY,
    format  INTEGER NOT NULL, -- of the checkpoint below: what events come to
    through INTEGER NOT NULL  -- the last day that is done
) STRICT;

-- Derived as well: what the core held true after the event `seq`, so that a start needs not read all events again.
CREATE TABLE checkpoint (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    format  INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    skipped INTEGER NOT NULL
) STRICT;
CREATE TABLE checkpoint_part (
    project TEXT NOT NULL,
    channel INTEGER NOT NULL, -- 0: what belongs to the project and to no channel
    body    TEXT NOT NULL,    -- JSON
    PRIMARY KEY (project, channel)
) STRICT;

-- Which log this is: a backup is of one log, and never goes on with another.
CREATE TABLE log_id (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id  TEXT NOT NULL
) STRICT;
INSERT INTO log_id VALUES (1, lower(hex(randomblob(16))));

-- Few rows among many: incidents and notes are read without the rest.
CREATE INDEX event_incident ON event (at) WHERE kind IN ('incident_opened', 'incident_grew', 'incident_settled',
    'incident_ended', 'incident_acknowledged', 'acknowledgement_ended', 'incident_closed', 'incident_reopened', 'note_added');
