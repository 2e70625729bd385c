delete from route_stats_daily
using removed_route_stats removed
where route_stats_daily.stat_date = removed.stat_date
    and route_stats_daily.seller_region = removed.seller_region
    and route_stats_daily.customer_region = removed.customer_region
