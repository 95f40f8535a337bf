import { useSyncExternalStore } from 'react'
import type { Theme } from '../theme/theme'

/** The theme that the page shows now, whoever chose it. */
export function useTheme(): Theme {
  return useSyncExternalStore(watchTheme, shownTheme)
}

export function shownTheme(): Theme {
  const { theme } = document.documentElement.dataset
  if (theme === 'light' || theme === 'dark') return theme
  return globalThis.matchMedia?.('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

/** Calls back whenever it changes; returns how to stop. */
export function watchTheme(changed: () => void): () => void {
  const query = globalThis.matchMedia?.('(prefers-color-scheme: dark)')
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  query?.addEventListener('change', changed)
  return () => {
    observer.disconnect()
    query?.removeEventListener('change', changed)
  }
}
