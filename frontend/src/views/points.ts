import { mix, type Rgb, toCss } from '../core/color'
import { classColors, divergingColor, type Tone } from '../core/color-tables'

export const TRAIN = 0
export const VALIDATION = 1
export const TEST = 2

/** The points of a plot, column by column. */
export type PlotPoints = {
  x: ArrayLike<number>
  y: ArrayLike<number>
  /** A class id, or the target's value. */
  target: ArrayLike<number>
  /** TRAIN, VALIDATION or TEST. */
  split: ArrayLike<number>
  /** How many classes there are; 0 where targets are values. */
  classes: number
  /** The values at the ends of the colors, where targets are values. */
  range?: readonly [low: number, high: number] | undefined
  /** The points that are ringed while the others step back: the batch in slow motion. */
  lit?: ReadonlySet<number> | undefined
}

/** How points stand out from what is below them: how much darker than their class, and the rim around them. */
export type PointInk = { darker: number; rim: string | null; tone: Tone }

/** On a heatmap, in both themes. */
export const ON_HEAT: PointInk = { darker: 0.3, rim: 'rgba(255, 255, 255, 0.88)', tone: 'light' }

const BLACK: Rgb = [0, 0, 0]

/** The color of each point: its class's or value's. */
export function pointColor(points: PlotPoints, ink: PointInk): (target: number) => string {
  if (points.classes > 0) {
    const colors = classColors(points.classes).map((color) => toCss(mix(color, BLACK, ink.darker)))
    return (target) => colors[target] ?? '#555'
  }
  const [low, high] = points.range ?? [-1, 1]
  const share = (target: number) => (2 * (target - low)) / (high - low || 1) - 1
  return (target) => toCss(mix(divergingColor(share(target), ink.tone), BLACK, ink.darker / 2))
}

/** Corners, size against the circle's radius (for equal weight) and the angle of the first corner; no corners: a circle. */
const SHAPES: readonly { corners: number; size: number; startDegrees: number }[] = [
  { corners: 0, size: 1, startDegrees: 0 },
  { corners: 4, size: 1.23, startDegrees: 45 },
  { corners: 3, size: 1.36, startDegrees: -90 },
  { corners: 4, size: 1.28, startDegrees: 0 },
  { corners: 6, size: 1.12, startDegrees: 0 },
  { corners: 3, size: 1.36, startDegrees: 90 },
]

/** The corners of a class's shape around 0, 0; null for the circle. Class is never told by color alone. */
export function markerCorners(shape: number, radius: number): [x: number, y: number][] | null {
  const { corners, size, startDegrees } = SHAPES[shape % SHAPES.length] as (typeof SHAPES)[number]
  if (corners === 0) return null
  return Array.from({ length: corners }, (_, i) => {
    const angle = ((startDegrees + (360 * i) / corners) * Math.PI) / 180
    return [size * radius * Math.cos(angle), size * radius * Math.sin(angle)]
  })
}

/** The same as a path for a canvas. */
export function markerPath(shape: number, radius: number): Path2D {
  const path = new Path2D()
  const corners = markerCorners(shape, radius)
  if (!corners) path.arc(0, 0, radius, 0, 2 * Math.PI)
  for (const [x, y] of corners ?? []) path.lineTo(x, y)
  path.closePath()
  return path
}
