import { useStore } from 'zustand'
import { actionsOf } from './actions'
import type { Model } from './model'
import { Session } from './session'

/** The run that this page shows. */
export const session = new Session()
/** The store alone, for what listens outside React. */
export const store = session.store
/** Everything a person can do. */
export const actions = actionsOf(session)

export function useNetloom<T>(select: (model: Model) => T): T {
  return useStore(session.store, select)
}

export type { Actions } from './actions'
export { actionsOf } from './actions'
export { sameExperiment, sectionsOf, withChanges } from './changes'
export { type ColumnName, type Columns, lastRow } from './columns'
export type { Ghost } from './ghost'
export { type Link, NO_LINK } from './link'
export {
  type Batch,
  type ConnectionState,
  type EngineState,
  emptyModel,
  type Model,
  type Phase,
  type RunInfo,
  type Selection,
  type Toast,
  type Tone,
} from './model'
export { type Answer, Session } from './session'
export type { UndoEntry } from './undo'
