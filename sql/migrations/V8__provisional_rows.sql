-- What a webhook alone has told: it may be less, or older, than what the platform's own pages show, so any page wins over it
-- and it never wins over a page.
alter table routiq.contacts add column provisional boolean not null default false;
alter table routiq.conversations add column provisional boolean not null default false;
alter table routiq.messages add column provisional boolean not null default false;
