import { expect, test } from 'vitest'
import type { Row } from '../protocol'
import { HistoryColumns } from '../state/columns'
import { ChartData } from './chart-data'

const MILLION = 1_000_000
const PEAK = 123_456

/** It falls, see-saws from one epoch to the next, and jumps once for a single epoch. */
const lossOf = (epoch: number) =>
  epoch === PEAK ? 7 : Math.fround((1 + 0.1 * (epoch % 2)) / Math.sqrt(1 + epoch))

const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ epoch: from + i, train_loss: lossOf(from + i) }) as Row)

test('R11: a million epochs are drawn from few rows, each at its place, a peak of one epoch among them', () => {
  const [history, chart] = [new HistoryColumns(), new ChartData()]
  let most = 0
  for (let from = 0; from < MILLION; from += 4000) {
    history.write(from, rows(from, 4000))
    const { epoch, train_loss, length } = history.columns
    chart.update(epoch, [train_loss], length, true)
    most = Math.max(most, chart.columns[0]?.length ?? 0)
  }
  const [epochs = [], losses = []] = chart.columns as number[][]

  expect(most).toBeLessThan(14_400)
  expect(epochs.length).toBeLessThanOrEqual(10_300)
  expect(epochs).toEqual(Array.from(history.columns.epoch))
  expect(losses).toEqual(epochs.map(lossOf))
  expect(losses[epochs.indexOf(PEAK)]).toBe(7)
  expect([epochs[0], epochs.at(-1)]).toEqual([0, MILLION - 1])
}, 60_000)
