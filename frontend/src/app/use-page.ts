import { useCallback, useEffect, useState } from 'react'
import { enterClass, Refusal } from './api'
import { sentenceOf, startPage } from './page-life'

type Page = { state: 'opening' | 'open' } | { state: 'trouble' | 'locked'; message: string }

/** Opens the page once; says how that went, and tries again when asked, with the class's key where one is needed. */
export function usePage() {
  const [page, setPage] = useState<Page>({ state: 'opening' })
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt opens the page anew
  useEffect(() => openOnce(setPage), [attempt])
  const retry = useCallback(async (key?: string) => {
    try {
      if (key) await enterClass(key)
      setAttempt((before) => before + 1)
    } catch (error) {
      setPage(troubleOf(error))
    }
  }, [])
  return { ...page, message: 'message' in page ? page.message : '', retry }
}

/** React mounts twice in development: the page that was left before it opened closes itself. */
function openOnce(show: (page: Page) => void): () => void {
  let left = false
  let close: (() => void) | null = null
  show({ state: 'opening' })
  startPage().then(
    (stop) => {
      close = stop
      if (left) stop()
      else show({ state: 'open' })
    },
    (error) => !left && show(troubleOf(error)),
  )
  return () => {
    left = true
    close?.()
  }
}

function troubleOf(error: unknown): Page {
  const locked = error instanceof Refusal && (error.status === 401 || error.status === 403)
  return { state: locked ? 'locked' : 'trouble', message: sentenceOf(error) }
}
