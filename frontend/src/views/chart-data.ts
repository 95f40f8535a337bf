/** A column of a growing history: a typed array may be longer than the history it holds. */
export type Column = ArrayLike<number>

/**
 * Keeps what a chart shows of columns that only grow: gaps (null) where a value is not finite or, on a logarithmic
 * axis, not positive. Only new rows are read; a history that is another at the first or last row held starts again.
 */
export class ChartData {
  columns: (number | null)[][] = []
  private logarithmic = false

  /** True when the rows held were thrown away first. */
  update(epochs: Column, series: readonly Column[], count: number, logarithmic: boolean): boolean {
    const source = [epochs, ...series]
    const fresh = logarithmic !== this.logarithmic || !this.goesOn(source, count)
    this.logarithmic = logarithmic
    if (fresh) this.columns = source.map(() => [])
    for (const [i, held] of this.columns.entries())
      for (let row = held.length; row < count; row++) held.push(this.shown(source, i, row))
    return fresh
  }

  private goesOn(source: readonly Column[], count: number): boolean {
    const held = this.columns[0]?.length ?? 0
    if (count < held || source.length !== this.columns.length) return false
    const ends = held ? [0, held - 1] : []
    return ends.every((row) => this.columns.every((column, i) => column[row] === this.shown(source, i, row)))
  }

  private shown(source: readonly Column[], i: number, row: number): number | null {
    const value = source[i]?.[row] as number
    return Number.isFinite(value) && !(this.logarithmic && i > 0 && value <= 0) ? value : null
  }
}

/** The least and greatest number in the columns, nulls and NaN passed over; null where there is none. */
export function extent(columns: readonly ArrayLike<number | null>[]): [low: number, high: number] | null {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      const value = column[i]
      if (value === null || value === undefined || !Number.isFinite(value)) continue
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  return low <= high ? [low, high] : null
}

/** The interval with some air around it, on a straight or a logarithmic axis. */
export function padded([low, high]: readonly [number, number], logarithmic: boolean): [number, number] {
  if (logarithmic) {
    const air = Math.max((high / low) ** 0.06, 1.04)
    return [low / air, high * air]
  }
  const air = (high - low || Math.abs(high) || 1) * 0.06
  return [low >= 0 ? Math.max(0, low - air) : low - air, high + air]
}
