create temporary table removed_route_stats (stat_date date, seller_region text collate "C", customer_region text collate "C") on commit drop
