-- One row: the cluster whose database this is. Another one that is led here by mistake would mix its cases into these.
create table eip_owner (
    only_row   boolean primary key default true check (only_row),
    cluster    text not null,
    log        text not null,
    claimed_at timestamptz not null default now()
);

comment on table eip_owner is 'The cluster that owns this database; delete the row to hand it to another.';
comment on column eip_owner.log is 'The topics that its cases come from.';
