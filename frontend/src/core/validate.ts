/** Whether a network can run, in the server's own words, before it is asked: `network.py` and `limits.py` there. */
import type { AnyLayer, Catalogue, Limits, Network } from '../protocol'
import { inputsOf, isWeighted, layerOf, order, type Weighted } from './network'
import type { Schema } from './schema'
import { misfitOf } from './schema-check'
import { parameterCounts, widths } from './shapes'

export type ProblemKind =
  | 'field'
  | 'duplicate'
  | 'ends'
  | 'unknown input'
  | 'cycle'
  | 'arity'
  | 'disconnected'
  | 'shape'
  | 'limit'

/** One sentence for people; `layer` is the one to point at, where there is one. */
export type NetworkProblem = { kind: ProblemKind; layer: string | null; message: string }

/** Null when the server would take the network, as far as it can be told here: memory and work it estimates itself. */
export function networkProblem(
  network: unknown,
  features: number,
  { schema, limits }: Pick<Catalogue, 'schema' | 'limits'>,
): NetworkProblem | null {
  const misfit = fieldProblem(network, schema)
  if (misfit) return misfit
  const whole = withDefaults(network as Network)
  return graphProblem(whole) ?? sizeProblem(whole, features, limits)
}

function fieldProblem(network: unknown, root: Schema): NetworkProblem | null {
  const form = (root.$defs as Record<string, Schema> | undefined)?.Network
  const misfit = form ? misfitOf(root, form, network) : null
  if (!misfit) return null
  const message = `network.${misfit.path.join('.')}: ${misfit.problem}.`
  return { kind: 'field', layer: layerAt(network as Network, misfit.path), message }
}

/** The id that the document itself gives to the layer at `layers.N…`. */
function layerAt(network: Network, [section, place]: readonly (string | number)[]): string | null {
  if (section !== 'layers' || typeof place !== 'number') return null
  const layer = network.layers[place] as { id?: unknown; type?: unknown } | null | undefined
  const name = layer && (Object.hasOwn(layer, 'id') ? layer.id : layer.type)
  return typeof name === 'string' ? name : null
}

/** The ends need not be named, and what has trained weights need not say how many neurons it has. */
const DEFAULTS = {
  input: { id: 'input' },
  output: { id: 'output', units: 1, bias: true },
  dense: { units: 4, bias: true },
} as const

function withDefaults({ layers, edges }: Network): Network {
  const whole = layers.map((layer) => {
    const known: Record<string, unknown> = DEFAULTS
    return { ...(known[layer.type] as object | undefined), ...layer } as AnyLayer
  })
  return { layers: whole, edges }
}

function graphProblem(network: Network): NetworkProblem | null {
  return (
    duplicate(network) ??
    ends(network) ??
    unknownInput(network) ??
    cycle(network) ??
    arity(network) ??
    disconnected(network)
  )
}

function duplicate({ layers }: Network): NetworkProblem | null {
  const again = layers.find(({ id }, place) => layers.findIndex((layer) => layer.id === id) < place)
  return again
    ? problem('duplicate', again.id, `Two layers are named “${again.id}”; every layer needs its own id.`)
    : null
}

const END_NAMES = { input: 'inputs', output: 'output' } as const

function ends({ layers }: Network): NetworkProblem | null {
  for (const type of ['input', 'output'] as const) {
    const found = layers.filter((layer) => layer.type === type)
    const sentence = `A network has exactly one “${END_NAMES[type]}” layer; this one has ${found.length}.`
    if (found.length !== 1) return problem('ends', found[1]?.id ?? null, sentence)
  }
  return null
}

function unknownInput(network: Network): NetworkProblem | null {
  const ids = new Set(network.layers.map(({ id }) => id))
  const edge = network.edges.find(({ source, target }) => !ids.has(source) || !ids.has(target))
  if (!edge) return null
  const [known, unknown] = ids.has(edge.source) ? [edge.source, edge.target] : [edge.target, edge.source]
  return problem('unknown input', known, `“${known}” reads from “${unknown}”, which is not in the network.`)
}

function cycle(network: Network): NetworkProblem | null {
  const done = new Set(order(network).map(({ id }) => id))
  const stuck = network.layers.find(({ id }) => !done.has(id))
  if (!stuck) return null
  const way = [stuck.id]
  for (let at = stuck.id; ; ) {
    at = inputsOf(network, at).find((id) => !done.has(id)) as string
    if (way.includes(at)) return loop(way.slice(way.indexOf(at)).reverse())
    way.push(at)
  }
}

function loop(ids: string[]): NetworkProblem {
  const path = [...ids, ids[0]].join(' → ')
  const sentence = `The layers ${path} form a loop; remove one of these connections.`
  return problem('cycle', ids[0] ?? null, sentence)
}

function arity(network: Network): NetworkProblem | null {
  for (const { id, type } of network.layers) {
    const [expected, found] = [type === 'input' ? 0 : 1, inputsOf(network, id).length]
    if (found !== expected)
      return problem('arity', id, `“${id}” needs ${expected} input(s) and has ${found}; connect it.`)
  }
  return null
}

function disconnected(network: Network): NetworkProblem | null {
  const useful = new Set<string>()
  const waiting = network.layers.filter(({ type }) => type === 'output').map(({ id }) => id)
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (useful.has(id)) continue
    useful.add(id)
    waiting.push(...inputsOf(network, id))
  }
  const lost = network.layers.find(({ id }) => !useful.has(id))
  return lost
    ? problem('disconnected', lost.id, `“${lost.id}” does not lead to the output; connect or remove it.`)
    : null
}

function sizeProblem(network: Network, features: number, limits: Limits): NetworkProblem | null {
  return (
    tooManyParameters(network, features, limits) ??
    misshapen(network, features) ??
    tooManyLayers(network, limits) ??
    tooWide(network, limits)
  )
}

function tooManyParameters(network: Network, features: number, limits: Limits): NetworkProblem | null {
  const counts = parameterCounts(network, features)
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const most = Math.max(...counts.values())
  const largest = network.layers.find(({ id }) => counts.get(id) === most)
  return overLimit('Parameters', total, limits.parameters, largest?.id ?? null)
}

function tooManyLayers(network: Network, limits: Limits): NetworkProblem | null {
  const hidden = network.layers.filter(({ type }) => type === 'dense').length
  return overLimit('Hidden layers', hidden, limits.layers, null)
}

function tooWide(network: Network, limits: Limits): NetworkProblem | null {
  const wide = network.layers.find((layer) => unitsOf(layer) > limits.neurons)
  return wide ? overLimit('Neurons', unitsOf(wide), limits.neurons, wide.id) : null
}

const unitsOf = (layer: AnyLayer): number => (isWeighted(layer) ? layer.units : 0)

function overLimit(what: string, value: number, limit: number, layer: string | null): NetworkProblem | null {
  const [found, most] = [value, limit].map((number) => number.toLocaleString('en-US'))
  return value > limit
    ? problem('limit', layer, `${what}: ${found} is more than the ${most} this server allows.`)
    : null
}

/** Explicit initial values of another shape than their layer's; layer by layer in the order of `layers`. */
function misshapen(network: Network, features: number): NetworkProblem | null {
  const wide = widths(network, features)
  for (const { id } of network.layers) {
    const layer = layerOf(network, id) as AnyLayer
    const sentence = isWeighted(layer) ? misfitOfStart(layer, wide.get(id)?.inputs ?? 0) : null
    if (sentence) return problem('shape', id, `“${id}”: ${sentence}`)
  }
  return null
}

function misfitOfStart({ initial, units }: Weighted, inputs: number): string | null {
  const { weight, bias } = initial ?? {}
  const lengths = [...new Set(weight?.map((row) => row.length))]
  if (lengths.length > 1) return 'its initial weight has rows of different lengths.'
  const found = weight && [weight.length, ...lengths]
  return unlike('weight', found, [inputs, units]) ?? unlike('bias', bias && [bias.length], [units])
}

function unlike(name: string, found: number[] | null | undefined, wanted: number[]): string | null {
  if (!found || found.join() === wanted.join()) return null
  return `its initial ${name} is ${found.join(' × ')} and must be ${wanted.join(' × ')}.`
}

function problem(kind: ProblemKind, layer: string | null, message: string): NetworkProblem {
  return { kind, layer, message }
}
