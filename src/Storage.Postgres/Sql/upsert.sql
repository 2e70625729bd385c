-- Rows that are equal already are not written: they keep their updated_at and make no dead tuples.
insert into route_stats_daily as stored
select * from staged_route_stats
order by stat_date, seller_region, customer_region
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
    updated_at = excluded.updated_at
where (stored.sample_count, stored.avg_lead_time_hours, stored.p50_lead_time_hours, stored.p95_lead_time_hours, stored.late_count, stored.late_rate,
       stored.avg_handling_hours, stored.avg_transit_hours, stored.breach_count, stored.cancelled_count)
    is distinct from
      (excluded.sample_count, excluded.avg_lead_time_hours, excluded.p50_lead_time_hours, excluded.p95_lead_time_hours, excluded.late_count,
       excluded.late_rate, excluded.avg_handling_hours, excluded.avg_transit_hours, excluded.breach_count, excluded.cancelled_count)
