import { expect, test } from 'vitest'
import { ChartData, extent, padded } from './chart-data'

const EPOCHS = [0, 1, 2, 3]

test('new rows are appended to the old', () => {
  const data = new ChartData()

  data.update(EPOCHS, [[9, 8, 7, 6]], 2, false)
  const began = data.columns[1]
  data.update(EPOCHS, [[9, 8, 7, 6]], 4, false)

  expect(data.columns).toEqual([EPOCHS, [9, 8, 7, 6]])
  expect(data.columns[1]).toBe(began)
})

test('values that are not finite leave a gap and the rest stays', () => {
  const data = new ChartData()

  data.update(EPOCHS, [[1, Number.NaN, Number.POSITIVE_INFINITY, 2]], 4, false)

  expect(data.columns[1]).toEqual([1, null, null, 2])
})

test('a logarithmic axis has no place for zero, though epoch 0 stays', () => {
  const data = new ChartData()

  data.update(EPOCHS, [[1, 0, -1, 2]], 4, true)

  expect(data.columns).toEqual([EPOCHS, [1, null, null, 2]])
})

test('after a restart the old rows are gone', () => {
  const data = new ChartData()

  data.update(EPOCHS, [[1, 2, 3, 4]], 4, false)
  data.update(EPOCHS, [[5, 6]], 2, false)

  expect(data.columns).toEqual([
    [0, 1],
    [5, 6],
  ])
})

test('another run of the same epochs takes the place of the first, though nothing was trained', () => {
  const data = new ChartData()

  data.update(EPOCHS, [[0.97]], 1, false)
  data.update(EPOCHS, [[0.733]], 1, false)

  expect(data.columns).toEqual([[0], [0.733]])
})

test('another run that has already come further takes the place of the first', () => {
  const data = new ChartData()

  data.update(EPOCHS, [[9, 8, Number.NaN]], 3, false)
  data.update(EPOCHS, [[9, 8, 5, 4]], 4, false)

  expect(data.columns[1]).toEqual([9, 8, 5, 4])
})

test('turning to a logarithmic axis reads every row again', () => {
  const data = new ChartData()

  data.update(EPOCHS, [[0, 2, 3, 4]], 4, false)
  data.update(EPOCHS, [[0, 2, 3, 4]], 4, true)

  expect(data.columns[1]).toEqual([null, 2, 3, 4])
})

test('the extent passes over gaps, and nothing has none', () => {
  expect(extent([[3, null, 1], [2]])).toEqual([1, 3])
  expect(extent([[null]])).toBeNull()
})

test('air around a range keeps a logarithmic one positive and a flat one open', () => {
  expect(padded([0.1, 1], true)[0]).toBeGreaterThan(0)
  const [low, high] = padded([2, 2], false)
  expect(high).toBeGreaterThan(low)
})
