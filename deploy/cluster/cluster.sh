# eip cluster up|status|down: silos on this machine against given servers. Sourced by ../../eip; `root` and `build` come from there.

# cluster_wrong MESSAGE: what is wrong with the command line, and the end.
cluster_wrong() {
  echo "eip cluster $1" >&2
  echo "Try: $EIP_COMMAND cluster --help" >&2
  exit 2
}

cluster_usage() {
  cat << 'TEXT'
eip cluster up [--silos N] [--data DIR] [-- SILO OPTION ...]   starts silos (2) on localhost, and those again that died
eip cluster status                                             what runs, and how far it is
eip cluster down                                               stops them; what is under way is finished first

Servers come from EIP_KAFKA and EIP_POSTGRES, and, where they are to be used, EIP_ELASTICSEARCH and EIP_REDIS. Pids, logs and homes lie under
.eip/cluster (or EIP_HOME/cluster). --data names a data set that POST /api/v1/replay replays. Ports: the API 5080 and up, silos 11111 and up,
gateways 30000 and up; EIP_CLUSTER_PORTS moves all three by a number. Exit codes: 0 all silos are ready (up, status) or stopped (down), 1 one is not,
2 the command line is wrong, 5 there is no silo (status) or no such folder (up).
TEXT
}

# get PORT PATH: the status and the body of an answer; no client is needed but the shell.
cluster_get() {
  local line status= length=
  exec 8<> "/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n' "$2" "$1" >&8
  IFS= read -r -t 5 status <&8 || { exec 8<&-; return 1; }
  while IFS= read -r -t 5 line <&8 && [ "$line" != $'\r' ]; do :; done
  status=${status#* }
  echo "${status%% *}"
  timeout 5 cat <&8
  exec 8<&-
} 2> /dev/null

cluster_ready() { [ "$(cluster_get "$1" /health/ready | head -1)" = 200 ]; }

# said PORT MEMBER PREFIX: the texts of a member of /health/ready, a line each.
cluster_said() {
  { cluster_get "$1" /health/ready | sed -nE "s/.*\"$2\":(\[((\"[^\"]*\",?)+)\]|(\"[^\"]*\")).*/\2\4/p" \
    | sed -E 's/","/\n/g; s/^"//; s/",?$//' | sed "s|^|$3|; s/\\\\u0027/'/g" | grep ''; } || true
}

# alive N: whether the silo's process runs, and is a silo.
cluster_alive() {
  local pid
  pid=$(cat "$state/silo-$1.pid" 2> /dev/null) && [ -n "$pid" ] && kill -0 "$pid" 2> /dev/null && [[ "$(ps -o args= -p "$pid")" == *Eip.Silo* ]]
}

cluster_numbers() { local file; for file in "$state"/silo-*.pid; do [ -e "$file" ] && file=${file##*/silo-} && echo "${file%.pid}"; done | sort -n; }

cluster_up() {
  local silos=2 data= failed=0 port number deadline
  while [ $# -gt 0 ]; do
    case $1 in
      --silos)
        [[ ${2:-} =~ ^[1-9][0-9]{0,2}$ ]] || cluster_wrong "up: --silos: '${2:-}' is not a whole number from 1 to 999."
        silos=$2
        shift 2
        ;;
      --data)
        [ -n "${2:-}" ] || cluster_wrong "up: --data needs a folder."
        [ -d "$2" ] || { echo "eip cluster up: --data: there is no folder '$2'." >&2; exit 5; }
        data=$(cd "$2" && pwd)
        shift 2
        ;;
      --) shift; break ;;
      *) cluster_wrong "up: '$1' is not an option of it." ;;
    esac
  done
  for name in EIP_KAFKA EIP_POSTGRES; do
    [ -n "${!name:-}" ] || cluster_wrong "up: $name is missing; a cluster needs Kafka and PostgreSQL, Elasticsearch and Redis where they are to be used."
  done
  build src/Silo
  mkdir -p "$state"
  for ((number = 1; number <= silos; number++)); do
    cluster_alive "$number" && continue
    port=$((5080 + shift_ports + number - 1))
    echo "$port" > "$state/silo-$number.port"
    EIP_HOME="$state/silo-$number" setsid nohup dotnet "$root/src/Silo/bin/Release/net10.0/Eip.Silo.dll" --urls "http://127.0.0.1:$port" \
      "--Eip:Silo:Port=$((11111 + shift_ports + number - 1))" "--Eip:Silo:GatewayPort=$((30000 + shift_ports + number - 1))" \
      ${data:+"--Eip:Replay:Data=$data"} "$@" > "$state/silo-$number.log" 2>&1 < /dev/null &
    echo $! > "$state/silo-$number.pid"
    # One after the other: the first brings the schema and the topics up to date.
    deadline=$((SECONDS + 90))
    until cluster_ready "$port"; do
      if ! cluster_alive "$number" || [ $SECONDS -gt $deadline ]; then
        echo "eip cluster up: silo $number did not become ready; the end of $state/silo-$number.log:" >&2
        tail -20 "$state/silo-$number.log" >&2
        exit 1
      fi
      sleep 0.2
    done
  done
  cluster_status || failed=1
  echo
  echo "API, dashboard of the API   $(cluster_urls '')"
  echo "Orleans Dashboard           $(cluster_urls /orleans/)"
  echo "Kafka                       $EIP_KAFKA"
  # Only where it is: a connection string may hold a password.
  echo "PostgreSQL                  $(grep -oiE '(host|server|port|database)=[^;]*' <<< "$EIP_POSTGRES" | paste -sd ' ')"
  echo "Elasticsearch               ${EIP_ELASTICSEARCH:-none: search answers 503}"
  echo "Redis                       $(redis=${EIP_REDIS:-none: each silo caches by itself}; echo "${redis%%,*}")"
  echo "logs, pids, homes           $state"
  return $failed
}

cluster_urls() { local number; for number in $(cluster_numbers); do printf 'http://127.0.0.1:%s%s  ' "$(cat "$state/silo-$number.port")" "$1"; done; }

cluster_status() {
  local warned= number port all=0 running=0 pipeline=
  for number in $(cluster_numbers); do
    all=$((all + 1))
    port=$(cat "$state/silo-$number.port")
    if ! cluster_alive "$number"; then
      echo "silo $number   dead (its log: $state/silo-$number.log)"
    elif cluster_ready "$port"; then
      running=$((running + 1))
      echo "silo $number   ready   pid $(cat "$state/silo-$number.pid")   http://127.0.0.1:$port"
      warned=$port
      [ -n "$pipeline" ] || pipeline=$(cluster_get "$port" /api/v1/pipeline | tail -n +2)
    else
      echo "silo $number   not ready   pid $(cat "$state/silo-$number.pid")   http://127.0.0.1:$port"
      cluster_said "$port" reason '  '
    fi
  done
  if [ "$running" -eq 0 ]; then
    echo "no silo runs"
    if [ "$all" -eq 0 ]; then return 5; else return 1; fi
  fi
  local field
  for field in orderCount watermark lagEvents deadLetters; do
    printf '%s %s   ' "$field" "$(grep -oE "\"$field\":[^,}]*" <<< "$pipeline" | head -1 | cut -d: -f2- | tr -d '"')"
  done
  echo
  cluster_said "$warned" warnings 'warning: '
  [ "$running" -eq "$all" ]
}

cluster_down() {
  local number deadline left
  for number in $(cluster_numbers); do
    cluster_alive "$number" && kill -TERM "$(cat "$state/silo-$number.pid")"
  done
  deadline=$((SECONDS + 35))
  for number in $(cluster_numbers); do
    while cluster_alive "$number" && [ $SECONDS -lt $deadline ]; do sleep 0.2; done
    if cluster_alive "$number"; then
      left=$(cat "$state/silo-$number.pid")
      echo "silo $number did not end in time; it is killed" >&2
      kill -KILL "$left"
    fi
    echo "silo $number   stopped"
    rm -f "$state/silo-$number.pid" "$state/silo-$number.port"
  done
}

cluster() {
  local verb=${1:-} argument
  for argument in "$@"; do
    case $argument in
      --) break ;;
      --help | -h | help) cluster_usage; exit 0 ;;
    esac
  done
  shift_ports=${EIP_CLUSTER_PORTS:-0}
  [[ $shift_ports =~ ^[0-9]{1,5}$ ]] || { echo "eip cluster: EIP_CLUSTER_PORTS: '$shift_ports' is not a whole number." >&2; exit 2; }
  case $verb in
    up) shift ;;
    status | down) [ $# -eq 1 ] || cluster_wrong "$verb: '$2' is not an option of it." ;;
    '') cluster_wrong "needs a command: up, status, down." ;;
    *) cluster_wrong "does not know '$verb': up, status, down." ;;
  esac
  mkdir -p "${EIP_HOME:-.eip}/cluster"
  state=$(cd "${EIP_HOME:-.eip}/cluster" && pwd)
  "cluster_$verb" "$@"
}
