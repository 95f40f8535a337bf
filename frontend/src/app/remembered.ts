import type { Experiment } from '../protocol'

/** What a tab keeps, so that a reload goes on with the same run, and starts it anew where the server lost it. */
export type Remembered = { run: string; origin: Experiment; experiment: Experiment }

const TAB_KEY = 'netloom.run'
const LAST_KEY = 'netloom.last'

/** Of this tab; null in a new one, or where storage is closed or holds something else. */
export const rememberedHere = (): Remembered | null => read(globalThis.sessionStorage, TAB_KEY)
/** Of the tab that was used last on this browser. */
export const rememberedLast = (): Remembered | null => read(globalThis.localStorage, LAST_KEY)

export function remember(kept: Remembered): void {
  const text = JSON.stringify(kept)
  write(() => sessionStorage.setItem(TAB_KEY, text))
  write(() => localStorage.setItem(LAST_KEY, text))
}

/** The next page of this tab begins with a run of its own. */
export function forgetHere(): void {
  write(() => sessionStorage.removeItem(TAB_KEY))
}

function read(storage: Storage | undefined, key: string): Remembered | null {
  try {
    const kept = JSON.parse(storage?.getItem(key) ?? 'null')
    return typeof kept?.run === 'string' && kept.experiment?.network && kept.origin?.network ? kept : null
  } catch {
    return null
  }
}

function write(keep: () => void): void {
  try {
    keep()
  } catch {
    // Storage may be closed or full: the run goes on, only a reload then starts anew.
  }
}
