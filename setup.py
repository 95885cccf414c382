"Package metadata; every value lives in settings.ini, so edit there and not here."
from configparser import ConfigParser
from pathlib import Path
import shlex
from setuptools import find_packages, setup

cfg = ConfigParser(delimiters=['='])
cfg.read('settings.ini', encoding='utf-8')
cfg = cfg['DEFAULT']
reqs = lambda key: shlex.split(cfg.get(key, ''))
extras = {k.removesuffix('_requirements'):reqs(k) for k in cfg if k.endswith('_requirements')}

setup(
    name=cfg['lib_name'], version=cfg['version'], description=cfg['description'], keywords=cfg['keywords'].split(),
    author=cfg['author'], author_email=cfg['author_email'], license='Apache-2.0', url=cfg['git_url'],
    packages=find_packages(include=[cfg['lib_path'], cfg['lib_path']+'.*']),
    classifiers=['Development Status :: 3 - Alpha', 'Intended Audience :: Science/Research', 'Programming Language :: Python :: 3 :: Only'],
    package_data={cfg['lib_path']: ['*.gz', '*.safetensors', 'py.typed']},
    python_requires='>='+cfg['min_python'],
    install_requires=reqs('requirements'),
    extras_require=extras|{'dev': sum([v for k,v in extras.items() if k!='ray'], [])}, # ray has 240 MB of its own
    long_description=Path('README.md').read_text(encoding='utf-8'), long_description_content_type='text/markdown',
    entry_points={'nbdev': [f"{cfg['lib_path']}={cfg['lib_path']}._modidx:d"], 'console_scripts': cfg['console_scripts'].split()},
    zip_safe=False)
