-- Promises by the day of their deadline (fulfillment-v1 §4). Rows that are there hold figures of the rules before; nothing is lost with them: a backfill
-- writes the whole table, and in a cluster every lane writes its days anew once it comes to life.
delete from route_stats_daily;

alter table route_stats_daily
    add column promised_count integer not null check (promised_count >= 0),
    add column kept_count     integer not null check (kept_count between 0 and promised_count),
    add column on_time_rate   numeric(5, 4);

comment on column route_stats_daily.promised_count is 'Promises whose deadline is the day, of orders that were not cancelled; days ahead hold the promises to come.';
comment on column route_stats_daily.kept_count is 'Those of them that were delivered and not late.';
comment on column route_stats_daily.on_time_rate is 'kept_count / promised_count; null without a promise.';
