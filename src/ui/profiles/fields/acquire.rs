//! What acquire is told besides channel and UID.

use super::{EVERY, Field, Kind, Section, When};

/// All of them.
pub const FIELDS: &[Field] = &[
    Field {
        path: "acquire.resource_expired_hour",
        label: "Usable for",
        json: "resourceExpiredHour",
        section: Section::Resource,
        kind: Kind::Number("hours"),
        modes: EVERY,
        shown: When::Always,
        default: "72",
        range: "1 to 720 hours",
        help: "For so long after the start the recording can be queried, changed and stopped. It does not end the recording. \
               Shorter than the recording: its end cannot be seen, and it cannot be stopped",
    },
    Field {
        path: "acquire.region",
        label: "Region",
        json: "region",
        section: Section::Resource,
        kind: Kind::Choice(&[
            ("CN", "Mainland China"),
            ("AP", "Asia without mainland China"),
            ("EU", "Europe"),
            ("NA", "North America"),
        ]),
        modes: EVERY,
        shown: When::Always,
        default: "near the request",
        range: "One of the four, or left open",
        help: "Where the recorder is to run. The bucket should be in the same part of the world: far ones upload slowly or not \
               at all. Left open, Agora takes the region in which the request arrives",
    },
    Field {
        path: "acquire.start_parameter",
        label: "Start repeated",
        json: "startParameter",
        section: Section::Resource,
        kind: Kind::Choice(&[("omit", "No"), ("send", "Yes, with its keys")]),
        modes: EVERY,
        shown: When::Always,
        default: "omit",
        range: "Yes or no",
        help: "Acquire repeats what start will send, so that Agora can place the recorder better. It then refuses a start that \
               differs in anything. The storage keys leave one request earlier",
    },
    Field {
        path: "acquire.siblings",
        label: "Second recorder",
        json: "excludeResourceIds",
        section: Section::Resource,
        kind: Kind::Choice(&[("ignore", "Anywhere"), ("exclude", "In another region")]),
        modes: EVERY,
        shown: When::Always,
        default: "ignore",
        range: "Anywhere or in another region",
        help: "Where another recorder of the same channel runs, a new one can be kept out of its region, so that the fault of \
               one region does not end both",
    },
];
