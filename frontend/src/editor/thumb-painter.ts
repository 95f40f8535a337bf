/** Paints the pictures on the canvas's neurons from frames; React never sees one. */
import { type ColorTable, classTables, divergingTable, type Tone } from '../core/color-tables'
import { cellOf } from '../core/heat'
import { curveCells, neuronTable, resampleCells } from '../core/neuron-colors'
import { paintClasses, paintHeat, paintNeuron } from '../primitives'
import type { AnyLayer, Catalogue, InputMap, Layout } from '../protocol'
import type { FrameView } from '../stream'
import { boundsOf, type NeuronMap, neuronMap } from './frame-values'

export type Look = { tone: Tone; catalogue: Catalogue | null }

let tables: { tone: Tone; diverging: ColorTable } | null = null

function diverging(tone: Tone): ColorTable {
  if (tables?.tone !== tone) tables = { tone, diverging: divergingTable(tone) }
  return tables.diverging
}

/** Paints one neuron of any layer that has a picture; false, and the canvas as it was, when the frame has none for it. */
export function paintThumb(
  canvas: HTMLCanvasElement,
  layer: AnyLayer,
  index: number,
  frame: FrameView,
  look: Look,
): boolean {
  if (layer.type === 'output') return paintOutput(canvas, layer.units, index, frame, look)
  const map = layer.type === 'input' ? null : neuronMap(frame, layer.id, index)
  if (!map) return false
  const bounds = boundsOf(layer, look.catalogue)
  paintMap(canvas, map, neuronTable(diverging(look.tone), map.low, map.high, bounds))
  return true
}

function paintMap(canvas: HTMLCanvasElement, map: NeuronMap, colors: ColorTable): void {
  if (map.height > 1) paintHeat(canvas, map, colors)
  else paintCurve(canvas, map, colors)
}

/** Twice a neuron's CSS pixels: its curve is smooth on any screen. */
const CURVE_PIXELS = 92

function paintCurve(canvas: HTMLCanvasElement, { data, low, high }: NeuronMap, colors: ColorTable): void {
  const picture = curveCells(resampleCells(data, CURVE_PIXELS), low, high, cellOf(0, low, high))
  paintHeat(canvas, { data: picture, width: CURVE_PIXELS, height: CURVE_PIXELS }, colors)
}

function paintOutput(
  canvas: HTMLCanvasElement,
  units: number,
  index: number,
  frame: FrameView,
  look: Look,
): boolean {
  const [cells, ranges] = [frame.channel('boundary'), frame.channel('ranges')]
  if (!(cells instanceof Uint8Array) || !ranges) return paintOutputCurve(canvas, index, frame, look)
  const [maps = 1, height = 0, width = 0] = frame.shapeOf('boundary')
  const data = cells.subarray(0, width * height)
  const [low, high] = [ranges[0] as number, ranges[1] as number]
  if (maps === 2) {
    const shares = cells.subarray(width * height)
    paintClass(canvas, { data, width, height, shares }, units, index, look)
  } else paintNeuron(canvas, { data, width, height, low, high }, diverging(look.tone), frame.layout.level)
  return true
}

/** One class's neuron: where it wins, in its color; empty elsewhere. */
function paintClass(
  canvas: HTMLCanvasElement,
  cells: Parameters<typeof paintClasses>[1],
  units: number,
  index: number,
  { tone }: Look,
): void {
  const colors = classTables(tone, Math.max(units, 2))
  const empty = new Uint32Array(256).fill(diverging(tone)[127] as number)
  paintClasses(
    canvas,
    cells,
    colors.map((table, at) => (at === index ? table : empty)),
  )
}

const CURVE_CELLS = 48

function paintOutputCurve(
  canvas: HTMLCanvasElement,
  index: number,
  frame: FrameView,
  { tone }: Look,
): boolean {
  const curve = frame.channel('curve')
  const [, length = 0] = frame.shapeOf('curve')
  if (!curve || !length) return false
  const values = Array.from(
    { length: CURVE_CELLS },
    (_, i) => curve[index * length + Math.round((i * (length - 1)) / (CURVE_CELLS - 1))] as number,
  )
  const [low, high] = [
    Math.min(0, ...values.filter(Number.isFinite)),
    Math.max(0, ...values.filter(Number.isFinite)),
  ]
  const data = Uint8Array.from(values, (value) =>
    Number.isFinite(value) ? Math.round(cellOf(value, low, high)) : 255,
  )
  const colors = neuronTable(diverging(tone), low, high, { low: null, high: null })
  paintCurve(canvas, { data, width: CURVE_CELLS, height: 1, low, high }, colors)
  return true
}

/** The heatmap of an input feature, which never changes with training; false where there is none. */
export function paintInput(canvas: HTMLCanvasElement, layout: Layout, index: number, tone: Tone): boolean {
  const input = layout.inputs[index]
  if (!input) return false
  const data = Uint8Array.from(atob(input.cells), (letter) => letter.charCodeAt(0))
  const side = Math.round(Math.sqrt(data.length))
  const flat = layout.domain[2] === layout.domain[3] || side * side !== data.length
  const map = { data, width: flat ? data.length : side, height: flat ? 1 : side, ...rangeOf(input) }
  paintMap(canvas, map, neuronTable(diverging(tone), input.low, input.high, { low: null, high: null }))
  return true
}

const TILE = { side: 40, gap: 4 }

/** Many input features side by side in one picture, row by row. */
export function paintInputs(
  canvas: HTMLCanvasElement,
  layout: Layout,
  indices: readonly number[],
  tone: Tone,
): void {
  const context = canvas.getContext('2d')
  if (!context || indices.length === 0) return
  const across = Math.ceil(Math.sqrt(indices.length))
  const pitch = TILE.side + TILE.gap
  canvas.width = canvas.height = across * pitch + TILE.gap
  const one = document.createElement('canvas')
  const top = TILE.gap + ((across - Math.ceil(indices.length / across)) * pitch) / 2
  indices.forEach((index, at) => {
    const [left, row] = [TILE.gap + (at % across) * pitch, Math.floor(at / across)]
    if (paintInput(one, layout, index, tone))
      context.drawImage(one, left, top + row * pitch, TILE.side, TILE.side)
  })
}

const rangeOf = ({ low, high }: InputMap) => ({ low, high })
