import type { AnyLayer, Network } from '../protocol'
import { inputsOf, isWeighted, order, updateLayer, type Weighted } from './network'

/** Of one example, without the batch. */
export type Shape = readonly number[]

/** Each layer's output shape when the input has `features` values: as `Network.shapes` of the server. */
export function shapes(network: Network, features: number): Map<string, Shape> {
  const found = new Map<string, Shape>()
  for (const layer of order(network))
    found.set(layer.id, outputShape(layer, inputWidth(network, layer, found, features)))
  return found
}

function outputShape(layer: AnyLayer, width: number): Shape {
  return [isWeighted(layer) ? layer.units : width]
}

function inputWidth(network: Network, layer: AnyLayer, found: Map<string, Shape>, features: number): number {
  if (layer.type === 'input') return features
  const [source] = inputsOf(network, layer.id)
  return (source === undefined ? undefined : found.get(source)?.[0]) ?? 0
}

/** How many values a layer reads and how many it passes on. */
export function widths(network: Network, features: number): Map<string, { inputs: number; outputs: number }> {
  const found = shapes(network, features)
  return new Map(
    network.layers.map((layer) => {
      const inputs = inputWidth(network, layer, found, features)
      return [layer.id, { inputs, outputs: found.get(layer.id)?.[0] ?? inputs }]
    }),
  )
}

/** Trained numbers by layer; a bias that is switched off does not count. */
export function parameterCounts(network: Network, features: number): Map<string, number> {
  const wide = widths(network, features)
  return new Map(
    network.layers.map((layer) => [layer.id, parametersOf(layer, wide.get(layer.id)?.inputs ?? 0)]),
  )
}

function parametersOf(layer: AnyLayer, inputs: number): number {
  if (isWeighted(layer)) return inputs * layer.units + (layer.bias ? layer.units : 0)
  return layer.type === 'batch_norm' || layer.type === 'layer_norm' ? 2 * inputs : 0
}

/** Lets go of explicit initial values whose size no longer fits, so that the document stays valid. */
export function withFittingValues(network: Network, features: number): Network {
  const wide = widths(network, features)
  return network.layers
    .filter((layer): layer is Weighted => isWeighted(layer) && layer.initial !== null)
    .filter((layer) => !fits(layer, wide.get(layer.id)?.inputs ?? 0))
    .reduce((held, layer) => updateLayer<Weighted>(held, layer.id, { initial: null }), network)
}

function fits({ initial, units }: Weighted, inputs: number): boolean {
  const { weight, bias } = initial ?? {}
  const weightFits = !weight || (weight.length === inputs && weight.every((row) => row.length === units))
  return weightFits && (!bias || bias.length === units)
}
