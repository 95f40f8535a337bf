/** Draws all curves between neurons on one canvas behind them. */
import { controlsX, curveX, curveY, type Bundle, edgesOf, middleOf, samePin } from '../core/edge-geometry'
import { lineLook, robustMax } from '../core/edge-look'
import type { Box, Viewport } from '../core/layout-graph'
import type { Pin } from '../protocol'
import type { Phase } from '../state'
import type { FrameView } from '../stream'

export type EdgeTones = Record<'negative' | 'positive' | 'accent' | 'ink' | 'line-strong' | 'canvas', string>

export type EdgeScene = {
  bundles: readonly Bundle[]
  /** Weight images of folded layers, which their curves lead to as one band. */
  images: readonly (Box | null)[]
  viewport: Viewport
  frame: FrameView | null
  hovered: Pin | null
  pinned: readonly Pin[]
  phase: Phase | null
  /** How much of the phase has passed, 0..1. */
  progress: number
  still: boolean
  tones: EdgeTones
  /** The weight at which lines are widest. */
  largest: number
}

type Painting = EdgeScene & { context: CanvasRenderingContext2D }

export function paintEdges(context: CanvasRenderingContext2D, scene: EdgeScene): void {
  const painting = { ...scene, context }
  const { x, y, zoom } = scene.viewport
  context.save()
  context.translate(x, y)
  context.scale(zoom, zoom)
  context.lineCap = 'round'
  scene.bundles.forEach((bundle, at) => {
    paintBand(painting, bundle, at)
    paintBundle(painting, bundle, at)
  })
  for (const pin of scene.pinned) paintPin(painting, pin)
  context.restore()
}

/** Where neurons are folded away, a soft band stands for their curves. */
function paintBand({ context, images, tones }: Painting, bundle: Bundle, at: number): void {
  const [from, to] = [images[at], images[at + 1]]
  if (!from && !to) return
  const start = from ? { x: from.left + from.width, ...endsOf(from) } : { x: bundle.from, ...spanOf(bundle.sources) }
  const end = to ? { x: to.left, ...endsOf(to) } : { x: bundle.to, ...spanOf(bundle.targets) }
  const middle = (start.x + end.x) / 2
  context.beginPath()
  context.moveTo(start.x, start.top)
  context.bezierCurveTo(middle, start.top, middle, end.top, end.x, end.top)
  context.lineTo(end.x, end.bottom)
  context.bezierCurveTo(middle, end.bottom, middle, start.bottom, start.x, start.bottom)
  context.globalAlpha = 0.22
  context.fillStyle = tones['line-strong']
  context.fill()
  context.globalAlpha = 1
}

const endsOf = ({ top, height }: Box) => ({ top, bottom: top + height })
const spanOf = (spots: Bundle['sources']) => ({ top: (spots[0]?.y ?? 0) - 3, bottom: (spots.at(-1)?.y ?? 0) + 3 })

function paintBundle(painting: Painting, bundle: Bundle, at: number): void {
  const { frame, hovered, phase, progress, bundles } = painting
  const values = bundle.parameter && frame?.channel(channelOf(phase), bundle.layer, bundle.parameter)
  const weights = bundle.parameter && frame?.channel('parameter', bundle.layer, bundle.parameter)
  const shape = frame && bundle.parameter ? frame.shapeOf('parameter', bundle.layer, bundle.parameter) : []
  const units = shape[1] ?? bundle.units
  const most = phase === 'backward' || phase === 'update' ? robustMax(values ? [values as Float32Array] : []) : painting.largest
  const wave = phase === 'backward' ? reached(progress, bundles.length - 1 - at, bundles.length) : 1
  for (const { pin, start, end } of edgesOf(bundle)) {
    const offset = pin.parameter === 'weight' ? (pin.index[0] as number) * units + (pin.index[1] as number) : (pin.index[0] as number)
    const inside = pin.parameter !== 'weight' || ((pin.index[0] as number) < (shape[0] ?? 0) && (pin.index[1] as number) < units)
    const weight = inside ? (weights?.[offset] ?? null) : null
    const faded = hovered !== null && !belongs(pin, hovered, bundle, bundles)
    const strength = faded ? 0.16 : 1
    if (weight === null) strokeCurve(painting, bundle, start, end, { color: painting.tones['line-strong'], width: 1.2, opacity: 0.7 * strength })
    else paintWeight(painting, bundle, { start, end, weight, share: Math.abs((inside ? (values?.[offset] ?? 0) : 0) as number) / most, strength, wave })
    if (phase === 'forward' && !painting.still && weight !== null) paintSignal(painting, bundle, { start, end, at, size: Math.abs(weight) / painting.largest })
  }
}

function channelOf(phase: Phase | null): string {
  if (phase === 'backward') return 'gradient'
  return phase === 'update' ? 'update' : 'parameter'
}

type WeightLine = { start: number; end: number; weight: number; share: number; strength: number; wave: number }

/** A weight by its sign; in the backward pass by its gradient; in the update with a pulse of what was added. */
function paintWeight(painting: Painting, bundle: Bundle, line: WeightLine): void {
  const { tones, phase, largest, progress, still } = painting
  const color = line.weight < 0 ? tones.negative : tones.positive
  const own = lineLook(Math.abs(line.weight) / largest)
  if (phase === 'backward') {
    strokeCurve(painting, bundle, line.start, line.end, { color, width: own.width, opacity: own.opacity * 0.2 * line.strength })
    const look = lineLook(line.share)
    return strokeCurve(painting, bundle, line.start, line.end, { color: tones.accent, width: look.width, opacity: look.opacity * line.wave })
  }
  if (phase === 'update') {
    const pulse = still ? 0.6 : Math.sin(Math.PI * Math.min(progress, 1))
    const halo = Math.min(line.share, 1) * pulse
    strokeCurve(painting, bundle, line.start, line.end, { color: tones.accent, width: own.width + 7 * halo, opacity: 0.55 * halo })
  }
  strokeCurve(painting, bundle, line.start, line.end, { color, width: own.width, opacity: own.opacity * line.strength })
}

type Stroke = { color: string; width: number; opacity: number }

function strokeCurve({ context }: Painting, bundle: Bundle, start: number, end: number, { color, width, opacity }: Stroke): void {
  if (opacity < 0.01) return
  const [first, second] = controlsX(bundle)
  context.beginPath()
  context.moveTo(bundle.from, start)
  context.bezierCurveTo(first, start, second, end, bundle.to, end)
  context.strokeStyle = color
  context.lineWidth = width
  context.globalAlpha = opacity
  context.stroke()
  context.globalAlpha = 1
}

/** The forward pass: a light on every curve, one layer after the other. */
function paintSignal(painting: Painting, bundle: Bundle, edge: { start: number; end: number; at: number; size: number }): void {
  const { context, progress, bundles, tones } = painting
  const t = progress * bundles.length - edge.at
  if (t <= 0 || t >= 1) return
  context.beginPath()
  context.arc(curveX(bundle, t), curveY(edge.start, edge.end, t), 1.8 + 2.6 * Math.min(edge.size, 1), 0, 2 * Math.PI)
  context.fillStyle = tones.ink
  context.strokeStyle = tones.canvas
  context.lineWidth = 1
  context.fill()
  context.stroke()
}

/** How far a wave has come over bundle number `at` of `count`: 0..1. */
function reached(progress: number, at: number, count: number): number {
  return Math.min(Math.max(progress * count - at, 0), 1)
}

/** Whether a curve belongs to what the pointer means: the weight itself, or all that lead to and from a neuron. */
function belongs(pin: Pin, hovered: Pin, bundle: Bundle, bundles: readonly Bundle[]): boolean {
  if (hovered.parameter === 'weight' || hovered.parameter === 'scale') return samePin(pin, hovered)
  const [neuron] = hovered.index
  if (bundle.layer === hovered.layer) return pin.index.at(-1) === neuron
  const next = bundles[bundles.findIndex(({ layer }) => layer === hovered.layer) + 1]
  return bundle === next && pin.index[0] === neuron
}

/** A ring where a pinned weight's curve is at its middle. */
function paintPin({ context, bundles, tones }: Painting, pin: Pin): void {
  const at = middleOf(bundles, pin)
  if (!at) return
  context.beginPath()
  context.arc(at.x, at.y, 5, 0, 2 * Math.PI)
  context.fillStyle = tones.canvas
  context.strokeStyle = tones.accent
  context.lineWidth = 2
  context.fill()
  context.stroke()
}
