-- A session begins with a start or with an adoption; both are found without reading the rest of a channel's events.
CREATE INDEX event_adopted ON event (channel, at) WHERE kind = 'adopted';
