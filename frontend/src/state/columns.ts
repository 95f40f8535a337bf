import { staying } from '../core/staying'
import type { Mark, OlderRows, Row } from '../protocol'
import { unpacked } from './unpacked'

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

/**
 * Rows by their epochs, which only grow, but for a restart or an undo; of a long history those that stay (EV8).
 * `columns` is a new object after every change.
 */
export class HistoryColumns {
  columns: Columns
  private room = 256
  private readonly held: Record<ColumnName, Float64Array>
  private parameters: (readonly number[] | null)[] = []
  private marked: ReadonlySet<number> = new Set()

  constructor() {
    this.held = Object.fromEntries(NAMES.map((name) => [name, new Float64Array(this.room)])) as Record<
      ColumnName,
      Float64Array
    >
    this.columns = this.viewOf(0)
  }

  /** Puts rows from the epoch `offset` on and forgets those held beyond; a gap is refused, as every epoch enters once. */
  write(offset: number, rows: readonly Row[]): boolean {
    const { length, epoch } = this.columns
    if (offset > (length ? (epoch[length - 1] as number) + 1 : 0)) return false
    let start = length
    while (start > 0 && (epoch[start - 1] as number) >= offset) start--
    this.put(start, rows)
    if (offset > 0) this.thinOut()
    return true
  }

  /** All there is, thinned out by the server, in place of what is held. */
  replace(rows: readonly Row[], older: OlderRows | null | undefined): void {
    this.put(0, older ? [...unpacked(older), ...rows] : rows)
  }

  /** Epochs on both sides of a mark stay, from now on. */
  hold(marks: readonly Mark[]): void {
    this.marked = new Set(marks.flatMap(({ epoch }) => [Math.floor(epoch), Math.floor(epoch) + 1]))
  }

  /** A copy that stays as it is: the ghost. */
  copy(): Columns {
    const { length } = this.columns
    const copied = Object.fromEntries(NAMES.map((name) => [name, this.held[name].slice(0, length)]))
    return { ...copied, length, parameters: this.parameters.slice() } as unknown as Columns
  }

  private put(start: number, rows: readonly Row[]): void {
    this.grow(start + rows.length)
    rows.forEach((row, i) => {
      for (const name of NAMES) this.held[name][start + i] = row[name] ?? Number.NaN
    })
    this.parameters.length = start
    for (const { parameters } of rows)
      this.parameters.push(parameters?.map((value) => value ?? Number.NaN) ?? null)
    this.columns = this.viewOf(start + rows.length)
  }

  private thinOut(): void {
    const { epoch, train_loss, length } = this.columns
    const stays = staying(epoch, train_loss, length, this.marked)
    if (!stays || stays.length === length) return
    for (const name of NAMES) {
      const column = this.held[name]
      stays.forEach((row, i) => {
        column[i] = column[row] as number
      })
    }
    this.parameters = stays.map((row) => this.parameters[row] ?? null)
    this.columns = this.viewOf(stays.length)
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
