-- The event log is the truth: appended to, never edited, never thinned out.
CREATE TABLE migration (
    number INTEGER PRIMARY KEY,
    text   TEXT NOT NULL
) STRICT;

-- Numbers for channels, handed out once and kept for ever.
CREATE TABLE channel (
    id      INTEGER PRIMARY KEY,
    project TEXT NOT NULL,
    name    TEXT NOT NULL,
    UNIQUE (project, name)
) STRICT;

-- One fact per row. No foreign key on `channel`: a fact is never refused because of whom it names.
CREATE TABLE event (
    seq     INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL, -- ms since the Unix epoch, UTC
    channel INTEGER,          -- NULL: the project or the workstation
    kind    TEXT NOT NULL,
    version INTEGER NOT NULL,
    body    TEXT NOT NULL     -- JSON
) STRICT;
CREATE INDEX event_channel_at ON event (channel, at);
-- Few rows, and the beginning of a session is found without reading its probes or events.
CREATE INDEX event_start ON event (channel, at) WHERE kind = 'start_requested';

-- Two dictionaries, since thousands of probes say the same words.
CREATE TABLE host (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE answer (
    id   INTEGER PRIMARY KEY,
    body TEXT NOT NULL UNIQUE -- JSON: outcome, HTTP status, code, reason
) STRICT;

-- One try of a query per row, clustered by channel and time: no second tree for an index, and a day of one channel lies together.
-- `n` tells apart what came in the same millisecond.
CREATE TABLE probe (
    channel    INTEGER NOT NULL REFERENCES channel (id),
    at         INTEGER NOT NULL, -- ms since the Unix epoch, UTC
    n          INTEGER NOT NULL,
    host       INTEGER NOT NULL REFERENCES host (id),
    attempt    INTEGER NOT NULL,
    latency_ms INTEGER NOT NULL,
    answer     INTEGER NOT NULL REFERENCES answer (id),
    PRIMARY KEY (channel, at, n)
) STRICT, WITHOUT ROWID;

-- What a start needs of the probes without reading them all. Derived: it could be made anew from `probe`.
CREATE TABLE probe_summary (
    channel INTEGER PRIMARY KEY REFERENCES channel (id),
    probes  INTEGER NOT NULL,
    good_at INTEGER, -- the newest status 4 or 5
    bad_at  INTEGER  -- the newest 404, or status other than 4 and 5
) STRICT;
