-- A stream that the platform only tells and never shows whole proves nothing: it is never fresh, and keeps nothing else
-- from being so.
alter table routiq.sync_stream_state add column told boolean not null default false;
update routiq.sync_stream_state set told = true where stream = 'webhooks';
