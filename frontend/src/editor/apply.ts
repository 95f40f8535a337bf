import { edgeAt, order } from '../core/network'
import {
  addLayer,
  changeField,
  dropLayer,
  duplicateLayer,
  type NetworkEdit,
  nudge,
  relocate,
  resize,
  shortTitle,
} from '../core/network-edits'
import type { Catalogue } from '../protocol'
import { actions, store } from '../state'
import { type DragSource, say } from './canvas-state'

/** What the editor does to the document: each an entry of undo and a mark on the chart. */
function carryOut(edit: NetworkEdit | string | null, key?: string): boolean {
  if (edit === null) return false
  if (typeof edit === 'string') {
    actions.notify(edit, 'warn')
    say(edit)
    return false
  }
  void actions.edit({ network: edit.network }, edit.label, key === undefined ? {} : { key })
  say(`${edit.label}.`)
  return true
}

function withCatalogue(plan: (catalogue: Catalogue) => NetworkEdit | string | null): boolean {
  const { catalogue } = store.getState()
  return catalogue ? carryOut(plan(catalogue)) : false
}

const experiment = () => store.getState().experiment

/** Puts what is dragged into a slot. */
export function dropInto(source: DragSource, slot: number): boolean {
  return withCatalogue((catalogue) =>
    source.kind === 'new'
      ? addLayer(experiment(), catalogue, source.type, slot)
      : relocate(experiment(), catalogue, source.id, slot),
  )
}

/** Where a layer goes that is added without pointing at a place: behind the selected one, else before the output. */
export function defaultSlot(): number {
  const { experiment, selection } = store.getState()
  const layers = order(experiment.network)
  const selected = layers.findIndex((layer) => layer.id === selection.layer)
  const last = layers.length - 2
  return selected < 0 ? last : Math.min(selected, last)
}

export function removeLayer(id: string): boolean {
  if (store.getState().selection.layer === id) actions.select({})
  return carryOut(dropLayer(experiment(), id))
}

export const duplicate = (id: string): boolean =>
  withCatalogue((catalogue) => duplicateLayer(experiment(), catalogue, id))

export const moveBy = (id: string, by: -1 | 1): boolean =>
  withCatalogue((catalogue) => nudge(experiment(), catalogue, id, by))

export const setNeurons = (id: string, units: number): boolean =>
  withCatalogue((catalogue) => resize(experiment(), catalogue, id, units))

/** `key`: changes in quick succession, as a slider makes them, are one entry of undo. */
export function setField(id: string, field: string, value: unknown, key?: string): boolean {
  return carryOut(changeField(experiment(), id, field, value, valueWords), key)
}

/** A setting's value as the page says it. */
export function valueWords(field: string, value: unknown): string {
  const { catalogue } = store.getState()
  const lists = [catalogue?.activations, catalogue?.output_activations, catalogue?.initializers]
  const item = lists.flatMap((list) => list ?? []).find(({ type }) => type === value)
  if (item) return item.title
  return typeof value === 'number' && field === 'rate' ? `${Math.round(value * 100)} %` : String(value)
}

/** Where a slot is, in words: "between hidden1 and hidden2". */
export function slotWords(slot: number): string {
  const edge = edgeAt(experiment().network, slot)
  return edge ? `between ${edge.source} and ${edge.target}` : 'nowhere'
}

export function sourceTitle(source: DragSource): string {
  return source.kind === 'new' ? shortTitle(source.type) : `${shortTitle(source.type)} (${source.id})`
}
