#!/usr/bin/env bash
# Rehearse a release of what is committed: bump, build, check, install in fresh environments, use. Nothing is uploaded, the checkout stays as it is.
#   tools/release.sh [PART] [PIP OPTION...]    PART is what to raise: 0 major, 1 minor, 2 patch (default); the options go to pip install
set -euo pipefail
cd "$(git rev-parse --show-toplevel)"
part=2; case "${1:-}" in [012]) part=$1; shift;; esac
pip_options=(-c "$PWD/tools/constraints.txt" "$@")
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}
git clone -q . "$work/clone" && cd "$work/clone"

echo '== version'; nbdev_bump_version --part "$part"
version=$(sed -n 's/^version *= *//p' settings.ini)
grep -qx "__version__ = \"$version\"" ood_detection_vision/__init__.py || { echo "__init__.py does not say $version"; exit 1; }
echo '== sdist, and the wheel from it'; python -m build --outdir "$work/dist" . > "$work/build.log" 2>&1 || { tail -n 30 "$work/build.log"; exit 1; }
cd "$work"; ls dist; twine check --strict dist/*
unzip -l "dist/ood_detection_vision-$version-py3-none-any.whl" | grep -E 'py\.typed|wordnet_nouns' | wc -l | grep -qx 2 || { echo 'the wheel lacks data files'; exit 1; }

tried=0
for minor in 11 12 13; do
  if ! "python3.$minor" -c "" 2> /dev/null; then echo "== python3.$minor is not on this machine: not tried"; continue; fi
  echo "== python3.$minor: fresh environment"; "python3.$minor" -m venv "$work/env"
  "$work/env/bin/pip" install -q "${pip_options[@]}" "$work/dist/ood_detection_vision-$version-py3-none-any.whl[mini]"
  # from an empty folder, so that nothing is imported from a checkout
  mkdir -p "$work/empty" && cd "$work/empty"
  "$work/env/bin/python" - "$version" <<'P'
import importlib, pkgutil, sys, ood_detection_vision as o
names = [m.name for m in pkgutil.iter_modules(o.__path__) if m.name!='_modidx']
for n in names: importlib.import_module(f'ood_detection_vision.{n}')
assert o.__version__==sys.argv[1], o.__version__
print(f'{len(names)} modules of {o.__version__} imported from {o.__path__[0]}'.replace(sys.prefix, 'the environment'))
P
  for o in ood_train ood_finetune ood_evaluate ood_run ood_fit_detector ood_detect; do "$work/env/bin/$o" --help > /dev/null; echo "$o --help"; done
  "$work/env/bin/ood_train" --benchmark mini --limit 60 --epochs 1 --models models
  cd "$work"; rm -rf env empty; tried=$((tried+1))
done
[ "$tried" -gt 0 ] || { echo 'no Python 3.11 to 3.13 to install into'; exit 1; }
echo "$version can be released: built, checked, installed and used with $tried Python version(s)"
