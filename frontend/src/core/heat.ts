import { LAST_CELL, NOT_FINITE_CELL } from './color-tables'

/** A map of uint8 cells: rows from the top (greatest y), 0..254 from `low` to `high`, 255 where not finite. */
export type HeatCells = {
  width: number
  height: number
  data: Uint8Array
}

export type Heat = HeatCells & { low: number; high: number }

/** The cell value that stands for `value`; a fraction where it lies between two. */
export function cellOf(value: number, low: number, high: number): number {
  return ((value - low) / (high - low || 1)) * LAST_CELL
}

/** The value at shares `left`, `top` of the map, to the cells' own accuracy; NaN where it is not finite. */
export function heatValue({ width, height, data, low, high }: Heat, left: number, top: number): number {
  const column = Math.min(width - 1, Math.max(0, Math.floor(left * width)))
  const row = Math.min(height - 1, Math.max(0, Math.floor(top * height)))
  const cell = data[row * width + column] ?? NOT_FINITE_CELL
  return cell === NOT_FINITE_CELL ? Number.NaN : low + ((high - low) * cell) / LAST_CELL
}
