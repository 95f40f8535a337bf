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

function insideRuns(ring: Line, width: number, height: number): Line[] {
  const runs: Line[] = []
  let run: Line = []
  const close = () => {
    if (run.length > 1) runs.push(run)
    run = []
  }
  ring.forEach((point, i) => {
    const previous = ring[i - 1]
    if (previous && alongBorder(previous, point, width, height)) close()
    run.push(point)
  })
  close()
  return runs
}

function alongBorder(a: [number, number], b: [number, number], width: number, height: number): boolean {
  const onBorder = ([x, y]: [number, number]) => x <= 0 || y <= 0 || x >= width || y >= height
  return onBorder(a) && onBorder(b)
}
