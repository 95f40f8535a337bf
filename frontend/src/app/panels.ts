import { createStore, useStore } from 'zustand'
import type { Remembered } from './remembered'

/** What is open on this page: nothing that a link would carry. */
type Panels = {
  dialog: 'help' | 'code' | 'glossary' | null
  /** On a narrow page: the panel that lies over the canvas. */
  sheet: 'controls' | 'output' | null
  /** Drawing points on the output picture; null: looking. */
  drawing: Drawing | null
  /** What is being opened at the server, in words. */
  opening: string | null
  /** How many networks are compiled before that one. */
  ahead: number
  /** Play was asked for meanwhile. */
  playNext: boolean
  /** The run of the last visit, until it is gone back to. */
  last: Remembered | null
}

export type Drawing = {
  tool: 'brush' | 'erase' | 'move'
  /** The class, or the value, of what is drawn. */
  target: number
  /** The next stroke starts with no points at all. */
  cleared: boolean
}

export const panels = createStore<Panels>(() => ({
  dialog: null,
  sheet: null,
  drawing: null,
  opening: null,
  ahead: 0,
  playNext: false,
  last: null,
}))

export function usePanels<T>(select: (panels: Panels) => T): T {
  return useStore(panels, select)
}
