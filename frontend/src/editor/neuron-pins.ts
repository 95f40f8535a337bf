/** Which trained numbers a neuron has, and walking through them with the arrow keys. */
import { inputsOf, isWeighted } from '../core/network'
import type { AnyLayer, Pin } from '../protocol'
import { store } from '../state'
import { canvasState, hover, say } from './canvas-state'

/** A neuron stands for its bias, a normalized value for its shift; inputs and dropout have none. */
export function neuronPin(layer: AnyLayer, index: number): Pin | null {
  if (isWeighted(layer)) return { layer: layer.id, parameter: 'bias', index: [index] }
  if (layer.type === 'batch_norm' || layer.type === 'layer_norm')
    return { layer: layer.id, parameter: 'shift', index: [index] }
  return null
}

/** The neuron's own number, then its incoming weights. */
export function pinsOf(layer: AnyLayer, index: number, inputs: number): Pin[] {
  const own = neuronPin(layer, index)
  if (!own) return []
  if (!isWeighted(layer)) return [own, { layer: layer.id, parameter: 'scale', index: [index] }]
  const weights = Array.from(
    { length: inputs },
    (_, from): Pin => ({ layer: layer.id, parameter: 'weight', index: [from, index] }),
  )
  return [own, ...weights]
}

/** Moves the hovered number of a neuron by `by` and says which it is. */
export function steps(layer: AnyLayer, index: number, inputs: number, by: number): void {
  const pins = pinsOf(layer, index, inputs)
  if (pins.length === 0) return
  const key = (pin: Pin | null) => pin && `${pin.layer} ${pin.parameter} ${pin.index}`
  const at = pins.findIndex((pin) => key(pin) === key(canvasState.getState().hovered))
  const next = pins[(Math.max(at, 0) + by + pins.length) % pins.length] as Pin
  hover(next)
  say(pinTitle(next).what)
}

steps.current = (): Pin | null => canvasState.getState().hovered

/** Names for people: neurons count from 1 (`hidden1.3`), inputs have their formula; a weight names its layer itself. */
export function pinTitle({ layer, parameter, index }: Pin): { layer: string; what: string; value: string } {
  const number = (index.at(-1) as number) + 1
  if (parameter !== 'weight') return { layer, what: `neuron ${number}`, value: parameter }
  return { layer: '', what: `${sourceName(layer, index[0] as number)} → ${layer}.${number}`, value: 'weight' }
}

/** Who sends value `index` into a layer: a feature or a neuron of the layer that it comes from. */
export function sourceName(layerId: string, index: number): string {
  const { experiment, layout } = store.getState()
  const { data } = experiment
  const source = origin(layerId)
  if (!source) return `value ${index + 1}`
  if (source.type === 'input')
    return layout?.inputs[index]?.label ?? data.features[index] ?? `input ${index + 1}`
  return `${source.id}.${index + 1}`
}

/** The layer whose values a layer reads, looking through dropout and normalization. */
function origin(layerId: string): AnyLayer | undefined {
  const { network } = store.getState().experiment
  const [sourceId] = inputsOf(network, layerId)
  const source = network.layers.find(({ id }) => id === sourceId)
  return source && source.type !== 'input' && !isWeighted(source) ? origin(source.id) : source
}
