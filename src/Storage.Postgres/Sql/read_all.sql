select stat_date, seller_region, customer_region, sample_count, avg_lead_time_hours, p50_lead_time_hours, p95_lead_time_hours, late_count, late_rate,
    avg_handling_hours, avg_transit_hours, breach_count, cancelled_count, promised_count, kept_count, on_time_rate
from route_stats_daily
order by stat_date, seller_region, customer_region
