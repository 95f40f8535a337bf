/** Networks, an experiment and a catalogue for tests. */
import type { AnyLayer, Catalogue, Dense, Experiment, Network } from '../protocol'
import { freshId, type OfferedType } from './network'

const FIELDS = {
  activation: 'tanh',
  initializer: 'glorot_uniform',
  bias: true,
  frozen: false,
  initial: null,
} as const

export const dense = (id: string, units = 4): Dense => ({
  ...FIELDS,
  type: 'dense',
  id,
  units,
  slope: 0.01,
  alpha: 1,
})

export const INPUT: AnyLayer = { type: 'input', id: 'input' }
export const OUTPUT: AnyLayer = { ...FIELDS, type: 'output', id: 'output', units: 1, activation: 'sigmoid' }

export function chain(...hidden: AnyLayer[]): Network {
  const layers = [INPUT, ...hidden, OUTPUT]
  const edges = layers.slice(1).map((layer, i) => ({ source: (layers[i] as AnyLayer).id, target: layer.id }))
  return { layers, edges }
}

/** 2-6-4-1. */
export const xor = (): Network => chain(dense('hidden1', 6), dense('hidden2', 4))

export function fresh(type: OfferedType, network: Network): AnyLayer {
  return { ...defaultsOf(type), id: freshId(type, network) } as AnyLayer
}

function defaultsOf(type: OfferedType): Record<string, unknown> {
  if (type === 'dense') return { ...dense('any'), id: undefined }
  if (type === 'dropout') return { type, rate: 0.2 }
  const norm = { type, activation: 'linear', epsilon: 1e-5, frozen: false }
  return type === 'batch_norm' ? { ...norm, momentum: 0.1 } : norm
}

export function experimentWith(network: Network): Experiment {
  const data = { features: ['x', 'y'] }
  const view = { controls: 'simple', speed: '4 epochs/s', slow_motion: true }
  return { network, data, view, training: { batch_size: 10 } } as unknown as Experiment
}

const ACTIVATIONS = [
  { type: 'tanh', title: 'Tanh', help: 'Squeezes.', low: -1, high: 1 },
  { type: 'relu', title: 'ReLU', help: 'Keeps.', low: 0, high: null },
]

export const CATALOGUE = {
  layers: (['dense', 'dropout', 'batch_norm', 'layer_norm'] as const).map((type) => ({
    type,
    title: type === 'dense' ? 'Fully connected (Dense)' : type,
    help: `Help of ${type}.`,
    offered: true,
    schema: { properties: {} },
    defaults: defaultsOf(type),
  })),
  activations: ACTIVATIONS,
  output_activations: [{ type: 'sigmoid', title: 'Sigmoid', help: '', low: 0, high: 1 }],
  initializers: [],
  limits: { layers: 12, neurons: 256, parameters: 2_000_000, points: 5000 },
  schema: {},
} as unknown as Catalogue
