/** One drag, however it is steered: by mouse, finger or keyboard. */
import { canInsert } from '../core/can-insert'
import { edgeAt, moveLayer, order } from '../core/network'
import { insertLimits } from '../core/network-edits'
import { store } from '../state'
import { defaultSlot, dropInto, removeLayer, slotWords, sourceTitle } from './apply'
import {
  canvasState,
  type Drag,
  type DragSource,
  type DragTarget,
  type ScreenPoint,
  say,
  set,
} from './canvas-state'

type Locate = (pointer: ScreenPoint, source: DragSource) => DragTarget

/** Set by the canvas, which knows where its slots and its bin are. */
let locate: Locate = () => null
export function onLocate(found: Locate): void {
  locate = found
}

const drag = (): Drag | null => canvasState.getState().drag

export function pickUp(source: DragSource, pointer: ScreenPoint): void {
  set({ drag: { source, pointer, over: locate(pointer, source) }, hovered: null })
}

export function carry(pointer: ScreenPoint): void {
  const held = drag()
  if (held) set({ drag: { ...held, pointer, over: locate(pointer, held.source) } })
}

/** Lets go where the pointer is. */
export function putDown(): boolean {
  const held = drag()
  set({ drag: null })
  if (!held || held.over === null) return false
  if (held.over === 'bin') return held.source.kind === 'layer' && removeLayer(held.source.id)
  return dropInto(held.source, held.over)
}

export function cancelDrag(): void {
  if (drag()) set({ drag: null })
}

/** Why the slot does not take it; null when it does. */
export function refusalOf(source: DragSource, slot: number): string | null {
  const { experiment, catalogue } = store.getState()
  const edge = edgeAt(experiment.network, slot)
  if (!edge || !catalogue) return 'Not here.'
  const limits = insertLimits(experiment, catalogue, source.kind === 'layer' ? source.id : undefined)
  const allowed = canInsert(source.type, edge, experiment.network, limits)
  return allowed === true ? null : allowed
}

/** Whether dropping it there would leave everything as it is. */
export function staysPut(source: DragSource, slot: number): boolean {
  const { network } = store.getState().experiment
  const edge = edgeAt(network, slot)
  return source.kind === 'layer' && edge !== undefined && moveLayer(network, source.id, edge) === network
}

/** Starts the insert mode: arrow keys step through the slots. */
export function pickUpByKey(source: DragSource): void {
  const at = order(store.getState().experiment.network).findIndex(
    (layer) => source.kind === 'layer' && layer.id === source.id,
  )
  const over = at > 0 ? at - 1 : defaultSlot()
  set({ drag: { source, over, pointer: null } })
  say(`${sourceTitle(source)}, ${slotWords(over)}. Arrow keys choose a place, Enter drops, Escape cancels.`)
}

/** A key press while steering by keyboard; true when it was understood. */
export function steer(key: string): boolean {
  const held = drag()
  if (!held || held.pointer || typeof held.over !== 'number') return false
  if (key === 'Escape' || key === 'Tab') {
    cancelDrag()
    say('Cancelled.')
    return key === 'Escape'
  }
  if (key === 'Enter' || key === ' ') {
    putDown()
    return true
  }
  return step(held, held.over, key)
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowUp: -1,
  ArrowRight: 1,
  ArrowDown: 1,
  Home: -99,
  End: 99,
}

function step(held: Drag, over: number, key: string): boolean {
  const by = STEPS[key]
  if (by === undefined) return false
  const last = store.getState().experiment.network.layers.length - 2
  const next = Math.min(Math.max(over + by, 0), last)
  set({ drag: { ...held, over: next } })
  const refusal = refusalOf(held.source, next)
  say(`Place ${next + 1} of ${last + 1}, ${slotWords(next)}.${refusal ? ` ${refusal}` : ''}`)
  return true
}
