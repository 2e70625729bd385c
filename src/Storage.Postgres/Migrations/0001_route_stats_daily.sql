-- Lane KPIs by UTC day (fulfillment-v1 §4). Regions collate as bytes, so that key order is the digest's order. The primary key serves questions about
-- dates, the index those about a lane.
create table route_stats_daily (
    stat_date           date                 not null,
    seller_region       text     collate "C" not null check (seller_region ~ '^[A-Z]{2}$'),
    customer_region     text     collate "C" not null check (customer_region ~ '^[A-Z]{2}$'),
    sample_count        integer              not null check (sample_count >= 0),
    avg_lead_time_hours numeric(12, 4),
    p50_lead_time_hours numeric(12, 4),
    p95_lead_time_hours numeric(12, 4),
    late_count          integer              not null check (late_count between 0 and sample_count),
    late_rate           numeric(5, 4),
    avg_handling_hours  numeric(12, 4),
    avg_transit_hours   numeric(12, 4),
    breach_count        integer              not null check (breach_count >= 0),
    cancelled_count     integer              not null check (cancelled_count >= 0),
    updated_at          timestamptz          not null,
    primary key (stat_date, seller_region, customer_region)
);

create index route_stats_daily_lane on route_stats_daily (seller_region, customer_region, stat_date);

comment on table route_stats_daily is 'Lane KPIs by UTC day: deliveries on the day they came, broken promises and cancellations on the day they happened.';
comment on column route_stats_daily.sample_count is 'Deliveries of the day with a known lead time.';
comment on column route_stats_daily.avg_lead_time_hours is 'Mean hours from ordered to delivered; null without a sample, as are the next two.';
comment on column route_stats_daily.p50_lead_time_hours is 'Nearest-rank median.';
comment on column route_stats_daily.p95_lead_time_hours is 'Nearest-rank 95th percentile.';
comment on column route_stats_daily.late_count is 'Deliveries of the day that TMS had judged late.';
comment on column route_stats_daily.late_rate is 'late_count / sample_count.';
comment on column route_stats_daily.avg_handling_hours is 'Mean hours from approved to handed over.';
comment on column route_stats_daily.avg_transit_hours is 'Mean hours from handed over to delivered.';
comment on column route_stats_daily.breach_count is 'Promises broken on the day.';
comment on column route_stats_daily.cancelled_count is 'Orders cancelled on the day.';
comment on column route_stats_daily.updated_at is 'When the row was last changed, by the wall clock; not part of any digest.';
