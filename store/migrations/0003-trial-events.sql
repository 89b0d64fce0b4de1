-- A trial's own story, from a log of a hundred thousand events.
create index study_events_trial on study_events (study_id, trial, seq) where trial is not null;
