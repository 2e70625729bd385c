#!/usr/bin/env bash
# Drills of the stores beside the log, on real servers: each harms a store under a running cluster, mends it, and ends in the digest of the log.
#
#   deploy/drills/stores.sh [lost-indices] [older-indices] [lost-redis] [two-clusters]      all of them without a name
#
# EIP_KAFKA, EIP_POSTGRES (a database that the drills may fill) and EIP_ELASTICSEARCH name the servers; topic and indices are the drill's own.
# A Redis is started for the drill, where redis-server is installed. PORT (5980) and the ports after it are used.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
: "${EIP_KAFKA:?names the brokers}" "${EIP_POSTGRES:?names a database for the drills}" "${EIP_ELASTICSEARCH:?names the search store}"
work=$(mktemp -d) port=${PORT:-5980} id=drill$$
export EIP_HOME=$work/home EIP_CLUSTER_PORTS=$((port - 5080)) EIP_REDIS=
export Eip__Silo__Cluster=$id Eip__Kafka__Topic=$id-events Eip__Kafka__Prefix=$id- Eip__Kafka__Group=$id Eip__Partitions=4
export Eip__Elasticsearch__ShipmentsAlias=$id-shipments Eip__Elasticsearch__EventsAlias=$id-timelines Eip__Elasticsearch__Replicas=0
api=http://127.0.0.1:$port

eip() { "$root/eip" "$@"; }
es() { curl -sS -X "$1" "$EIP_ELASTICSEARCH$2" -H 'Content-Type: application/json' ${3:+-d "$3"}; }
status() { curl -s -o "$work/answer" -w '%{http_code}' "$api$1" || true; }
say() { echo "== $*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }
until_holds() { local end=$((SECONDS + 120)); until eval "$1"; do [ $SECONDS -lt $end ] || fail "not within 120 s: $1"; sleep 0.5; done; }
index_of() { es GET "/_alias/$1" | grep -oE "$1-v[0-9]+-[0-9]+" | head -1; }

end() {
  eip cluster down > /dev/null 2>&1 || true
  [ -z "${redis:-}" ] || kill "$redis" 2> /dev/null || true
  for alias in shipments timelines; do es DELETE "/$id-$alias-v*" > /dev/null 2>&1 || true; es DELETE "/_index_template/$id-$alias" > /dev/null 2>&1 || true; done
  rm -rf "$work"
}
trap end EXIT

# feed N: the N-th part of the history. verified: every store agrees with the log, whose digest is the embedded host's of what was fed.
fed=1
feed() { eip replay --data "$work/data-$1" --speed 2000000000 --target "$api" > "$work/replay.log" 2>&1 || { cat "$work/replay.log" >&2; fail "the replay of part $1"; }; }
verified() {
  eip verify --cluster --patience 120 > "$work/verify.log" 2>&1 || { cat "$work/verify.log" >&2; fail "$1: the stores differ from the log"; }
  grep -q "digest $(cat "$work/digest-$fed")" "$work/verify.log" || { cat "$work/verify.log" >&2; fail "$1: the digest is not the embedded host's"; }
  echo "$1: every store agrees, digest $(cat "$work/digest-$fed")"
}

prepare() {
  say "two parts of a generated history"
  for part in 1 2; do
    eip generate --orders 400 --seed $part --out "$work/data-$part" > /dev/null
    eip backfill --home "$work/embedded" --data "$work/data-$part" > /dev/null
    eip digest --home "$work/embedded" > "$work/digest-$part"
  done
  if command -v redis-server > /dev/null; then
    EIP_REDIS=127.0.0.1:$((port + 900))
    start_redis
  fi
  eip cluster up > "$work/up.log" 2>&1 || { cat "$work/up.log" >&2; fail "the cluster did not start"; }
  feed 1
  verified "the first part"
}

start_redis() { redis-server --port $((port + 900)) --bind 127.0.0.1 --save '' --appendonly no > /dev/null 2>&1 & redis=$!; }

lost_indices() {
  say "both indices deleted under load"
  fed=2
  feed 2 &
  local feeding=$!
  for alias in shipments timelines; do es DELETE "/$(index_of "$id-$alias")" > /dev/null; done
  wait $feeding
  until_holds '[ "$(status "/api/v1/shipments?limit=1")" = 503 ]'
  grep -q "eip rebuild --search" "$work/answer" || fail "the answer does not name the remedy: $(cat "$work/answer")"
  eip rebuild --search > /dev/null 2>&1 || fail "the rebuild"
  verified "lost indices"
}

older_indices() {
  say "the indices restored from an older state"
  local alias index actions=
  for alias in shipments timelines; do
    index=$(index_of "$id-$alias")
    es PUT "/$index/_settings" '{"index.blocks.write":true}' > /dev/null
    es POST "/$index/_clone/$id-$alias-v1-1" '{"settings":{"index.blocks.write":null}}' > /dev/null
    es PUT "/$index/_settings" '{"index.blocks.write":null}' > /dev/null
    actions+="{\"remove_index\":{\"index\":\"$index\"}},{\"add\":{\"index\":\"$id-$alias-v1-1\",\"alias\":\"$id-$alias\"}},"
  done
  fed=2
  feed 2
  verified "before the older state"
  es POST /_aliases "{\"actions\":[${actions%,}]}" > /dev/null
  ! eip verify --cluster --patience 1 > "$work/verify.log" 2>&1 || fail "the older state was not noticed"
  eip rebuild --search > /dev/null 2>&1 || fail "the rebuild"
  verified "older indices"
}

lost_redis() {
  [ -n "$EIP_REDIS" ] || { echo "lost Redis: NOT RUN, redis-server is not installed"; return; }
  say "Redis killed, and back without its data"
  orders() { curl -s -D "$work/headers" "$api/api/v1/overview" | grep -oE '"orderCount":[0-9]+' | head -1; }
  cache_is() { orders > /dev/null; grep -qi "^x-cache: $1" "$work/headers"; }
  local before
  before=$(orders)
  kill -9 "$redis"
  until_holds 'cache_is bypass'
  [ "$(orders)" = "$before" ] || fail "another answer without Redis"
  start_redis
  until_holds 'cache_is hit'
  [ "$(orders)" = "$before" ] || fail "another answer after Redis came back"
  verified "lost Redis"
}

two_clusters() {
  say "a second cluster on the same database, and one on the same indices"
  local free=("--Eip:Silo:Port" "$((port + 910))" "--Eip:Silo:GatewayPort" "$((port + 911))" "--urls" "http://127.0.0.1:$((port + 912))")
  ! timeout 60 "$root/eip" silo "${free[@]}" --Eip:Silo:Cluster other --EIP_ELASTICSEARCH '' > "$work/second.log" 2>&1 || fail "the second cluster started on the first one's database"
  grep -q "belongs to the cluster '$id'" "$work/second.log" || { cat "$work/second.log" >&2; fail "the second cluster was not told whose the database is"; }
  setsid "$root/eip" silo "${free[@]}" --Eip:Silo:Cluster other --EIP_POSTGRES '' --EIP_KAFKA '' --EIP_HOME "$work/other" > "$work/second.log" 2>&1 &
  local second=$!
  until_holds 'curl -s "http://127.0.0.1:$((port + 912))/api/v1/shipments?limit=1" | grep -q "belongs to the cluster"'
  kill -- "-$second"
  wait "$second" 2> /dev/null || true
  verified "two clusters"
}

drills=("$@")
[ ${#drills[@]} -gt 0 ] || drills=(older-indices lost-indices lost-redis two-clusters)
prepare
for drill in "${drills[@]}"; do
  case $drill in
    lost-indices) lost_indices ;;
    older-indices) older_indices ;;
    lost-redis) lost_redis ;;
    two-clusters) two_clusters ;;
    *) fail "'$drill' is no drill" ;;
  esac
done
echo "All drills ended in the log's digest."
