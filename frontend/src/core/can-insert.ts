import type { Edge, Network } from '../protocol'
import { layerOf, type OfferedType } from './network'

export type InsertLimits = {
  /** Hidden dense layers at most. */
  layers: number
  /** Points in a mini-batch; `all` for the whole training set. */
  batchSize: number | 'all'
  /** Layers that are about to leave their place: the one that is dragged. */
  moving?: string
}

const NAMES: Record<OfferedType, string> = {
  dense: 'Dense',
  dropout: 'Dropout',
  batch_norm: 'Batch normalization',
  layer_norm: 'Layer normalization',
}

/** True when a layer of this type may stand on the edge, else a sentence that says why not. */
export function canInsert(
  type: OfferedType,
  edge: Edge,
  network: Network,
  limits: InsertLimits,
): true | string {
  if (edge.source === limits.moving || edge.target === limits.moving) return true
  return tooMany(type, network, limits) ?? repeated(type, edge, network) ?? pointless(type, limits) ?? true
}

/** Why no edge of the network takes a layer of this type; null when one does. */
export function noPlaceFor(type: OfferedType, network: Network, limits: InsertLimits): string | null {
  const answers = network.edges.map((edge) => canInsert(type, edge, network, limits))
  const [refusal] = answers
  return answers.includes(true) || refusal === undefined ? null : String(refusal)
}

function tooMany(type: OfferedType, network: Network, { layers, moving }: InsertLimits): string | null {
  const hidden = network.layers.filter((layer) => layer.type === 'dense' && layer.id !== moving).length
  if (type !== 'dense' || hidden < layers) return null
  return `At most ${layers} hidden layers here. Remove one first.`
}

function repeated(type: OfferedType, edge: Edge, network: Network): string | null {
  if (type === 'dense') return null
  const neighbors = [edge.source, edge.target].map((id) => layerOf(network, id)?.type)
  if (!neighbors.includes(type)) return null
  if (type === 'dropout') return 'Dropout stands here already. Raise its rate instead.'
  return `${NAMES[type]} stands here already; twice changes nothing.`
}

function pointless(type: OfferedType, { batchSize }: InsertLimits): string | null {
  if (type !== 'batch_norm' || batchSize !== 1) return null
  return 'Batch normalization needs at least 2 points a batch. Raise the batch size.'
}
