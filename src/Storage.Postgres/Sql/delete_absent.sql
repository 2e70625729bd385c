delete from route_stats_daily
where not exists (
    select from staged_route_stats staged
    where staged.stat_date = route_stats_daily.stat_date
        and staged.seller_region = route_stats_daily.seller_region
        and staged.customer_region = route_stats_daily.customer_region)
