import type { Catalogue, DataPoint, OwnPoint, OwnPoints, Source } from '../protocol'
import type { Task } from './task'

/** How many points this server takes; none before it has said so. */
export const mostPoints = (catalogue: Catalogue | null): number => catalogue?.limits.points ?? 0

type Place = { x: number; y: number }

/** The present points as the learner's own, so that drawing goes on from what is seen. */
export function asOwnPoints(source: Source, points: readonly DataPoint[], task: Task): OwnPoints {
  if (source.type === 'points') return source
  const items = points.map(
    ({ x, target, split }) => ({ x: x.map(rounded), target: rounded(target), split }) as OwnPoint,
  )
  return {
    type: 'points',
    kind: task.kind,
    classes: Math.max(2, task.classes),
    inputs: task.inputs === 1 ? 1 : 2,
    items,
  }
}

/** A point at a place. Over one input the height is the target, else the brush says it. */
export function pointAt({ x, y }: Place, target: number, inputs: number): OwnPoint {
  return inputs === 1 ? { x: [rounded(x)], target: rounded(y) } : { x: [rounded(x), rounded(y)], target }
}

/** The points that are farther than `radius` from the place. */
export function erased(items: readonly OwnPoint[], place: Place, radius: number): OwnPoint[] {
  return items.filter((item) => distance(item, place) > radius)
}

/** A place near the brush's middle. `random` gives numbers in 0..1. */
export function sprayed({ x, y }: Place, radius: number, random: () => number = Math.random): Place {
  const angle = 2 * Math.PI * random()
  const reach = radius * Math.sqrt(random())
  return { x: x + reach * Math.cos(angle), y: y + reach * Math.sin(angle) }
}

function distance({ x, target }: OwnPoint, place: Place): number {
  return Math.hypot(x[0] - place.x, (x[1] ?? target) - place.y)
}

/** Two decimals are finer than the picture and keep the document short. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
