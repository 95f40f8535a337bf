import { type ColorTable, LAST_CELL, MIDDLE_CELL, NOT_FINITE_CELL } from './color-tables'

export type Bounds = { low: number | null; high: number | null }

/**
 * The colors of a neuron's cells over `low`..`high`. An activation with two bounds keeps them as its ends, so that
 * equal outputs look equal at every epoch; any other is orange below zero and blue above, up to its own greatest.
 */
export function neuronTable(colors: ColorTable, low: number, high: number, bounds: Bounds): ColorTable {
  const bounded = bounds.low !== null && bounds.high !== null
  const center = bounded ? ((bounds.low as number) + (bounds.high as number)) / 2 : 0
  const reach = bounded
    ? ((bounds.high as number) - (bounds.low as number)) / 2
    : Math.max(Math.abs(low), Math.abs(high))
  return colors.map((pixel, cell) => {
    if (cell === NOT_FINITE_CELL) return pixel
    const value = low + ((high - low) * cell) / LAST_CELL
    const share = Math.min(Math.max((value - center) / (reach || 1), -1), 1)
    return colors[Math.round(MIDDLE_CELL + MIDDLE_CELL * share)] as number
  })
}

/** A curve's cells [width] as a picture [width × width]: filled from zero to the curve, empty elsewhere. */
export function curveCells(cells: Uint8Array, low: number, high: number, zeroCell: number): Uint8Array {
  const size = cells.length
  const picture = new Uint8Array(size * size).fill(Math.min(Math.max(Math.round(zeroCell), 0), LAST_CELL))
  const rowOf = (cell: number) => (1 - cell / LAST_CELL) * (size - 1)
  const zeroRow = high > low ? rowOf(Math.min(Math.max(zeroCell, 0), LAST_CELL)) : (size - 1) / 2
  cells.forEach((cell, column) => {
    const row = cell === NOT_FINITE_CELL ? 0 : rowOf(cell)
    const [from, to] = [Math.floor(Math.min(row, zeroRow)), Math.ceil(Math.max(row, zeroRow))]
    for (let at = from; at <= to; at++) picture[at * size + column] = cell
  })
  return picture
}

/** A curve's cells at `size` even steps, so that it is drawn smooth; next to a cell that is not finite, the nearest counts. */
export function resampleCells(cells: Uint8Array, size: number): Uint8Array {
  const step = (cells.length - 1) / Math.max(size - 1, 1)
  return Uint8Array.from({ length: size }, (_, at) => {
    const place = at * step
    const [before, after] = [cells[Math.floor(place)] as number, cells[Math.ceil(place)] as number]
    if (before === NOT_FINITE_CELL || after === NOT_FINITE_CELL) return cells[Math.round(place)] as number
    return Math.round(before + (after - before) * (place % 1))
  })
}
