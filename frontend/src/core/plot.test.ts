import { expect, test } from 'vitest'
import { cellOf, heatValue } from './heat'
import { labelRows } from './label-rows'
import { logTicks } from './log-ticks'
import { clampTo, linearTicks, toData, toPlot } from './plot-scale'
import { sampleRows } from './sample-rows'

const DOMAIN = { x: [-6, 6], y: [-2, 4] } as const

test('a place goes to the plot and back unchanged', () => {
  for (const place of [
    { x: -6, y: -2 },
    { x: 1.25, y: 3.5 },
    { x: 9, y: -7 },
  ]) {
    const back = toData(toPlot(place, DOMAIN), DOMAIN)
    expect(back.x).toBeCloseTo(place.x, 12)
    expect(back.y).toBeCloseTo(place.y, 12)
  }
})

test('the greatest y is at the top', () => {
  expect(toPlot({ x: -6, y: 4 }, DOMAIN)).toEqual({ left: 0, top: 0 })
})

test('a clamped place lies in the domain', () => {
  expect(clampTo({ x: 99, y: -99 }, DOMAIN)).toEqual({ x: 6, y: -2 })
})

test('ticks are round and inside', () => {
  expect(linearTicks([-6, 6])).toEqual([-6, -4, -2, 0, 2, 4, 6])
})

test('logarithmic ticks are round, ascending, inside and few', () => {
  for (const [low, high] of [
    [0.02, 1],
    [1e-9, 1e4],
    [0.11, 0.13],
    [0.5, 40],
  ] as const) {
    const ticks = logTicks(low, high)
    expect(ticks.length).toBeGreaterThan(1)
    expect(ticks.length).toBeLessThanOrEqual(7)
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b))
    for (const tick of ticks) {
      expect(tick).toBeGreaterThanOrEqual(low)
      expect(tick).toBeLessThanOrEqual(high)
      expect(Number(tick.toPrecision(3))).toBe(tick)
    }
  }
})

test('labels of one row never touch, and a label without room gives way', () => {
  const labels = [0, 5, 8, 9, 40].map((left) => ({ left, width: 20 }))

  expect(labelRows(labels, 3, 2)).toEqual([0, 1, 2, null, 0])
})

test('a short history is shown whole', () => {
  expect(sampleRows(4, 60)).toEqual([0, 1, 2, 3])
})

test('a long history keeps epoch 0 and the newest rows one by one', () => {
  const rows = sampleRows(10_000, 60)

  expect(rows.length).toBeLessThanOrEqual(60)
  expect(rows[0]).toBe(0)
  expect(rows.slice(-30)).toEqual(Array.from({ length: 30 }, (_, i) => 9970 + i))
  expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b))
})

test('a cell reads back as its value, and one that is not finite as NaN', () => {
  const heat = { width: 2, height: 1, data: Uint8Array.of(cellOf(0.5, -1, 1), 255), low: -1, high: 1 }

  expect(heatValue(heat, 0.1, 0.5)).toBeCloseTo(0.5, 2)
  expect(heatValue(heat, 0.9, 0.5)).toBeNaN()
})
