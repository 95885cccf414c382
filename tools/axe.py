"Accessibility of the built site: axe-core in a headless Chromium, on every page, light and dark"
import importlib.util, os, shutil, sys, threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

RULES = ['color-contrast','document-title','html-has-lang','html-lang-valid','page-has-heading-one','heading-order','empty-heading',
         'image-alt','link-name','button-name','landmark-one-main','duplicate-id-aria','scrollable-region-focusable']
WIDTHS = 400,1400 # of the window, in pixels: the layout of a phone and of a desk
AXE = Path(os.environ.get('AXE', 'node_modules/axe-core/axe.min.js'))
_run = '''const done = arguments[arguments.length-1], [rules, theme] = arguments
document.documentElement.dataset.theme = theme
axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(r => done(r.violations.flatMap(v =>
  v.nodes.slice(0, 3).map(n => [v.id, n.target.join(' '), v.help, (n.failureSummary || '').split('\\n')[1] || '']))), e => done([['error', '', String(e), '']]))'''

class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *a): pass

def browser(chromium, driver):
    from selenium import webdriver
    o = webdriver.ChromeOptions()
    o.binary_location = chromium
    for a in '--headless=new','--no-sandbox','--disable-dev-shm-usage','--disable-gpu': o.add_argument(a)
    o.set_capability('goog:loggingPrefs', {'browser':'SEVERE'})
    return webdriver.Chrome(o, webdriver.ChromeService(driver))

def found(b, url, axe): # What is wrong with a page: lines
    bad = set()
    for px in WIDTHS:
        b.set_window_size(px, 900); b.get(url)
        b.execute_script(axe)
        for theme in 'light','dark':
            for rule,where,text,why in b.execute_async_script(_run, RULES, theme): bad.add(f'{rule}: {where} ({text}) {why.strip()}')
        wide = b.execute_script('return document.documentElement.scrollWidth-innerWidth')
        if wide>0: bad.add(f'wider than the window of {px} pixels by {wide}')
    here = url.rsplit('/', 1)[0] # other sites, such as that of Colab's badge, may be out of reach
    return bad|{f"console: {o['message']}" for o in b.get_log('browser') if o['message'].startswith(here) and 'favicon' not in o['message']}

def main(site='_docs', *pages):
    chromium = next(filter(None, map(shutil.which, ('chromium','chromium-browser','google-chrome'))), None)
    needs = {'axe-core (npm install --no-save axe-core)':AXE.exists(), 'chromium':chromium, 'chromedriver':shutil.which('chromedriver'),
             'selenium':importlib.util.find_spec('selenium')}
    if lacking := [k for k,v in needs.items() if not v]: return print('skipped: accessibility of the site; not found:', ', '.join(lacking))
    server = ThreadingHTTPServer(('127.0.0.1', 0), partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pages = pages or sorted(p.name for p in Path(site).glob('*.html'))
    axe,b = AXE.read_text(encoding='utf-8'),browser(chromium, shutil.which('chromedriver'))
    bad:dict = {}
    try:
        for p in pages:
            bad[p] = found(b, f'http://127.0.0.1:{server.server_port}/{p}', axe)
            for l in sorted(bad[p]): print(f'{p}: {l}', flush=True)
    finally: b.quit(); server.shutdown()
    if n := sum(map(len, bad.values())): raise SystemExit(f'{n} faults on {sum(map(bool, bad.values()))} of {len(pages)} pages')
    print(f'{len(pages)} pages, light and dark, {" and ".join(map(str, WIDTHS))} pixels wide: axe-core finds nothing')

if __name__=='__main__': main(*sys.argv[1:])
