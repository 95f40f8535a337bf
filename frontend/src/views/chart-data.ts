/** A column of a growing history: a typed array may be longer than the history it holds. */
export type Column = ArrayLike<number>

/**
 * Keeps what a chart shows of columns that only grow: gaps (null) where a value is not finite or, on a logarithmic
 * axis, not positive. Only new rows are read; a shorter history starts again.
 */
export class ChartData {
  columns: (number | null)[][] = []
  private logarithmic = false
  private source: readonly unknown[] = []

  /** True when the rows held were thrown away first. */
  update(epochs: Column, series: readonly Column[], count: number, logarithmic: boolean): boolean {
    const fresh = this.mustStartAgain(epochs, series, count, logarithmic)
    if (fresh) this.columns = Array.from({ length: series.length + 1 }, () => [])
    this.logarithmic = logarithmic
    this.source = [epochs[0], series.length]
    ;[epochs, ...series].forEach((column, i) => {
      this.append(this.columns[i] as (number | null)[], column, count, i > 0)
    })
    return fresh
  }

  private mustStartAgain(
    epochs: Column,
    series: readonly Column[],
    count: number,
    logarithmic: boolean,
  ): boolean {
    const held = this.columns[0]?.length ?? 0
    const changedTail = held > 0 && held <= count && this.columns[0]?.[held - 1] !== epochs[held - 1]
    return (
      count < held ||
      changedTail ||
      logarithmic !== this.logarithmic ||
      this.source[0] !== epochs[0] ||
      this.source[1] !== series.length
    )
  }

  private append(held: (number | null)[], column: Column, count: number, gaps: boolean): void {
    for (let row = held.length; row < count; row++) {
      const value = column[row] as number
      const shown = Number.isFinite(value) && !(this.logarithmic && gaps && value <= 0)
      held.push(shown ? value : null)
    }
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
