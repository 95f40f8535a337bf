import { scaleLinear } from 'd3-scale'

/** Where something lies on a plot: shares in 0..1 from its left and its top. */
export type PlotPlace = { left: number; top: number }
export type DataPlace = { x: number; y: number }
export type Interval = readonly [from: number, to: number]

/** What a plot shows: x to the right, y up. */
export type Domain = { x: Interval; y: Interval }

export function toPlot({ x, y }: DataPlace, domain: Domain): PlotPlace {
  return { left: share(x, domain.x), top: 1 - share(y, domain.y) }
}

export function toData({ left, top }: PlotPlace, domain: Domain): DataPlace {
  return { x: at(left, domain.x), y: at(1 - top, domain.y) }
}

/** The same place, held within the domain. */
export function clampTo(place: DataPlace, { x, y }: Domain): DataPlace {
  const hold = (value: number, [from, to]: Interval) => Math.min(Math.max(value, from), to)
  return { x: hold(place.x, x), y: hold(place.y, y) }
}

function share(value: number, [from, to]: Interval): number {
  return (value - from) / (to - from || 1)
}

function at(position: number, [from, to]: Interval): number {
  return from + position * (to - from)
}

/** About `count` round values inside the interval. */
export function linearTicks([from, to]: Interval, count = 5): number[] {
  return scaleLinear().domain([from, to]).ticks(count)
}
