/** What a person does to the network, as a new network and the words for the chart's mark. */
import type { AnyLayer, Catalogue, Dense, Experiment, Network } from '../protocol'
import { canInsert, type InsertLimits } from './can-insert'
import {
  edgeAt,
  freshId,
  insertAfter,
  insertOnEdge,
  isRemovable,
  isWeighted,
  layerOf,
  moveLayer,
  type OfferedType,
  order,
  removeLayer,
  setUnits,
  updateLayer,
} from './network'
import { shapes, withFittingValues } from './shapes'

export type NetworkEdit = { network: Network; label: string; layer: string | null }

const SHORT: Record<AnyLayer['type'], string> = {
  input: 'Inputs',
  dense: 'Dense',
  dropout: 'Dropout',
  batch_norm: 'Batch norm',
  layer_norm: 'Layer norm',
  output: 'Output',
}

/** The name on a card and in a mark. */
export function shortTitle(type: AnyLayer['type']): string {
  return SHORT[type]
}

export function insertLimits(experiment: Experiment, catalogue: Catalogue, moving?: string): InsertLimits {
  const limits = { layers: catalogue.limits.layers, batchSize: experiment.training.batch_size }
  return moving === undefined ? limits : { ...limits, moving }
}

/** A new layer of this type in slot `slot`; a sentence when it may not stand there. */
export function addLayer(
  experiment: Experiment,
  catalogue: Catalogue,
  type: OfferedType,
  slot: number,
): NetworkEdit | string {
  const { network } = experiment
  const edge = edgeAt(network, slot)
  const defaults = catalogue.layers.find((item) => item.type === type)?.defaults
  if (!edge || !defaults) return 'There is no such place.'
  const allowed = canInsert(type, edge, network, insertLimits(experiment, catalogue))
  if (allowed !== true) return allowed
  const sized = type === 'dense' ? { units: unitsAt(experiment, catalogue, edge.source) } : {}
  const layer = { ...defaults, ...sized, type, id: freshId(type, network) } as AnyLayer
  return edit(experiment, insertOnEdge(network, edge, layer), `${SHORT[type]} added`, layer.id)
}

/** As many neurons as values come in, so that what has been learned fits through; at least the catalogue's default. */
function unitsAt(experiment: Experiment, catalogue: Catalogue, source: string): number {
  const usual = catalogue.layers.find((item) => item.type === 'dense')?.defaults.units as number
  const width = shapes(experiment.network, experiment.data.features.length).get(source)?.[0] ?? usual
  return Math.min(Math.max(width, usual), catalogue.limits.neurons)
}

/** Puts a layer into another slot of the network as it is now. */
export function relocate(
  experiment: Experiment,
  catalogue: Catalogue,
  id: string,
  slot: number,
): NetworkEdit | string | null {
  const { network } = experiment
  const [edge, layer] = [edgeAt(network, slot), layerOf(network, id)]
  if (!edge || !layer) return 'There is no such place.'
  const moved = moveLayer(network, id, edge)
  if (moved === network) return null
  const allowed = canInsert(layer.type as OfferedType, edge, network, insertLimits(experiment, catalogue, id))
  return allowed === true ? edit(experiment, moved, `${id} moved`, id) : allowed
}

/** Puts a layer one place to the left (−1) or right (1); null where it cannot go. */
export function nudge(
  experiment: Experiment,
  catalogue: Catalogue,
  id: string,
  by: -1 | 1,
): NetworkEdit | string | null {
  const at = order(experiment.network).findIndex((layer) => layer.id === id)
  const slot = by < 0 ? at - 2 : at + 1
  return slot < 0 || !edgeAt(experiment.network, slot) ? null : relocate(experiment, catalogue, id, slot)
}

export function dropLayer(experiment: Experiment, id: string): NetworkEdit | null {
  const layer = layerOf(experiment.network, id)
  if (!layer || !isRemovable(layer)) return null
  const label = layer.type === 'dense' ? `${id} removed` : `${SHORT[layer.type]} removed`
  return edit(experiment, removeLayer(experiment.network, id), label, null)
}

/** The same layer once more, right behind it. */
export function duplicateLayer(
  experiment: Experiment,
  catalogue: Catalogue,
  id: string,
): NetworkEdit | string | null {
  const { network } = experiment
  const layer = layerOf(network, id)
  const slot = order(network).findIndex((held) => held.id === id)
  const edge = edgeAt(network, slot)
  if (!layer || !edge || !isRemovable(layer)) return null
  const type = layer.type as OfferedType
  const allowed = canInsert(type, edge, network, insertLimits(experiment, catalogue))
  if (allowed !== true) return allowed
  const copy = { ...layer, id: freshId(type, network) }
  return edit(experiment, insertAfter(network, id, copy), `${id} duplicated`, copy.id)
}

/** More or fewer neurons in a dense layer, within 1 and the server's limit. */
export function resize(
  experiment: Experiment,
  catalogue: Catalogue,
  id: string,
  units: number,
): NetworkEdit | null {
  const layer = layerOf(experiment.network, id)
  if (layer?.type !== 'dense') return null
  const network = setUnits(experiment.network, id, units, catalogue.limits.neurons)
  const after = (layerOf(network, id) as Dense).units
  return after === layer.units ? null : edit(experiment, network, unitsLabel(after - layer.units, id), id)
}

function unitsLabel(change: number, id: string): string {
  const size = Math.abs(change)
  return `${change > 0 ? '+' : '−'}${size} ${size === 1 ? 'neuron' : 'neurons'} in ${id}`
}

/** One field of a layer: an activation, a rate, a switch. `words` says a value as the page does. */
export function changeField(
  experiment: Experiment,
  id: string,
  field: string,
  value: unknown,
  words: (field: string, value: unknown) => string,
): NetworkEdit | null {
  const layer = layerOf(experiment.network, id) as (AnyLayer & Record<string, unknown>) | undefined
  if (!layer || layer[field] === value) return null
  const network = updateLayer(experiment.network, id, { [field]: value })
  return edit(experiment, network, fieldLabel(id, field, layer[field], value, words), id)
}

function fieldLabel(
  id: string,
  field: string,
  before: unknown,
  after: unknown,
  words: (field: string, value: unknown) => string,
): string {
  if (field === 'frozen') return after ? `${id} frozen` : `${id} unfrozen`
  if (typeof after === 'boolean') return `${id}: ${field} ${after ? 'on' : 'off'}`
  if (after === null) return `${id}: drawn values`
  const change = `${words(field, before)} → ${words(field, after)}`
  return field === 'activation' ? change : `${id}: ${change}`
}

function edit(experiment: Experiment, network: Network, label: string, layer: string | null): NetworkEdit {
  return {
    network: withFittingValues(network, experiment.data.features.length),
    label: label.slice(0, 60),
    layer,
  }
}

/** Whether a layer has neurons that a learner can count: `6 neurons`. */
export function neuronWords(layer: AnyLayer, values: number): string {
  const noun = isWeighted(layer) ? 'neuron' : 'value'
  return `${values} ${noun}${values === 1 ? '' : 's'}`
}
