import type { Changes, Pin } from '../protocol'
import type { Ghost } from './ghost'

/** What an entry sets back: sections of the document, one trained number, or the run that is shown. */
export type UndoEntry = {
  id: number
  label: string
  /** Changes with the same key, close in time, make one entry: the drag of a slider. */
  key: string | null
  at: number
  /** The loss curve behind the present one, before. */
  ghost: Ghost | null
  /** Holds the trained state to return to, named by the server once the edit has been applied. */
  stash: string | null
} & (
  | { kind: 'edit'; before: Changes; after: Changes }
  | { kind: 'parameter'; pin: Pin; before: number; after: number }
  | { kind: 'run'; before: string; after: string }
)

export type UndoState = { past: readonly UndoEntry[]; future: readonly UndoEntry[] }

export const NOTHING_DONE: UndoState = { past: [], future: [] }

const MOST_ENTRIES = 200
const COALESCE_MS = 1200

/** The state after a new entry: redo is lost, and a continued drag joins the entry it began. */
export function record(state: UndoState, entry: UndoEntry): UndoState {
  const last = state.past.at(-1)
  const joined = last && joins(last, entry) ? joinOf(last, entry) : null
  const past = joined ? [...state.past.slice(0, -1), joined] : [...state.past, entry]
  return { past: past.slice(-MOST_ENTRIES), future: [] }
}

function joins(last: UndoEntry, next: UndoEntry): boolean {
  return (
    next.key !== null && last.key === next.key && last.kind === next.kind && next.at - last.at < COALESCE_MS
  )
}

function joinOf(last: UndoEntry, next: UndoEntry): UndoEntry {
  if (last.kind === 'edit' && next.kind === 'edit')
    return {
      ...last,
      label: next.label,
      at: next.at,
      before: { ...next.before, ...last.before },
      after: { ...last.after, ...next.after },
    }
  if (last.kind === 'parameter' && next.kind === 'parameter')
    return { ...last, at: next.at, after: next.after }
  return next
}

/** Changes one entry wherever it is; null takes it away. */
export function changeEntry(
  state: UndoState,
  id: number,
  change: (entry: UndoEntry) => UndoEntry | null,
): UndoState {
  const through = (entries: readonly UndoEntry[]) =>
    entries.flatMap((entry) => (entry.id === id ? (change(entry) ?? []) : entry))
  return { past: through(state.past), future: through(state.future) }
}

/** Takes the newest entry from the past to the future; null when nothing is left to undo. */
export function stepBack(state: UndoState): [UndoEntry, UndoState] | null {
  const entry = state.past.at(-1)
  return entry ? [entry, { past: state.past.slice(0, -1), future: [...state.future, entry] }] : null
}

export function stepForward(state: UndoState): [UndoEntry, UndoState] | null {
  const entry = state.future.at(-1)
  return entry ? [entry, { past: [...state.past, entry], future: state.future.slice(0, -1) }] : null
}
