import { useEffect } from 'react'
import type { Columns } from '../state'
import { store } from '../state'

/** Calls back with the history when it changed, at most every `ms`, and at once when it is new; never renders. */
export function useHistory(draw: (history: Columns) => void, ms: number): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const drawNow = () => {
      timer = null
      draw(store.getState().history)
    }
    drawNow()
    const stop = store.subscribe((now, before) => {
      if (now.history === before.history) return
      timer ??= setTimeout(drawNow, ms)
    })
    return () => {
      stop()
      if (timer) clearTimeout(timer)
    }
  }, [draw, ms])
}
