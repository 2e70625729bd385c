-- route_stats_daily of fulfillment-v1 §4, computed from the snapshots themselves: no events, no log, no case cards.
-- :data is the folder of the CSV files. Every column is read as text, as the product reads it.
with
orders as (
  select
    order_id, customer_id, order_status as status,
    try_strptime(order_purchase_timestamp, '%Y-%m-%d %H:%M:%S') as placed,
    try_strptime(order_approved_at, '%Y-%m-%d %H:%M:%S') as approved,
    try_strptime(order_delivered_carrier_date, '%Y-%m-%d %H:%M:%S') as handed,
    try_strptime(order_delivered_customer_date, '%Y-%m-%d %H:%M:%S') as delivered,
    try_strptime(order_estimated_delivery_date, '%Y-%m-%d %H:%M:%S') as promised,
    -- A promise that falls on midnight names a day, and holds until its last second.
    case when promised = date_trunc('day', promised) then promised + interval '23:59:59' else promised end as deadline
  from read_csv('${data}/olist_orders_dataset.csv', header = true, all_varchar = true)
),
horizon as (
  select greatest(max(placed), max(approved), max(handed), max(delivered)) as at from orders
),
warehouses as (
  select order_id, arg_min(seller_id, cast(order_item_id as integer)) as seller_id
  from read_csv('${data}/olist_order_items_dataset.csv', header = true, all_varchar = true)
  group by order_id
),
cards as (
  select
    sellers.seller_state as seller, customers.customer_state as customer, placed, approved, handed, delivered, deadline,
    case when status in ('canceled', 'unavailable') then greatest(placed, approved, handed, delivered) end as cancelled,
    case when deadline <= horizon.at and not coalesce(delivered <= deadline, false)
      and not (status in ('canceled', 'unavailable') and greatest(placed, approved, handed, delivered) <= deadline) then deadline end as late
  from orders
  cross join horizon
  join warehouses using (order_id)
  join read_csv('${data}/olist_sellers_dataset.csv', header = true, all_varchar = true) as sellers using (seller_id)
  join read_csv('${data}/olist_customers_dataset.csv', header = true, all_varchar = true) as customers using (customer_id)
),
facts as (
  select cancelled::date as day, seller, customer, 'cancelled' as kind, null as lead, null as handling, null as transit, false as is_late,
    false as is_kept
  from cards where cancelled is not null
  union all
  select late::date, seller, customer, 'breach', null, null, null, true, false
  from cards where cancelled is null and late is not null
  union all
  select deadline::date, seller, customer, 'promise', null, null, null, false, delivered is not null and late is null
  from cards where cancelled is null and deadline is not null
  union all
  select
    delivered::date, seller, customer, 'sample', epoch(delivered - placed)::bigint,
    case when handed >= approved then epoch(handed - approved)::bigint end,
    case when delivered >= handed then epoch(delivered - handed)::bigint end,
    late is not null, false
  from cards where cancelled is null and delivered >= placed
)
select
  strftime(day, '%Y-%m-%d') as stat_date,
  seller as seller_region,
  customer as customer_region,
  count(lead) as sample_count,
  sum(lead)::hugeint as lead_sum,
  quantile_disc(lead, 0.50) as p50,
  quantile_disc(lead, 0.95) as p95,
  count(*) filter (kind = 'sample' and is_late) as late_count,
  sum(handling)::hugeint as handling_sum,
  count(handling) as handling_count,
  sum(transit)::hugeint as transit_sum,
  count(transit) as transit_count,
  count(*) filter (kind = 'breach') as breach_count,
  count(*) filter (kind = 'cancelled') as cancelled_count,
  count(*) filter (kind = 'promise') as promised_count,
  count(*) filter (is_kept) as kept_count
from facts
group by all
order by 1, 2, 3
