/** Reads single numbers and pictures from a frame. Null where the frame does not (yet) hold them. */
import type { Bounds } from '../core/neuron-colors'
import type { AnyLayer, Catalogue, Pin } from '../protocol'
import type { FrameView } from '../stream'

export function parameterValue(frame: FrameView, pin: Pin): number | null {
  return readParameter(frame, 'parameter', pin)
}

/** One number of a layer's parameter, of its gradient or of its last update. */
export function readParameter(
  frame: FrameView,
  channel: 'parameter' | 'gradient' | 'update',
  { layer, parameter, index }: Pin,
): number | null {
  const values = frame.channel(channel, layer, parameter)
  const [rows = 0, columns = 1] = frame.shapeOf(channel, layer, parameter)
  const row = frame.placeOf('rows', index[0] ?? 0, channel, layer, parameter)
  const column = frame.placeOf('columns', index[1] ?? 0, channel, layer, parameter)
  if (!values || row === null || column === null) return null
  return row < rows && column < columns ? (values[row * columns + column] as number) : null
}

export type PinNumbers = { gradient: number; update: number }

/**
 * Gradient and last update of a watched pin. The frame may still answer an older list of pins, so a row counts only
 * when its value is the parameter's.
 */
export function pinNumbers(frame: FrameView, pin: Pin, watched: readonly Pin[]): PinNumbers | null {
  const rows = frame.channel('pins')
  const value = parameterValue(frame, pin)
  const at = watched.findIndex((held) => sameText(held) === sameText(pin))
  if (!rows || value === null || at < 0 || rows[at * 3] !== value) return null
  return { gradient: rows[at * 3 + 1] as number, update: rows[at * 3 + 2] as number }
}

const sameText = ({ layer, parameter, index }: Pin) => `${layer} ${parameter} ${index}`

/** A neuron's z and output at the watched point: features first, then hidden neurons, then outputs. */
export function pointNumbers(
  frame: FrameView,
  layer: AnyLayer,
  index: number,
): { z: number; output: number } | null {
  const rows = frame.channel('point')
  const row = pointRow(frame, layer, index)
  if (!rows || row === null || row * 2 + 1 >= rows.length) return null
  return { z: rows[row * 2] as number, output: rows[row * 2 + 1] as number }
}

function pointRow({ layout }: FrameView, layer: AnyLayer, index: number): number | null {
  const features = layout.inputs.length
  if (layer.type === 'input') return index < features ? index : null
  if (layer.type === 'output') return features + hiddenCount(layout.neurons) + index
  const place = layout.neurons.find((held) => held.layer === layer.id)
  return place && index < place.count ? features + place.start + index : null
}

const hiddenCount = (neurons: FrameView['layout']['neurons']) =>
  neurons.reduce((sum, { count }) => sum + count, 0)

export type NeuronMap = { data: Uint8Array; width: number; height: number; low: number; high: number }

/** The heatmap of hidden neuron `index` of a layer. For 1-D tasks its height is 1. */
export function neuronMap(frame: FrameView, layer: string, index: number): NeuronMap | null {
  const place = frame.layout.neurons.find((held) => held.layer === layer)
  const [cells, ranges] = [frame.channel('neurons'), frame.channel('ranges')]
  const [, rows = 0, columns] = frame.shapeOf('neurons')
  if (!place || index >= place.count || !(cells instanceof Uint8Array) || !ranges || !rows) return null
  const [width, height] = columns === undefined ? [rows, 1] : [columns, rows]
  const row = frame.placeOf('rows', place.start + index, 'neurons')
  if (row === null) return null
  const data = cells.subarray(row * width * height, (row + 1) * width * height)
  return { data, width, height, low: ranges[2 + row * 2] as number, high: ranges[3 + row * 2] as number }
}

/** An activation's ends; a normalization's and an unbounded one's are open. */
export function boundsOf(layer: AnyLayer, catalogue: Catalogue | null): Bounds {
  const name = 'activation' in layer ? layer.activation : null
  const item = catalogue?.activations.find(({ type }) => type === name)
  return { low: item?.low ?? null, high: item?.high ?? null }
}
