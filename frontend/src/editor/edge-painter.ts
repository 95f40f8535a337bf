/** Draws all curves between neurons on one canvas behind them. */
import { type Bundle, type DrawnEdge, edgesOf, middleOf, samePin } from '../core/edge-geometry'
import { robustMax } from '../core/edge-look'
import type { Box, Viewport } from '../core/layout-graph'
import type { Pin } from '../protocol'
import type { Phase } from '../state'
import type { FrameView } from '../stream'
import { EdgeStrokes, type EdgeTones, type Line } from './edge-strokes'
import { readParameter } from './frame-values'

export type EdgeScene = {
  bundles: readonly Bundle[]
  /** Weight images of folded layers, which their curves lead to as one band. */
  images: readonly (Box | null)[]
  viewport: Viewport
  frame: FrameView | null
  /** Held back by slow motion: it has the gradient that flows back. */
  coming: FrameView | null
  hovered: Pin | null
  pinned: readonly Pin[]
  phase: Phase | null
  /** How much of the phase has passed, 0..1. */
  progress: number
  /** Nothing moves: a wish of the learner's system. */
  still: boolean
  tones: EdgeTones
  /** Widens every line. */
  boldness: number
  /** The weight at which lines are widest. */
  largest: number
}

export function paintEdges(context: CanvasRenderingContext2D, scene: EdgeScene): void {
  const { x, y, zoom } = scene.viewport
  context.save()
  context.translate(x, y)
  context.scale(zoom, zoom)
  context.lineCap = 'round'
  scene.bundles.forEach((bundle, at) => {
    const strokes = new EdgeStrokes(context, scene.tones, bundle, scene.boldness)
    const [from, to] = [scene.images[at], scene.images[at + 1]]
    if (from || to) strokes.band(from, to)
    paintBundle(strokes, scene, bundle, at)
    for (const pin of scene.pinned) ringIn(strokes, bundle, pin)
  })
  context.restore()
}

function ringIn(strokes: EdgeStrokes, bundle: Bundle, pin: Pin): void {
  const at = middleOf([bundle], pin)
  if (at) strokes.ring(at)
}

function paintBundle(strokes: EdgeStrokes, scene: EdgeScene, bundle: Bundle, at: number): void {
  const linesOf = lineReader(scene, bundle)
  for (const edge of edgesOf(bundle)) {
    const line = linesOf(edge)
    if (line.weight === null) strokes.neutral(line)
    else paintLine(strokes, scene, line as Line, at)
  }
}

type ReadLine = Omit<Line, 'weight'> & { weight: number | null }

/** Reads what a curve shows from the frame; structure that the frame does not know yet has no weight. */
function lineReader(scene: EdgeScene, bundle: Bundle): (edge: DrawnEdge) => ReadLine {
  const { frame, coming, hovered, bundles, phase, largest } = scene
  const known = bundle.parameter === null ? null : frame
  const changes = channelOf(phase)
  const source = known && (phase === 'backward' ? coming : known)
  const array = source && changes && source.channel(changes, bundle.layer, bundle.parameter as string)
  const most = array instanceof Float32Array ? robustMax([array]) : 1
  return ({ pin, start, end }) => {
    const weight = known && readParameter(known, 'parameter', pin)
    const change = source && changes ? readParameter(source, changes, pin) : 0
    const strength = hovered && !belongs(pin, hovered, bundle, bundles) ? 0.16 : 1
    return {
      start,
      end,
      weight,
      size: Math.abs(weight ?? 0) / largest,
      change: Math.abs(change ?? 0) / most,
      strength,
    }
  }
}

function channelOf(phase: Phase | null): 'gradient' | 'update' | null {
  if (phase === 'backward') return 'gradient'
  return phase === 'update' ? 'update' : null
}

/** A weight by its sign; in slow motion with what happens to it. */
function paintLine(
  strokes: EdgeStrokes,
  { phase, progress, still, bundles }: EdgeScene,
  line: Line,
  at: number,
): void {
  const count = bundles.length
  if (phase === 'backward') strokes.gradient(line, still ? 1 : reached(progress, count - 1 - at, count))
  else if (phase === 'update') strokes.update(line, still ? 0.6 : Math.sin(Math.PI * Math.min(progress, 1)))
  else strokes.weight(line)
  if (phase === 'forward' && !still) strokes.signal(line, progress * count - at)
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
