# What ../eip and ../tests/run know of building: only what changed, one build at a time. Sourced; `root` is the folder of the sources.

# build_lock, build_unlock: one build at a time, also where there is no flock.
build_lock() {
  mkdir -p "$root/.build"
  if command -v flock > /dev/null; then
    exec 9> "$root/.build/lock"
    flock 9
    return
  fi
  local owner
  until mkdir "$root/.build/lock.held" 2> /dev/null; do
    owner=$(cat "$root/.build/lock.held/pid" 2> /dev/null || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2> /dev/null; then rm -rf "$root/.build/lock.held"; else sleep 0.2; fi
  done
  echo $$ > "$root/.build/lock.held/pid"
}

build_unlock() { if command -v flock > /dev/null; then exec 9>&-; else rm -rf "$root/.build/lock.held"; fi }

# build_projects FOLDER ...: the folders, and those of every project that they refer to.
build_projects() {
  local -A seen=()
  local left=("$@") folder project reference
  while [ ${#left[@]} -gt 0 ]; do
    folder=${left[0]} left=("${left[@]:1}")
    [ -z "${seen[$folder]:-}" ] || continue
    seen[$folder]=1
    echo "$folder"
    for project in "$root/$folder"/*.csproj; do
      while IFS= read -r reference; do
        reference=${reference%/*}
        left+=("$(cd "$root/$folder/$reference" && pwd | sed "s|^$root/||")")
      done < <(sed -nE 's/.*ProjectReference Include="([^"]+)".*/\1/p' "$project" 2> /dev/null)
    done
  done
}

# build_inputs FOLDER ...: the files that a build reads, newer than the file in `newer` if that is set; documents and what editors leave are none.
build_inputs() {
  local than=(${newer:+-newer "$newer"})
  find "${@/#/$root/}" \( -name bin -o -name obj -o -name node_modules \) -prune -o -type f ! -name '*.md' ! -name '*~' ! -name '.*' ! -name '*.sw?' "${than[@]}" -print
  find "$root" -maxdepth 1 -type f \( -name 'Directory.*.props' -o -name global.json -o -name '*.sln' -o -name '*.slnf' \) "${than[@]}" -print
}

# build_is_fresh STAMP: whether nothing was changed, added or taken away since the stamp.
build_is_fresh() {
  local stamp=$root/.build/$1 lines
  [ -e "$stamp" ] || return 1
  mapfile -t lines < "$stamp"
  [ "$(build_inputs "${lines[@]:1}" | sort | cksum)" = "${lines[0]}" ] && [ -z "$(newer=$stamp build_inputs "${lines[@]:1}")" ]
}

# build_began: notes the time; what changes from now on is not part of the build.
build_began() { touch "$root/.build/began"; }

# build_stamp STAMP FOLDER ...: notes that these folders were built.
build_stamp() {
  local stamp=$root/.build/$1
  shift
  { build_inputs "$@" | sort | cksum; printf '%s\n' "$@"; } > "$stamp"
  touch -r "$root/.build/began" "$stamp"
}
