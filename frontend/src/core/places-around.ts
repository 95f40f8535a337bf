import type { DataPoint } from '../protocol'

/** The window of a map: left, right, bottom, top; its places run from edge to edge, row by row from the top. */
type Domain = readonly [left: number, right: number, bottom: number, top: number]

/**
 * The places of a map, `[width × height]` with height 1 for one input, between which the points lie. Where a sum that is
 * linear in x and y is at most 0 at all places around a point, it is so at the point.
 */
export function placesAround(
  points: readonly DataPoint[],
  [left, right, bottom, top]: Domain,
  width: number,
  height: number,
): number[] {
  const found = new Set<number>()
  for (const { x } of points)
    for (const row of height > 1 ? around(top, bottom, x[1] ?? 0, height) : [0])
      for (const column of around(left, right, x[0] ?? 0, width)) found.add(row * width + column)
  return [...found]
}

/** The last step before a value and the first after it, of `steps` from `start` to `end`. */
function around(start: number, end: number, value: number, steps: number): [number, number] {
  const at = Math.min(Math.max(((value - start) / (end - start)) * (steps - 1), 0), steps - 1)
  return [Math.floor(at), Math.ceil(at)]
}
