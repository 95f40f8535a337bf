/** The curves between neurons: where they run, and which one a pointer means. */
import type { Pin } from '../protocol'
import type { Column, Spot } from './layout-graph'

/** All curves from one column to the next. They share their ends' x, so one parameter t serves them all. */
export type Bundle = {
  /** The layer that reads the values, whose parameters the curves show. */
  layer: string
  /** `weight`: every source to every target. `scale`: each value to itself. null: values pass unchanged. */
  parameter: 'weight' | 'scale' | null
  from: number
  to: number
  sources: readonly Spot[]
  targets: readonly Spot[]
  /** Neurons of the reading layer: the weight matrix's row length. */
  units: number
}

export function bundleOf(source: Column, target: Column, parameter: Bundle['parameter']): Bundle {
  return {
    layer: target.id,
    parameter,
    from: source.center + source.reach,
    to: target.center - target.reach,
    sources: source.spots,
    targets: target.spots,
    units: target.count,
  }
}

/** How far the control points reach from each end. */
const EASE = 0.5

const bezier = (a: number, b: number, c: number, d: number, t: number) => {
  const u = 1 - t
  return a * u * u * u + 3 * b * u * u * t + 3 * c * u * t * t + d * t * t * t
}

export function curveX({ from, to }: Pick<Bundle, 'from' | 'to'>, t: number): number {
  const reach = (to - from) * EASE
  return bezier(from, from + reach, to - reach, to, t)
}

export function curveY(start: number, end: number, t: number): number {
  return bezier(start, start, end, end, t)
}

/** The control points' x of every curve in the bundle. */
export function controlsX({ from, to }: Pick<Bundle, 'from' | 'to'>): [number, number] {
  const reach = (to - from) * EASE
  return [from + reach, to - reach]
}

/** The t at which the bundle's curves are at `x`; they run left to right, so there is one. */
export function parameterAt(bundle: Pick<Bundle, 'from' | 'to'>, x: number): number {
  let [low, high] = [0, 1]
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2
    if (curveX(bundle, middle) < x) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The slope of a curve at t, to measure distance across it rather than down. */
function steepness(bundle: Bundle, start: number, end: number, t: number): number {
  const step = 1e-3
  const rise = curveY(start, end, t + step) - curveY(start, end, t - step)
  const run = curveX(bundle, t + step) - curveX(bundle, t - step)
  return rise / (run || 1e-9)
}

export type EdgeHit = { pin: Pin; distance: number; x: number; y: number }

/** The curve nearest to a point, if it is within `reach`. Of two about as near, the heavier: `sizeOf` tells it. */
export function nearestEdge(
  bundles: readonly Bundle[],
  point: { x: number; y: number },
  reach: number,
  sizeOf: (pin: Pin) => number = () => 0,
): EdgeHit | null {
  const bundle = bundles.find(({ from, to }) => point.x >= from && point.x <= to)
  if (!bundle?.parameter) return null
  const t = parameterAt(bundle, point.x)
  const hits = edgesOf(bundle).map(({ pin, start, end }) => {
    const y = curveY(start, end, t)
    const across = Math.abs(y - point.y) / Math.hypot(1, steepness(bundle, start, end, t))
    return { pin, distance: across, x: point.x, y }
  })
  const near = hits.filter(({ distance }) => distance <= reach)
  const best = (hit: EdgeHit) => hit.distance - Math.min(sizeOf(hit.pin), 1) * 2
  return near.sort((a, b) => best(a) - best(b))[0] ?? null
}

export type DrawnEdge = { pin: Pin; offset: number; start: number; end: number }

/** Every curve of a bundle; `offset` is its number's place in the flat parameter array. */
export function edgesOf(bundle: Bundle): DrawnEdge[] {
  const { layer, parameter, sources, targets, units } = bundle
  if (parameter !== 'weight')
    return targets.map(({ index, y }) => ({
      pin: { layer, parameter: 'scale', index: [index] },
      offset: index,
      start: y,
      end: y,
    }))
  return sources.flatMap((source) =>
    targets.map((target) => ({
      pin: { layer, parameter: 'weight' as const, index: [source.index, target.index] },
      offset: source.index * units + target.index,
      start: source.y,
      end: target.y,
    })),
  )
}

/** Where a pinned weight's curve is at its middle; null when it is folded away. */
export function middleOf(bundles: readonly Bundle[], pin: Pin): { x: number; y: number } | null {
  const bundle = bundles.find(({ layer, parameter }) => layer === pin.layer && parameter === pin.parameter)
  const edge = bundle && edgesOf(bundle).find((held) => samePin(held.pin, pin))
  return bundle && edge ? { x: curveX(bundle, 0.5), y: curveY(edge.start, edge.end, 0.5) } : null
}

export function samePin(a: Pin, b: Pin): boolean {
  return a.layer === b.layer && a.parameter === b.parameter && a.index.join() === b.index.join()
}
