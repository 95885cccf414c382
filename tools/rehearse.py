"""Lay out the Food-101 benchmark at full size without the internet, to rehearse the whole study on it

    python tools/rehearse.py PICTURES DEST [--share 1.0]
    OOD_DATA=DEST BENCHMARK=food101 EPOCHS=1 python tools/rehearse.py --run nbs/food101.ipynb OUT.ipynb

The first line takes some hundreds of pictures from the folder PICTURES (any images, whatever their size), brings them to
the size of Food-101's (512 pixels on the long side), and links them into DEST under the names and in the numbers of the
real sets, in the layouts that torchvision's classes read: 101,000 files for Food-101, nine more sets with theirs. What
networks learn from that means nothing. What it costs to open, list, decode, train and evaluate is what is rehearsed.

The second runs a notebook from its first cell to its last, and prints a line of each cell that took longer than a
second: minutes, minutes of work of one core, peak memory, and decoded images and outputs on the disk so far, in GB. torchvision compares the MD5 sums of some files
with the published ones; these sums, and nothing else, are not asked for there. It measures memory as Linux tells it."""
from itertools import cycle
from pathlib import Path
from threading import Event, Thread
import argparse, gzip, json, os, struct, sys, time
import numpy as np, psutil
from PIL import Image, ImageOps
from scipy.io import savemat

def pictures(source, dest, n=300):
    "`n` pictures as JPEG files of 512 pixels, made from those in `source`"
    dest.mkdir(parents=True, exist_ok=True)
    found = sorted(p for p in Path(source).rglob('*') if p.suffix.lower() in ('.jpg','.jpeg','.png'))
    if not found: sys.exit(f'{source} holds no pictures')
    step = max(1, len(found)//n)
    for i,p in enumerate(found[::step][:n]):
        with Image.open(p) as im: ImageOps.contain(im.convert('RGB'), (512,512), Image.Resampling.BICUBIC).save(dest/f'{i}.jpg', quality=90)
    return sorted(dest.glob('*.jpg'))

def link(source, names):
    "Each name becomes a hard link to one of the pictures in turn"
    made = set()
    for name,p in zip(names, cycle(source)):
        if name.parent not in made: name.parent.mkdir(parents=True, exist_ok=True); made.add(name.parent)
        if not name.exists(): os.link(p, name)

def lines(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True); path.write_text(''.join(f'{r}\n' for r in rows))

def mat(path, **arrays):
    path.parent.mkdir(parents=True, exist_ok=True); savemat(path, arrays)

def food101(root, jpgs, share):
    at,classes = root/'food-101',[f'dish_{i:03d}' for i in range(101)]
    for split,n,first in ('train',750,0),('test',250,750):
        ids = {c:[f'{c}/{i}' for i in range(first, first+max(2, round(n*share)))] for c in classes}
        link(jpgs, [at/f'images/{o}.jpg' for v in ids.values() for o in v])
        lines(at/f'meta/{split}.json', [json.dumps(ids)])

def flowers102(root, jpgs, share):
    at,parts = root/'flowers-102',dict(trnid=1020, valid=1020, tstid=6149)
    ends = np.cumsum([round(n*share) for n in parts.values()])
    link(jpgs, [at/f'jpg/image_{i:05d}.jpg' for i in range(1, ends[-1]+1)])
    mat(at/'imagelabels.mat', labels=(np.arange(ends[-1])%102+1).astype(np.uint8))
    mat(at/'setid.mat', **{k:np.arange(b-round(n*share)+1, b+1, dtype=np.uint16) for (k,n),b in zip(parts.items(), ends)})

def dtd(root, jpgs, share):
    at,n = root/'dtd/dtd',round(40*share) or 1
    for j,split in enumerate(('train','val','test')):
        names = [f'texture_{k:02d}/texture_{k:02d}_{j*n+i:04d}.jpg' for k in range(47) for i in range(n)]
        link(jpgs, [at/'images'/o for o in names]); lines(at/f'labels/{split}1.txt', names)

def oxford_pet(root, jpgs, share):
    at = root/'oxford-iiit-pet'
    for split,n,first in ('trainval',3680,0),('test',3669,3680):
        ids = [(f'Breed_{i%37:02d}_{i}', i%37+1) for i in range(first, first+round(n*share))]
        link(jpgs, [at/f'images/{o}.jpg' for o,_ in ids]); lines(at/f'annotations/{split}.txt', [f'{o} {k} 1 1' for o,k in ids])

def fgvc_aircraft(root, jpgs, share):
    at,variants = root/'fgvc-aircraft-2013b/data',[f'Variant {i}' for i in range(100)]
    lines(at/'variants.txt', variants)
    for split,n,first in ('train',3334,0),('val',3333,3334),('test',3333,6667):
        ids = [f'{i:07d}' for i in range(first, first+round(n*share))]
        link(jpgs, [at/f'images/{o}.jpg' for o in ids])
        lines(at/f'images_variant_{split}.txt', [f'{o} {variants[int(o)%100]}' for o in ids])

def svhn(root, jpgs, share):
    small = small_ones(jpgs, 32)
    for split,n in ('test',26032),:
        x = small[np.arange(round(n*share))%len(small)]
        mat(root/f'{split}_32x32.mat', X=x.transpose(1,2,3,0), y=(np.arange(len(x))%10+1).astype(np.uint8)[:,None])

def fashion_mnist(root, jpgs, share):
    small = small_ones(jpgs, 28)[...,1]
    for part,n in ('train',60000),('t10k',10000):
        x = small[np.arange(round(n*share))%len(small)]
        files = {f'{part}-images-idx3-ubyte':struct.pack('>IIII', 2051, len(x), 28, 28)+x.tobytes(),
                 f'{part}-labels-idx1-ubyte':struct.pack('>II', 2049, len(x))+(np.arange(len(x))%10).astype(np.uint8).tobytes()}
        at = root/'FashionMNIST/raw'; at.mkdir(parents=True, exist_ok=True)
        for name,data in files.items(): (at/name).write_bytes(data); (at/f'{name}.gz').write_bytes(gzip.compress(data, 1))

def gtsrb(root, jpgs, share):
    at,n = root/'gtsrb/GTSRB/Final_Test/Images',round(12630*share)
    at.mkdir(parents=True, exist_ok=True)
    files = [at/f'{i:05d}.ppm' for i in range(n)]
    base = [jpgs[0].parent/f'{p.stem}.ppm' for p in jpgs]
    for b,x in zip(base, small_ones(jpgs, 48)): Image.fromarray(x).save(b)
    link(base, files)
    rows = [f'{f.name};48;48;5;5;43;43;{i%43}' for i,f in enumerate(files)]
    lines(root/'gtsrb/GT-final_test.csv', ['Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId', *rows])

def eurosat(root, jpgs, share):
    base = [jpgs[0].parent/f'{p.stem}-64.jpeg' for p in jpgs]
    for b,x in zip(base, small_ones(jpgs, 64)): Image.fromarray(x).save(b)
    names = [f'{c}/{c}_{i}' for c in (f'Land{k}' for k in range(10)) for i in range(1, round(2700*share)+1)]
    link(base, [root/f'eurosat/2750/{o}.jpg' for o in names])

def places365(root, jpgs, share):
    n = round(36500*share)
    base = [jpgs[0].parent/f'{p.stem}-256.jpeg' for p in jpgs]
    for b,p in zip(base, jpgs): Image.open(p).resize((256,256)).save(b)
    link(base, [root/f'val_256/Places365_val_{i:08d}.jpg' for i in range(1, n+1)])
    lines(root/'categories_places365.txt', [f'/{"abc"[k%3]}/place_{k} {k}' for k in range(365)])
    lines(root/'places365_train_standard.txt', ['/a/place_0/00000001.jpg 0'])
    lines(root/'places365_val.txt', [f'Places365_val_{i:08d}.jpg {i%365}' for i in range(1, n+1)])

def small_ones(jpgs, side): return np.stack([np.asarray(Image.open(p).resize((side,side))) for p in jpgs])

SETS = food101,flowers102,dtd,oxford_pet,fgvc_aircraft,svhn,fashion_mnist,gtsrb,eurosat,places365

def lay_out(source, dest, share):
    jpgs = pictures(source, dest/'.pictures')
    for f in SETS:
        began = time.monotonic(); f(dest, jpgs, share)
        print(f'{f.__name__:14} {time.monotonic()-began:6.1f} s', flush=True)

def run(notebook, out):
    "Run a notebook, say what each cell takes, and keep it with its outputs; the table lies beside it as CSV"
    import nbformat, pandas as pd
    from nbclient import NotebookClient
    nb = nbformat.read(notebook, 4)
    nb.cells.insert(0, nbformat.v4.new_code_cell(NO_SUMS))
    client,rows = NotebookClient(nb, timeout=None, resources=dict(metadata=dict(path=str(Path(notebook).parent)))),[]
    with client.setup_kernel(), Watch(client.km.provisioner.pid) as watch:
        for i,c in enumerate(nb.cells):
            if c.cell_type!='code': continue
            before,began,watch.peak = watch.work(),time.monotonic(),0
            try: client.execute_cell(c, i)
            finally: nbformat.write(nb, out)
            took = time.monotonic()-began
            if took<1: continue
            first = next((o for o in c.source.splitlines() if o and not o.startswith('#')), '')
            rows.append(dict(cell=first, minutes=took/60, core_minutes=(watch.work()-before)/60, memory_GB=watch.peak,
                             disk_GB=kept()))
            print(*(f'{v:8.2f}' for v in list(rows[-1].values())[1:]), f' {first}', flush=True)
            pd.DataFrame(rows).round(2).to_csv(out.with_suffix('.csv'), index=False)
    nb.cells.pop(0); nbformat.write(nb, out)

def kept():
    "GB of decoded images and outputs so far"
    folders = Path(os.environ.get('OOD_DATA','data'))/'cache',Path(os.environ.get('OOD_HOME','.'))/'outputs'
    return sum(o.stat().st_blocks*512 for f in folders for o in f.rglob('*') if o.is_file())/1e9

class Watch(Thread):
    """Looks twice a second at what a process and its children have for themselves

    Pages that several of them share count once, and pages of files not at all: the system may take those back."""
    def __init__(self, pid):
        super().__init__(daemon=True); self.process,self.peak,self.spent,self.end = psutil.Process(pid),0,{},Event()
    def __enter__(self): self.start(); return self
    def __exit__(self, *_): self.end.set(); self.join()
    def run(self):
        while not self.end.wait(.5): self.peak = max(self.peak, self.look())
    def work(self):
        "Seconds of processors so far"
        self.look()
        return sum(self.spent.values())
    def look(self):
        "GB now; remembers what each process has worked"
        total = 0
        for p in (self.process, *self.process.children(recursive=True)):
            try:
                t,rollup = p.cpu_times(),Path(f'/proc/{p.pid}/smaps_rollup').read_text(encoding='utf-8')
            except (psutil.NoSuchProcess, OSError): continue # it has ended meanwhile
            self.spent[p.pid,p.create_time()] = t.user+t.system
            lines = dict(o.split(':', 1) for o in rollup.splitlines()[1:])
            total += sum(int(lines[k].split()[0]) for k in ('Pss_Anon','Pss_Shmem'))/1e6
        return total

NO_SUMS = """
from pathlib import Path
import importlib
for m in 'svhn flowers102 places365'.split(): importlib.import_module(f'torchvision.datasets.{m}').check_integrity = lambda path, md5=None: Path(path).is_file()
"""

if __name__=='__main__':
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('source', type=Path, help='pictures, or with --run a notebook')
    p.add_argument('dest', type=Path, help='folder of the data sets, or with --run the notebook with its outputs')
    p.add_argument('--share', type=float, default=1., help='of the numbers of files')
    p.add_argument('--run', action='store_true')
    a = p.parse_args()
    run(a.source, a.dest) if a.run else lay_out(a.source, a.dest, a.share)
