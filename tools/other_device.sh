#!/usr/bin/env bash
# Does everything run on a device that is not the CPU? Without a GPU: on torch_xla's CPU plug-in, whose tensors lie elsewhere
#   tools/other_device.sh [FOLDER]    the environment is made in FOLDER if there is none, and kept; without FOLDER it is
#                                     made for this run alone. It takes 8 GB; a run takes a quarter of an hour on two cores
# Executes nbs/checks/device.ipynb and nbs/food101.ipynb (on `mini`) with OOD_DEVICE=xla. Exit code 1 if anything failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
env=${1:-$work/env}
if [ ! -x "$env/bin/exec_nb" ]; then # the last thing to be installed
  python3 -m venv "$env" && "$env/bin/pip" install -q torch==2.9.0 torch_xla==2.9.0 \
      torchvision==0.24.0 -e '.[mini]' 'execnb>=0.1.12,<0.2' ||
    { echo "no environment in $env: pip says why"; exit 1; }
fi
unset ${!OOD_@} PYTHONPATH VIRTUAL_ENV # IPython would add the packages of an environment that is active
export PYTHONPATH=$PWD OOD_DEVICE=xla PJRT_DEVICE=CPU OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}

# Eager mode computes each operation as it comes, as a GPU does. Many operations of XLA take a tensor of the CPU and move it
# without a word, where a GPU would refuse: here one that is given tensors of two devices stops.
cat > "$work/run.py" <<'P'
import sys, torch, torch_xla
from execnb.shell import CaptureShell
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves
from torch_xla.experimental import eager_mode
# copies, and questions of torch's own; a GPU takes places from the CPU, too
MAY = 'copy_','to','__getitem__','__setitem__','__set__','_has_compatible'
class OneDevice(TorchFunctionMode): # looks at calls from Python; a mode below them changes what torch_xla computes
    def __torch_function__(self, f, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        on = {o.device.type for o in tree_leaves((args, kwargs)) if isinstance(o, torch.Tensor) and o.ndim}
        if len(on)>1 and not f.__name__.startswith(MAY): raise RuntimeError(f'{f.__name__} of tensors on {" and ".join(sorted(on))}')
        return f(*args, **kwargs)
def refused(a, b):
    try: a+b
    except RuntimeError: return True
eager_mode(True)
torch.ones(1, device='xla').add(1).item() # before the first gradient, or autograd does not know the device
with OneDevice():
    assert refused(torch.ones(2, device='xla'), torch.ones(2)) # a forgotten `.to(device)` would be seen
    CaptureShell(path=sys.argv[1]).execute(sys.argv[1], sys.argv[2], exc_stop=True, verbose=True)
P
"$env/bin/python" - <<'P'
import sys, torch, torch_xla
print(f'Python {sys.version.split()[0]}, torch {torch.__version__}, torch_xla {torch_xla.__version__}')
P
rc=0
for nb in checks/device food101; do
  began=$SECONDS; said=passed
  IN_TEST=1 "$env/bin/python" -u "$work/run.py" "nbs/$nb.ipynb" "$work/out.ipynb" 2> "$work/log" ||
    { said=failed; rc=1; tail -n 30 "$work/log"; }
  echo "$nb on xla: $said, $(( (SECONDS-began+30)/60 )) minutes"
done
exit $rc
