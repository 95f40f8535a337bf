import { type Domain, toPlot } from '../core/plot-scale'
import { markerPath, ON_HEAT, type PlotPoints, type PointInk, pointColor, TEST, TRAIN } from './points'

/** Draws every point onto a surface of `width` × `height` CSS px: shape = class, fill = split. */
export function paintPoints(
  context: CanvasRenderingContext2D,
  points: PlotPoints,
  domain: Domain,
  size: { width: number; height: number; radius: number },
  ink: PointInk = ON_HEAT,
): void {
  const colorOf = pointColor(points, ink)
  const shapes = Array.from({ length: Math.max(1, points.classes) }, (_, i) => markerPath(i, size.radius))
  const dot = markerPath(0, size.radius * 0.36)
  for (const i of drawingOrder(points)) {
    const target = points.target[i] as number
    const place = toPlot({ x: points.x[i] as number, y: points.y[i] as number }, domain)
    const shape = shapes[points.classes ? target : 0] ?? shapes[0]
    context.save()
    context.translate(place.left * size.width, place.top * size.height)
    if (points.lit) paintLight(context, points.lit.has(i), size.radius, ink)
    paintMarker(
      context,
      { shape: shape as Path2D, dot, color: colorOf(target), rim: ink.rim },
      points.split[i] as number,
    )
    context.restore()
  }
}

/** A ring around a lit point, on a rim; the others step back. */
function paintLight(context: CanvasRenderingContext2D, lit: boolean, radius: number, ink: PointInk): void {
  if (!lit) {
    context.globalAlpha = 0.35
    return
  }
  for (const [color, width] of [
    [ink.rim ?? 'rgba(255, 255, 255, 0.88)', 4.5],
    [LIGHT, 2.2],
  ] as const) {
    context.beginPath()
    context.arc(0, 0, 2.1 * radius, 0, 2 * Math.PI)
    context.strokeStyle = color
    context.lineWidth = width
    context.stroke()
  }
}

const LIGHT = '#5b5bd6'

type MarkerInk = { shape: Path2D; dot: Path2D; color: string; rim: string | null }

/** Filled for training, a ring for validation, a ring with a dot for the test set; on a rim where the ink has one. */
function paintMarker(
  context: CanvasRenderingContext2D,
  { shape, dot, color, rim }: MarkerInk,
  split: number,
): void {
  context.lineJoin = 'round'
  if (rim) {
    context.strokeStyle = rim
    context.lineWidth = split === TRAIN ? 1.8 : 3.2
    context.stroke(shape)
  }
  context.fillStyle = split === TRAIN ? color : (rim ?? 'transparent')
  context.fill(shape)
  if (split === TRAIN) return
  context.strokeStyle = color
  context.lineWidth = 1.5
  context.stroke(shape)
  context.fillStyle = color
  if (split === TEST) context.fill(dot)
}

/** Training points lie on top: they are what the network is fitted to; and lit ones above all. */
function drawingOrder(points: PlotPoints): number[] {
  const indices = Array.from({ length: points.x.length }, (_, i) => i)
  const height = (i: number) => (points.lit?.has(i) ? -1 : (points.split[i] as number))
  return indices.sort((a, b) => height(b) - height(a) || a - b)
}

/** The point nearest to a place, if within `reach` (as a share of the plot's width); its index, else null. */
export function nearestPoint(
  points: PlotPoints,
  domain: Domain,
  place: { left: number; top: number },
  reach: number,
): number | null {
  let best: number | null = null
  let least = reach
  for (let i = 0; i < points.x.length; i++) {
    const at = toPlot({ x: points.x[i] as number, y: points.y[i] as number }, domain)
    const distance = Math.hypot(at.left - place.left, at.top - place.top)
    if (distance <= least) [best, least] = [i, distance]
  }
  return best
}
