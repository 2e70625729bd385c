-- The cases of the cluster: one row an order. "state" is all that the fold needs; the other columns say where the row stands in its chain of writes.
-- Ids collate as bytes, so that reading in key order is the digest's order.
create table eip_case (
    order_id     text collate "C" primary key,
    version      bigint not null,
    writer       bigint not null,
    base_version bigint not null,
    base_writer  bigint not null,
    lane         integer,
    state        bytea not null
) with (fillfactor = 45);

comment on column eip_case.version is 'Grows with every write.';
comment on column eip_case.writer is 'The life of a grain that wrote the row.';
comment on column eip_case.base_version is 'The version that this life began with; a write of another life must build on the stored one.';
comment on column eip_case.lane is 'The lane that the order contributes to: both regions in one number; null when it contributes nothing yet.';

-- A lane that activates reads its orders.
create index eip_case_lane on eip_case (lane) where lane is not null;

-- How far each partition has come, with every effect stored.
create table eip_ingest (
    partition         text collate "C" primary key,
    next_offset       bigint not null default 0,
    watermark         bigint,
    events_per_second double precision not null default 0,
    updated_at        timestamptz not null default now(),
    order_count       bigint not null default 0
) with (fillfactor = 50);

comment on column eip_ingest.watermark is 'The greatest event time folded, in Unix seconds.';
comment on column eip_ingest.order_count is 'Orders that became known through this partition.';
