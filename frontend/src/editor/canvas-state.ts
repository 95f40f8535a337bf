/** What the canvas itself remembers: the drag in progress, opened layers, what the pointer means. Never saved. */
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { samePin } from '../core/edge-geometry'
import type { OfferedType } from '../core/network'
import type { Pin } from '../protocol'

export type ScreenPoint = { x: number; y: number }

export type DragSource = { kind: 'new'; type: OfferedType } | { kind: 'layer'; type: OfferedType; id: string }

/** A slot, counted from the input's side; the bin; or nothing. */
export type DragTarget = number | 'bin' | null

export type Drag = {
  source: DragSource
  over: DragTarget
  /** Null while it is steered with the keyboard. */
  pointer: ScreenPoint | null
}

type CanvasState = {
  drag: Drag | null
  /** Big layers that show every neuron. */
  expanded: ReadonlySet<string>
  hovered: Pin | null
  pinned: readonly Pin[]
  /** The pinned value that is being typed over. */
  typing: Pin | null
  /** For screen readers. */
  said: string
}

const EMPTY: CanvasState = {
  drag: null,
  expanded: new Set(),
  hovered: null,
  pinned: [],
  typing: null,
  said: '',
}

export const canvasState = createStore<CanvasState>(() => EMPTY)

export function useCanvas<T>(select: (state: CanvasState) => T): T {
  return useStore(canvasState, select)
}

export const set = (changes: Partial<CanvasState>): void => canvasState.setState(changes)
const get = () => canvasState.getState()

/** The same sentence twice is said twice. */
export function say(words: string): void {
  set({ said: words === get().said ? `${words}\u00a0` : words })
}

export function hover(pin: Pin | null): void {
  const { hovered } = get()
  if (pin === hovered || (pin && hovered && samePin(pin, hovered))) return
  set({ hovered: pin })
}

const MOST_PINNED = 4

export function togglePin(pin: Pin): boolean {
  const { pinned } = get()
  const others = pinned.filter((held) => !samePin(held, pin))
  const added = others.length === pinned.length
  set({ pinned: added ? [...others, pin].slice(-MOST_PINNED) : others, typing: null })
  return added
}

export function unpin(pin: Pin): void {
  set({ pinned: get().pinned.filter((held) => !samePin(held, pin)), typing: null })
}

/** Pins a value and opens it for typing. */
export function typeOver(pin: Pin): void {
  if (!get().pinned.some((held) => samePin(held, pin))) togglePin(pin)
  set({ typing: pin })
}

export function toggleExpanded(layer: string): void {
  const expanded = new Set(get().expanded)
  if (!expanded.delete(layer)) expanded.add(layer)
  set({ expanded })
}

/** Another run or network: what no longer exists is let go. */
export function forgetLayers(known: ReadonlySet<string>): void {
  const { pinned, hovered } = get()
  const left = pinned.filter((pin) => known.has(pin.layer))
  if (left.length !== pinned.length) set({ pinned: left, typing: null })
  if (hovered && !known.has(hovered.layer)) set({ hovered: null })
}

export function resetCanvas(): void {
  set(EMPTY)
}
