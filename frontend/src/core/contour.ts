import { contours } from 'd3-contour'

/** A line through cell coordinates: x in 0..width from the left, y in 0..height from the top. */
export type Line = [x: number, y: number][]

/**
 * Where the field `cells` [height × width, rows from the top] crosses `level`, with linear interpolation between
 * the cells' centers. Runs along the grid's border are no crossing and are left out.
 */
export function contourLines(cells: ArrayLike<number>, width: number, height: number, level: number): Line[] {
  const { coordinates } = contours()
    .size([width, height])
    .contour(cells as number[], level)
  return coordinates.flatMap((polygon) => polygon.flatMap((ring) => insideRuns(ring as Line, width, height)))
}

/** A ring cut where it runs along the border; whole where it never does. */
function insideRuns(ring: Line, width: number, height: number): Line[] {
  const open = ring.slice(1) // a ring ends where it begins
  const cuts = open.flatMap((point, i) => (alongBorder(open.at(i - 1), point, width, height) ? [i] : []))
  const [first] = cuts
  if (first === undefined) return [ring]
  const turned = [...open.slice(first), ...open.slice(0, first)]
  const starts = cuts.map((cut) => cut - first)
  return starts.map((start, i) => turned.slice(start, starts[i + 1])).filter((run) => run.length > 1)
}

function alongBorder(a: Line[number] | undefined, b: Line[number], width: number, height: number): boolean {
  const onBorder = ([x, y]: Line[number]) => x <= 0 || y <= 0 || x >= width || y >= height
  return a !== undefined && onBorder(a) && onBorder(b)
}
