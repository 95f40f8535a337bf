import type { Row } from '../protocol'

export type ColumnName = Exclude<keyof Row, 'parameters'>

const NAMES = [
  'epoch',
  'step',
  'train_loss',
  'validation_loss',
  'train_metric',
  'validation_metric',
  'learning_rate',
] as const satisfies readonly ColumnName[]

/** The history, column by column; numbers that do not exist are NaN. Arrays are views, valid until the next change. */
export type Columns = {
  readonly length: number
  /** Every trained number after each epoch, where there are at most 8. */
  readonly parameters: readonly (readonly number[] | null)[]
} & { readonly [name in ColumnName]: Float64Array }

/** Rows that only grow, but for a restart or an undo. `columns` is a new object after every change. */
export class HistoryColumns {
  columns: Columns
  private room = 256
  private readonly held: Record<ColumnName, Float64Array>
  private parameters: (readonly number[] | null)[] = []

  constructor() {
    this.held = Object.fromEntries(NAMES.map((name) => [name, new Float64Array(this.room)])) as Record<
      ColumnName,
      Float64Array
    >
    this.columns = this.viewOf(0)
  }

  /** Puts rows at `offset` and forgets those beyond; a gap is refused, as every epoch enters exactly once. */
  write(offset: number, rows: readonly Row[]): boolean {
    if (offset > this.columns.length) return false
    this.grow(offset + rows.length)
    rows.forEach((row, i) => {
      for (const name of NAMES) this.held[name][offset + i] = row[name] ?? Number.NaN
    })
    this.parameters.length = offset
    for (const { parameters } of rows)
      this.parameters.push(parameters?.map((value) => value ?? Number.NaN) ?? null)
    this.columns = this.viewOf(offset + rows.length)
    return true
  }

  /** A copy that stays as it is: the ghost. */
  copy(): Columns {
    const { length } = this.columns
    const copied = Object.fromEntries(NAMES.map((name) => [name, this.held[name].slice(0, length)]))
    return { ...copied, length, parameters: this.parameters.slice() } as unknown as Columns
  }

  private viewOf(length: number): Columns {
    const views = Object.fromEntries(NAMES.map((name) => [name, this.held[name].subarray(0, length)]))
    return { ...views, length, parameters: this.parameters } as unknown as Columns
  }

  private grow(rows: number): void {
    if (rows <= this.room) return
    while (this.room < rows) this.room *= 2
    for (const name of NAMES) {
      const larger = new Float64Array(this.room)
      larger.set(this.held[name].subarray(0, this.columns.length))
      this.held[name] = larger
    }
  }
}

/** The last row as plain numbers; null before there is one. */
export function lastRow(columns: Columns): Record<ColumnName, number> | null {
  const last = columns.length - 1
  if (last < 0) return null
  return Object.fromEntries(NAMES.map((name) => [name, columns[name][last] as number])) as Record<
    ColumnName,
    number
  >
}
