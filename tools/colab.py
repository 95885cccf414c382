"""Run notebooks as Colab does: alone in an empty folder, in a fresh environment, after their own install cell

    python tools/colab.py [NOTEBOOK ...] [--base PYTHON] [--share]

First, without running anything: does each notebook's badge name its own file? Then, for each notebook (default: all but the experiments), a new environment that has
what Colab has before a notebook starts (`HAS`, lent by PYTHON) and a stand-in for `google.colab`, and a new folder with a copy of the notebook. The install cell is run
unchanged; git is told to take this repository for GitHub's, so what is installed is what is committed. Cells with the flags that nbdev_test skips are skipped, and
IN_TEST asks for short runs. A notebook that keeps weights is stopped by force as soon as it has saved them and begun anew, and must take them up. Exit code 1 if anything failed."""
from pathlib import Path
import argparse, os, re, shutil, subprocess, sys, tempfile, time
import nbformat
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbdev.config import get_config

ROOT = Path(__file__).resolve().parents[1]
CFG = get_config(path=ROOT)
HAS = 'pip','torch','torchvision','ipykernel'
SKIP = re.compile(rf'(#.*\n)*#\|\s*((?:{"|".join(CFG.tst_flags.split())})\b|eval:\s*false)')
NEEDED = """
import sys
from importlib.metadata import distribution
from packaging.requirements import Requirement
todo,seen = [Requirement(o) for o in sys.argv[1:]],{}
while todo:
    r = todo.pop()
    if str(r) in seen: continue
    d = seen[str(r)] = distribution(r.name)
    todo += [q for q in map(Requirement, d.requires or []) if not q.marker or any(q.marker.evaluate({'extra':e}) for e in r.extras|{''})]
print(*{d.locate_file(f.parts[0]) for d in seen.values() for f in d.files if f.parts[0] not in ('..','__pycache__')}, sep='\\n')
"""

def misled(path):
    "What is wrong with a notebook's links to Colab, '' if nothing is: the first is its badge (the index's opens food101), all lead to a notebook"
    root,own = f'https://colab.research.google.com/github/{CFG.user}/{CFG.repo}/blob/{CFG.branch}/',path.relative_to(ROOT).as_posix().replace('index.', 'food101.')
    cells = [c.source for c in nbformat.read(path, 4).cells if c.cell_type=='markdown']
    links = [o.removeprefix(root) for o in re.findall(r'https://colab\.research\.google\.com/github/[^)\s]+', '\n'.join(cells))]
    if links[:1]!=[own]: return f'the badge names {links[0] if links else "nothing"}, not {own}'
    return ', '.join(f'{o} is no notebook' for o in links if not (ROOT/o).is_file())

def install_cell(path): return next(c.source for c in nbformat.read(path, 4).cells if '%pip' in c.source)

def environment(base, at):
    "An environment in the new folder `at` that sees of `base` no more than `HAS` and what that needs, with a stand-in for google.colab: its Python"
    subprocess.run([base, '-m', 'venv', '--without-pip', at/'env'], check=True)
    (lent:=at/'lent').mkdir()
    for o in subprocess.check_output([base, '-c', NEEDED, *HAS], text=True).splitlines(): (lent/Path(o).name).symlink_to(o)
    python = at/'env/bin/python'
    site = Path(subprocess.check_output([python, '-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], text=True).strip())
    (site/'lent.pth').write_text(f'{lent}\n')
    (site/'google/colab').mkdir(parents=True); (site/'google/colab/__init__.py').touch() # beside other packages below `google`, as in Colab
    return python

def variables(python, tmp):
    "Environment variables of a kernel: git takes this repository for GitHub's, short runs, nothing of the folders and packages that are known here"
    ours = {k:v for k,v in os.environ.items() if not k.startswith(('PYTHONPATH','OOD_','VIRTUAL_ENV'))}
    git = dict(GIT_CONFIG_COUNT='1', GIT_CONFIG_KEY_0=f'url.{ROOT}.insteadOf', GIT_CONFIG_VALUE_0=CFG.git_url)
    return ours|git|dict(IN_TEST='1', TMPDIR=str(tmp), PATH=f'{python.parent}:{ours["PATH"]}')

def run_cells(path, python, until):
    "Run a notebook in a kernel of its own, to its end or `until()`, and kill the kernel: seconds of the install cell, seconds of the others, the error"
    nb,spent,error = nbformat.read(path, 4),[0.,0.],''
    (km:=AsyncKernelManager()).kernel_spec.argv = [str(python), '-m', 'ipykernel_launcher', '-f', '{connection_file}', '--log-level=ERROR']
    client = NotebookClient(nb, km=km, timeout=1800, shutdown_kernel='immediate', resources=dict(metadata=dict(path=str(path.parent))))
    (tmp:=path.parent.parent/'tmp').mkdir(exist_ok=True)
    with client.setup_kernel(env=variables(python, tmp), cleanup_kc=True):
        for i,c in enumerate(nb.cells):
            if c.cell_type!='code' or SKIP.match(c.source): continue
            c.outputs,start = [],time.monotonic()
            try: client.execute_cell(c, i)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as e: error = f'cell {i}: {getattr(e, "ename", type(e).__name__)}: {getattr(e, "evalue", "")}\n{e}'
            spent['%pip' not in c.source] += time.monotonic()-start
            if '%pip' in c.source and not error: error = '\n'.join(re.findall('ERROR.*', ''.join(o.get('text', '') for o in c.outputs))) # pip's do not stop a cell
            if error or until(): break
    return *spent,error

def try_out(path, python):
    "Install and run one notebook: seconds to install, seconds to run, the error, what became of weights"
    with tempfile.TemporaryDirectory() as tmp:
        (folder:=Path(tmp)/'content').mkdir(); alone = folder/path.name; alone.write_bytes(path.read_bytes())
        weights = lambda: {f:f.stat().st_mtime_ns for f in folder.rglob('*.pth')}
        install,run,error = run_cells(alone, python, weights)
        if error or not (kept:=weights()): return install,run,error,'' if error else 'keeps none'
        _,again,error = run_cells(alone, python, lambda: False)
        made = [f.name for f,t in kept.items() if weights().get(f)!=t]
        return install,run+again,error or (f'{", ".join(made)} made again after a restart' if made else ''),'made again' if made else 'taken up'

if __name__=='__main__':
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('notebooks', nargs='*', type=Path)
    p.add_argument('--base', default=sys.executable, help=f'Python that lends {", ".join(HAS)} (default: the one that runs this)')
    p.add_argument('--share', action='store_true', help='one environment for all notebooks with the same install cell, much faster')
    a = p.parse_args()
    nbs = [o.resolve() for o in a.notebooks] or [f for f in sorted((ROOT/CFG.nbs_path.name).rglob('*.ipynb')) if f.parent.name!='experiments']
    failed,homes = {f:e for f in nbs if (e:=misled(f))},{} # notebook: why; what an environment is for: its Python
    for f,e in failed.items(): print(f'{f.name}: {e}')
    print(f'badges: {len(nbs)-len(failed)} of {len(nbs)} notebooks name their own file\n\n{"notebook":24} install s   run s  weights     result')
    with tempfile.TemporaryDirectory() as tmp:
        for f in nbs:
            if (key:=install_cell(f) if a.share else f) not in homes: homes[key] = environment(a.base, Path(tmp)/f.stem)
            install,run,error,weights = try_out(f, homes[key])
            if error: failed[f] = error
            short,_,whole = error.partition('\n')
            print(f'{f.stem:24} {install:9.0f} {run:7.0f}  {weights:10}  {short or "passed"}', flush=True)
            if whole: print(re.sub(r'\x1b\[[0-9;]*m', '', whole), file=sys.stderr, flush=True)
            if not a.share: shutil.rmtree(Path(tmp)/f.stem)
    sys.exit(bool(failed))
