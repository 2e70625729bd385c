-- Rows that are equal already are left out before the upsert, which would lock each of them: they are not written, and keep their updated_at.
insert into route_stats_daily
select staged.*
from staged_route_stats staged
where not exists (
    select from route_stats_daily stored
    where stored.stat_date = staged.stat_date and stored.seller_region = staged.seller_region and stored.customer_region = staged.customer_region
        and (stored.sample_count, stored.avg_lead_time_hours, stored.p50_lead_time_hours, stored.p95_lead_time_hours, stored.late_count,
             stored.late_rate, stored.avg_handling_hours, stored.avg_transit_hours, stored.breach_count, stored.cancelled_count,
             stored.promised_count, stored.kept_count, stored.on_time_rate)
            is not distinct from
            (staged.sample_count, staged.avg_lead_time_hours, staged.p50_lead_time_hours, staged.p95_lead_time_hours, staged.late_count,
             staged.late_rate, staged.avg_handling_hours, staged.avg_transit_hours, staged.breach_count, staged.cancelled_count,
             staged.promised_count, staged.kept_count, staged.on_time_rate))
order by staged.stat_date, staged.seller_region, staged.customer_region
on conflict (stat_date, seller_region, customer_region) do update
set sample_count = excluded.sample_count,
    avg_lead_time_hours = excluded.avg_lead_time_hours,
    p50_lead_time_hours = excluded.p50_lead_time_hours,
    p95_lead_time_hours = excluded.p95_lead_time_hours,
    late_count = excluded.late_count,
    late_rate = excluded.late_rate,
    avg_handling_hours = excluded.avg_handling_hours,
    avg_transit_hours = excluded.avg_transit_hours,
    breach_count = excluded.breach_count,
    cancelled_count = excluded.cancelled_count,
    promised_count = excluded.promised_count,
    kept_count = excluded.kept_count,
    on_time_rate = excluded.on_time_rate,
    updated_at = excluded.updated_at
