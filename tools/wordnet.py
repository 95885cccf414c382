"""WordNet 3.0 -> the small taxonomy of nouns that leaks.py reads

    python tools/wordnet.py /usr/share/wordnet     # Debian's package wordnet-base; or the folder dict/ of WordNet-3.0.tar.gz

Kept is what a photograph can show: what is below 'physical entity', 'signal' or 'sign', without persons, processes and single individuals (instances).
A line is one meaning (synset): its number, which is the N of ImageNet's nNNNNNNNN; its words, the usual one first; the numbers of the meanings
it is a kind of (hypernyms). WordNet's licence stands at the head of the file."""
from functools import cache
from pathlib import Path
import argparse, gzip

KEEP,LEAVE = {'00001930','06791372','06793231'},{'00007846','00029677'} # physical entity, signal, sign; person, process

def read(path):
    "Licence, {synset: (words, hypernyms, is it an individual?)}"
    lines = path.read_text(encoding='utf-8').splitlines()
    licence = [l[2:].strip().partition(' ')[2] for l in lines if l.startswith('  ')] # every line is numbered
    nouns = {}
    for l in lines:
        if l.startswith('  '): continue
        f = l.split(' | ')[0].split()
        n = int(f[3], 16)
        links = [f[i:i+2] for i in range(5+2*n, len(f), 4)] # (kind of link, synset)
        nouns[f[0]] = f[4:4+2*n:2],[o for k,o in links if k=='@'],any(k=='@i' for k,_ in links)
    return licence,nouns

def reduce(nouns):
    "The synsets to keep"
    @cache
    def above(o): return frozenset({o}).union(*[above(h) for h in nouns[o][1]])
    return sorted(o for o in nouns if above(o)&KEEP and not above(o)&LEAVE and not nouns[o][2])

if __name__=='__main__':
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('dict', type=Path, help='folder with the file data.noun')
    p.add_argument('--out', type=Path, default=Path(__file__).parent.parent/'ood_detection_vision/wordnet_nouns.tsv.gz')
    a = p.parse_args()
    licence,nouns = read(a.dict/'data.noun')
    keep = reduce(nouns)
    kept = set(keep)
    rows = ['\t'.join([o, ' '.join(nouns[o][0]), ' '.join(h for h in nouns[o][1] if h in kept)]) for o in keep]
    head = ['# '+l for l in (*licence, '', 'Reduced to the nouns that a photograph can show by tools/wordnet.py')]
    a.out.write_bytes(gzip.compress('\n'.join(head+rows).encode()+b'\n', 9, mtime=0))
    print(f'{len(keep)} of {len(nouns)} nouns, {a.out.stat().st_size/1000:.0f} kB')
