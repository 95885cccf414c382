// Light or dark: the system's choice until a reader makes one, which is kept
const root = document.documentElement, kept = localStorage.getItem('theme')
if (kept) root.dataset.theme = kept
const dark = () => root.dataset.theme ? root.dataset.theme=='dark' : matchMedia('(prefers-color-scheme: dark)').matches
addEventListener('DOMContentLoaded', () => {
  document.getElementById('site-theme').onclick = () => localStorage.setItem('theme', root.dataset.theme = dark() ? 'light' : 'dark')
  document.getElementById('site-list').open = matchMedia('(min-width: 70rem)').matches // on a phone the list is folded
  const search = document.getElementById('site-search')
  if (location.protocol=='file:') { search.textContent = 'Search needs a server: python -m http.server -d _docs'; return }
  const ui = document.createElement('script')
  ui.src = 'pagefind/pagefind-ui.js'
  ui.onload = () => new PagefindUI({element: '#site-search', showImages: false, showSubResults: true, pageSize: 8, resetStyles: false})
  document.head.append(ui)
})
