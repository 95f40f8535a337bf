import { useCallback, useSyncExternalStore } from 'react'
import { applyTheme, onSystemTheme, resolveTheme, savedTheme, type Theme } from '../theme/theme'

const listeners = new Set<() => void>()

function subscribe(changed: () => void): () => void {
  listeners.add(changed)
  const stop = onSystemTheme(changed)
  return () => {
    listeners.delete(changed)
    stop()
  }
}

/** The page's theme now, and how to turn it over. */
export function useTheme(): { theme: Theme; toggle: () => void } {
  const theme = useSyncExternalStore(subscribe, () => resolveTheme(savedTheme()))
  const toggle = useCallback(() => {
    applyTheme(theme === 'dark' ? 'light' : 'dark')
    for (const listener of listeners) listener()
  }, [theme])
  return { theme, toggle }
}
