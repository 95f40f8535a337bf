// Sets the chosen theme before the first paint, so that a dark page never flashes white.
// A file of its own and not inline, because the content security policy allows no inline script.
;(() => {
  try {
    const theme = localStorage.getItem('netloom.theme')
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  } catch {
    // Storage is blocked (a sandboxed frame): the system's preference decides.
  }
})()
