export type Theme = 'light' | 'dark'
export type ThemeChoice = Theme | 'system'

const KEY = 'netloom.theme' // read by public/boot.js before the first paint
const DARK = '(prefers-color-scheme: dark)'

/** What was chosen on this browser before; the system's theme where nothing was, or where storage is closed. */
export function savedTheme(): ThemeChoice {
  try {
    const saved = localStorage.getItem(KEY)
    return saved === 'light' || saved === 'dark' ? saved : 'system'
  } catch {
    return 'system'
  }
}

/** What `choice` means on this machine now. */
export function resolveTheme(choice: ThemeChoice): Theme {
  if (choice !== 'system') return choice
  return globalThis.matchMedia?.(DARK).matches ? 'dark' : 'light'
}

/** Puts the choice on the page's root, whose tokens then change, and remembers it; says what it means now. */
export function applyTheme(choice: ThemeChoice): Theme {
  const { dataset } = document.documentElement
  if (choice === 'system') delete dataset.theme
  else dataset.theme = choice
  remember(choice)
  return resolveTheme(choice)
}

function remember(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, choice)
  } catch {
    // A browser that keeps nothing still changes its theme for this visit.
  }
}

/** Calls back whenever the system's own theme changes; returns how to stop. */
export function onSystemTheme(changed: () => void): () => void {
  const query = globalThis.matchMedia(DARK)
  query.addEventListener('change', changed)
  return () => query.removeEventListener('change', changed)
}
