-- A topic that was deleted and created again has another id; what is stored came from the one that is noted here.
alter table eip_ingest add column topic_id text;

comment on column eip_ingest.topic_id is 'The id of the topic that the events came from; null where it is not known.';

-- One row. What silos remember of a life before may not be what is stored: they forget it when they see another life here.
create table eip_store (
    only_row boolean primary key default true check (only_row),
    life     uuid not null default gen_random_uuid()
);

comment on table eip_store is 'The life of what is stored: another one once it was made anew, or was seen to have gone back to a backup.';

insert into eip_store default values;
