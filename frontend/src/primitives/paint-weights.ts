import { type ColorTable, LAST_CELL, MIDDLE_CELL, NOT_FINITE_CELL } from '../core/color-tables'
import { paintHeat } from './paint-heat'

/**
 * Paints a weight matrix [rows × columns] with zero in the middle of the colors and the largest weight at their end.
 * Returns that largest size, for the legend; 0 where nothing is finite.
 */
export function paintWeights(
  canvas: HTMLCanvasElement,
  weights: Float32Array,
  columns: number,
  rows: number,
  colors: ColorTable,
): number {
  const largest = largestSize(weights)
  paintHeat(canvas, { width: columns, height: rows, data: toCells(weights, largest) }, colors)
  return largest
}

export function largestSize(weights: Float32Array): number {
  let largest = 0
  for (const weight of weights) {
    const size = Math.abs(weight)
    if (size > largest && size < Number.POSITIVE_INFINITY) largest = size
  }
  return largest
}

function toCells(weights: Float32Array, largest: number): Uint8Array {
  const cells = new Uint8Array(weights.length)
  const scale = largest ? MIDDLE_CELL / largest : 0
  weights.forEach((weight, i) => {
    const cell = Math.round(MIDDLE_CELL + weight * scale)
    cells[i] = Number.isFinite(weight) ? Math.min(Math.max(cell, 0), LAST_CELL) : NOT_FINITE_CELL
  })
  return cells
}
