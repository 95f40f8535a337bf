import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Row } from '../protocol'
import { HistoryColumns } from './columns'
import { unpacked } from './unpacked'

const golden = JSON.parse(readFileSync('../tests/protocol/golden_history.json', 'utf8'))
const MILLION = 1_000_000

/** It falls, see-saws from one epoch to the next, and jumps once for a single epoch. */
const lossOf = (epoch: number) =>
  epoch === 123_456 ? 7 : Math.fround((1 + 0.1 * (epoch % 2)) / Math.sqrt(1 + epoch))

function row(epoch: number): Row {
  return {
    epoch,
    step: 14 * epoch,
    train_loss: lossOf(epoch),
    validation_loss: null,
    train_metric: 0.5,
    validation_metric: null,
    learning_rate: 0.1,
    parameters: null,
  }
}

const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => row(from + i))

function fed(to: number, batch: number, after: (held: HistoryColumns) => void = () => {}): HistoryColumns {
  const history = new HistoryColumns()
  history.replace(rows(0, 1), null)
  for (let from = 1; from < to; from += batch) {
    history.write(from, rows(from, Math.min(to, from + batch)))
    after(history)
  }
  return history
}

test('what the server has packed is read to the last bit', () => {
  expect(unpacked(golden.packed)).toEqual(golden.rows)
})

describe('R11: a million epochs', () => {
  let most = 0
  const { columns } = fed(MILLION, 4000, ({ columns: { epoch, length } }) => {
    most = Math.max(most, length, epoch.buffer.byteLength / 8)
  })

  test('stay bounded in memory, with epoch 0 and the newest 300 whole', () => {
    expect(columns.length).toBeLessThanOrEqual(10_300)
    expect(most).toBeLessThanOrEqual(16_384)
    expect(columns.epoch[0]).toBe(0)
    expect(Array.from(columns.epoch.slice(-300))).toEqual(
      Array.from({ length: 300 }, (_, i) => MILLION - 300 + i),
    )
  })

  test('are the same however they were batched, and for a page that came late', () => {
    const late = new HistoryColumns()
    const early = fed(300_000, 7777).columns
    late.replace(Array.from(early.epoch, row), null)
    for (let from = 300_000; from < MILLION; from += 25_000) late.write(from, rows(from, from + 25_000))

    expect(Array.from(late.columns.epoch)).toEqual(Array.from(columns.epoch))
    expect(Array.from(late.columns.train_loss)).toEqual(Array.from(columns.train_loss))
  }, 60_000)
})

test('the epochs on both sides of a mark stay', () => {
  const history = fed(9000, 1000)
  history.hold([{ epoch: 8999.5, label: 'edit' }])
  for (let from = 9000; from < 60_000; from += 1000) history.write(from, rows(from, from + 1000))

  expect(Array.from(history.columns.epoch)).toEqual(expect.arrayContaining([8999, 9000]))
})

test('a gap is refused, also after rows were left out', () => {
  const history = fed(20_000, 1000)

  expect(history.write(20_001, [row(20_001)])).toBe(false)
  expect(history.write(20_000, [row(20_000)])).toBe(true)
})
