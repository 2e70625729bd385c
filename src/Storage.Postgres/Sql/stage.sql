create temporary table staged_route_stats (like route_stats_daily) on commit drop
