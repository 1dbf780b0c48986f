# Node 24 or newer without a download: the first on PATH, else the newest of the tool cache, else the one that the runner brings.
# Both steps below run with what is found; PATH stays as it is. Works with bash 3.2 (macOS) and with Git's bash (Windows).
wanted=24
found=''
best=0
old=''

# A path as this bash has it: on Windows variables of the runner have backslashes and drives.
here() {
  if command -v cygpath > /dev/null 2>&1; then cygpath -u "$1"; else printf '%s' "$1"; fi
}
workspace="$(here "${GITHUB_WORKSPACE:-}")"

# Takes programs that run, are new enough, and newer than what was found. Whether one runs here only a try can tell: in a container
# the runner's own may be for another libc. What lies in the checkout is passed over: a branch that is pushed could bring it.
try() {
  local program version rank
  for program in "$@"; do
    case "$program" in /*) ;; *) continue ;; esac
    if [ -n "$workspace" ]; then case "$program" in "$workspace"/*) continue ;; esac; fi
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then continue; fi
    version="$("$program" -p process.versions.node 2> /dev/null)" || continue
    if [[ ! "$version" =~ ^([0-9]+)\.([0-9]+)\.([0-9]+) ]]; then continue; fi
    if [ "${BASH_REMATCH[1]}" -lt "$wanted" ]; then
      old="$version"
      continue
    fi
    rank=$((BASH_REMATCH[1] * 1000000 + BASH_REMATCH[2] * 1000 + BASH_REMATCH[3]))
    if [ "$rank" -gt "$best" ]; then
      best="$rank"
      found="$program"
    fi
  done
}

while IFS= read -r program; do
  if [ -z "$found" ]; then try "$program"; fi
done <<< "$(type -aP node || true)"

# <tool cache>/node/<version>/<arch>: first what was made for this machine. Versions that are too old are not even started.
case "${RUNNER_ARCH:-}" in ARM64) archs='arm64 x64' ;; *) archs='x64 arm64' ;; esac
for cache in "${RUNNER_TOOL_CACHE:-}" "${AGENT_TOOLSDIRECTORY:-}"; do
  if [ -z "$cache" ]; then continue; fi
  for arch in $archs; do
    if [ -n "$found" ]; then break 2; fi
    for folder in "$(here "$cache")"/node/*/"$arch"; do
      version="${folder%/*}"
      version="${version##*/}"
      if [[ ! "$version" =~ ^([0-9]+)\. ]] || [ "${BASH_REMATCH[1]}" -lt "$wanted" ]; then continue; fi
      try "$folder/bin/node" "$folder/node.exe"
    done
  done
done

# Folders that may hold the runner's externals: in a container /__e; that of the process that runs this step; those above the
# work folder, where a runner is unless its work folder was moved.
externals=(/__e)
worker="$(readlink "/proc/$PPID/exe" 2> /dev/null || ps -o comm= -p "$PPID" 2> /dev/null || true)"
case "$worker" in /*/*/Runner.Worker) externals+=("${worker%/*/*}/externals") ;; esac
for start in "${RUNNER_TEMP:-}" "${RUNNER_WORKSPACE:-}"; do
  if [ -z "$start" ]; then continue; fi
  folder="$(here "$start")"
  while [[ "$folder" == /*/* ]]; do
    folder="${folder%/*}"
    externals+=("$folder/externals")
  done
done
for folder in "${externals[@]}"; do
  if [ -n "$found" ]; then break; fi
  try "$folder"/node*/bin/node "$folder"/node*/bin/node.exe
done

if [ -z "$found" ]; then
  echo "::error::cn2-fleet needs Node $wanted or newer; on this runner there is ${old:-none} on PATH (outside the checkout), in the tool cache and beside the runner. Update the runner (2.327.1 and newer bring Node 24), install Node $wanted, or let a step with actions/setup-node come first."
  exit 1
fi
echo "path=$found" >> "$GITHUB_OUTPUT"
