import type { AnyLayer, Dense, Edge, LayerType, Network, Output } from '../protocol'

/** A layer with trained weights and neurons of its own. */
export type Weighted = Dense | Output

export type OfferedType = Exclude<LayerType, 'input' | 'output'>

export function isWeighted(layer: AnyLayer): layer is Weighted {
  return layer.type === 'dense' || layer.type === 'output'
}

export function layerOf(network: Network, id: string): AnyLayer | undefined {
  return network.layers.find((layer) => layer.id === id)
}

export function inputsOf(network: Network, id: string): string[] {
  return network.edges.filter((edge) => edge.target === id).map((edge) => edge.source)
}

/** Every layer after the layers it reads from; ties in the order of `layers`. Layers on a cycle are left out. */
export function order(network: Network): AnyLayer[] {
  const found: AnyLayer[] = []
  const done = new Set<string>()
  const ready = (layer: AnyLayer) =>
    !done.has(layer.id) && inputsOf(network, layer.id).every((id) => done.has(id))
  for (let next = network.layers.find(ready); next; next = network.layers.find(ready)) {
    found.push(next)
    done.add(next.id)
  }
  return found
}

/** The layers from input to output when each reads from the one before; null for any other graph. */
export function chainOf(network: Network): AnyLayer[] | null {
  const layers = order(network)
  const links = layers.slice(1).every((layer, i) => {
    const [source, ...more] = inputsOf(network, layer.id)
    return source === layers[i]?.id && more.length === 0
  })
  return links && layers.length === network.layers.length ? layers : null
}

/** The edge between two layers of the chain: `slot` 0 lies after the input. */
export function edgeAt(network: Network, slot: number): Edge | undefined {
  const layers = order(network)
  const [source, target] = [layers[slot], layers[slot + 1]]
  return source && target && { source: source.id, target: target.id }
}

const sameEdge = (a: Edge, b: Edge) => a.source === b.source && a.target === b.target

/** Puts a layer on an edge: what flowed from source to target now flows through it. */
export function insertOnEdge(network: Network, edge: Edge, layer: AnyLayer): Network {
  const at = network.layers.findIndex(({ id }) => id === edge.source) + 1
  const through = [
    { source: edge.source, target: layer.id },
    { source: layer.id, target: edge.target },
  ]
  return {
    layers: network.layers.toSpliced(at, 0, layer),
    edges: network.edges.flatMap((held) => (sameEdge(held, edge) ? through : [held])),
  }
}

/** Puts a layer behind another: all that read from that one now read from the new one. */
export function insertAfter(network: Network, id: string, layer: AnyLayer): Network {
  const moved = network.edges.map((edge) => (edge.source === id ? { ...edge, source: layer.id } : edge))
  const first = moved.findIndex((edge) => edge.source === layer.id)
  const at = network.layers.findIndex((held) => held.id === id) + 1
  return {
    layers: network.layers.toSpliced(at, 0, layer),
    edges: moved.toSpliced(Math.max(first, 0), 0, { source: id, target: layer.id }),
  }
}

/** Takes a layer out and joins what it read from to what read from it. Input and output stay. */
export function removeLayer(network: Network, id: string): Network {
  if (!isRemovable(layerOf(network, id))) return network
  const sources = inputsOf(network, id)
  const seen = new Set<string>()
  const edges = network.edges
    .flatMap((edge) => {
      if (edge.source === id) return sources.map((source) => ({ source, target: edge.target }))
      return edge.target === id ? [] : [edge]
    })
    .filter((edge) => !seen.has(keyOf(edge)) && seen.add(keyOf(edge)))
  return { layers: network.layers.filter((layer) => layer.id !== id), edges: edges }
}

const keyOf = (edge: Edge) => `${edge.source} ${edge.target}`

export function isRemovable(layer: AnyLayer | undefined): boolean {
  return layer !== undefined && layer.type !== 'input' && layer.type !== 'output'
}

/** Takes a layer out and puts it on `edge`, an edge of the network as it is now. Its own edges leave it in place. */
export function moveLayer(network: Network, id: string, edge: Edge): Network {
  const layer = layerOf(network, id)
  if (!layer || !isRemovable(layer) || edge.source === id || edge.target === id) return network
  return insertOnEdge(removeLayer(network, id), edge, layer)
}

/** New values of a layer's fields; the id may not change. */
export function updateLayer<Layer extends AnyLayer>(
  network: Network,
  id: string,
  changes: Partial<Omit<Layer, 'id' | 'type'>>,
): Network {
  const layers = network.layers.map((layer) => (layer.id === id ? { ...layer, ...changes } : layer))
  return { ...network, layers }
}

/** The neurons of a dense layer, held within 1..`most`. */
export function setUnits(network: Network, id: string, units: number, most = 256): Network {
  return updateLayer<Dense>(network, id, { units: Math.min(Math.max(Math.round(units), 1), most) })
}

const STEMS: Record<OfferedType, string> = {
  dense: 'hidden',
  dropout: 'dropout',
  batch_norm: 'batch_norm',
  layer_norm: 'layer_norm',
}

/** The first of hidden1, hidden2 … that is free. */
export function freshId(type: OfferedType, network: Network): string {
  const taken = new Set(network.layers.map(({ id }) => id))
  for (let number = 1; ; number++) if (!taken.has(`${STEMS[type]}${number}`)) return `${STEMS[type]}${number}`
}
