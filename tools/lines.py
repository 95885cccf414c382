"""Lines of code in notebooks must fit into 120 columns; nbdev's directives, `%` commands and addresses may be longer.
    python tools/lines.py    names each line that does not fit, and ends with 1 if there is one
"""
import json
from pathlib import Path

LIMIT = 120

def too_long(path):  # [(cell's id, line)]
    cells = json.loads(path.read_text('utf-8'))['cells']
    code = [(c['id'], line) for c in cells if c['cell_type']=='code' for line in ''.join(c['source']).split('\n')]
    exempt = lambda line: line.startswith('#| ') or line.lstrip().startswith('%') or '://' in line
    return [(k, line) for k,line in code if len(line)>LIMIT and not exempt(line)]

def main():
    found = 0
    for path in sorted(Path('nbs').rglob('*.ipynb')):
        if '.ipynb_checkpoints' in path.parts: continue
        for k,line in too_long(path):
            print(f'{path} cell {k}: {len(line)} columns: {line.strip()[:60]}...')
            found += 1
    return 1 if found else 0

if __name__=='__main__': raise SystemExit(main())
