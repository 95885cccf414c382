#!/usr/bin/env bash
# Run the tests under other numerics, and end with a table. Exit code 1 if anything failed.
#   tools/numerics.sh [SETTING...] [-- OPTION...]    all settings without a name; the options go to tools/test.sh
#   tools/numerics.sh threads2 avx2 -- --path nbs/02_scores.ipynb
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
all='threads1 threads2 threads4 default avx2 no_mkldnn busy python3.11 python3.13'
names=(); while [ $# -gt 0 ]; do case "$1" in --) shift; break;; *) names+=("$1"); shift;; esac; done
[ ${#names[@]} -gt 0 ] || read -ra names <<< "$all"
for n in "${names[@]}"; do
  [[ " $all " == *" $n "* ]] || { echo "no setting named $n; there are: $all"; exit 1; }; done
work=$(mktemp -d); busy=(); rows=(); rc=0
idle() { [ ${#busy[@]} -eq 0 ] || kill "${busy[@]}" 2> /dev/null; busy=(); }
trap 'idle; rm -rf "$work"' EXIT

# No environment variable switches mkldnn off in torch: every Python that starts finds this file, and torch's flag is set as it is imported
mkdir "$work/site"; cat > "$work/site/sitecustomize.py" <<'P'
import importlib.abc, importlib.util, sys
class Off(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name!='torch': return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec('torch'); run = spec.loader.exec_module
        def exec_module(m): run(m); m.backends.mkldnn.set_flags(False)
        spec.loader.exec_module = exec_module
        return spec
sys.meta_path.insert(0, Off())
P

find_python() { # 3.13 -> its path; a pyenv shim that leads nowhere is none
  for p in "$(type -P "python$1")" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python "$(uv python find --no-python-downloads "$1" 2> /dev/null)"; do
    [ -x "$p" ] && "$p" -c "import sys; assert '%d.%d' % sys.version_info[:2]=='$1'" 2> /dev/null && { echo "$p"; return; }; done
  return 1; }

in_python() { # A fresh clone and environment, made with the README's own line
  git clone -q . "$work/clone" && cd "$work/clone" || return 1
  mkdir "$work/bin"; ln -s "$python" "$work/bin/python3"
  unset PYTHONPATH; PATH=$work/bin:$PATH
  local line; line=$(grep '^python3 -m venv .*tools/test.sh$' README.md) || { echo 'README.md has no line that runs the tests'; return 1; }
  eval "${line% && tools/test.sh} -q" && tools/test.sh "$@"; }

tests() { # NAME OPTION...
  local name=$1; shift
  case $name in
    threads*) OMP_NUM_THREADS=${name#threads} tools/test.sh "$@";;
    default) ATEN_CPU_CAPABILITY=default tools/test.sh "$@";;
    avx2) ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2 MKL_ENABLE_INSTRUCTIONS=AVX2 tools/test.sh "$@";; # as without AVX-512
    no_mkldnn) PYTHONPATH=$work/site${PYTHONPATH:+:$PYTHONPATH} tools/test.sh "$@";;
    python*) (in_python "$@"); local r=$?; rm -rf "$work/clone" "$work/bin"; return $r;;
    busy) for _ in 1 2; do python3 -c 'while True: pass' & busy+=($!); done
          tools/test.sh "$@"; local r=$?; idle; return $r;;
  esac; }

for n in "${names[@]}"; do
  echo "== $n"
  if [[ $n == python* ]] && ! python=$(find_python "${n#python}"); then
    rows+=("$n,not on this machine: not tried,,"); continue; fi
  began=$SECONDS; tests "$n" "$@" 2>&1 | tee "$work/log"; [ "${PIPESTATUS[0]}" -eq 0 ] && bad=0 || { bad=1; rc=1; }
  said=$(tail -n 1 "$work/log" | sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1,\2/p')
  [ "$bad" -eq 1 ] && [[ -z $said || $said == *,0 ]] && said="${said%,*},the run itself"
  rows+=("$n,$said,$(( (SECONDS-began+30)/60 ))")
done
printf '\n%-12s %8s %8s %8s\n' setting passed failed minutes
for r in "${rows[@]}"; do IFS=, read -r a b c d <<< "$r"; printf '%-12s %8s %8s %8s\n' "$a" "$b" "$c" "$d"; done
exit $rc
