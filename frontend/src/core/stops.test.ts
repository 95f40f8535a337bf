import { describe, expect, test } from 'vitest'
import { linearStops, logarithmicStops, positionOf, stopAt } from './stops'

const LISTS = {
  linear: linearStops(0, 50, 5),
  fractions: linearStops(0, 1, 0.1),
  logarithmic: logarithmicStops(1e-5, 10),
  'logarithmic with zero': logarithmicStops(1e-4, 1, true),
}

describe.each(Object.entries(LISTS))('%s stops', (_, stops) => {
  test('ascend without repeating', () => {
    for (let i = 1; i < stops.length; i++) expect(stops[i]).toBeGreaterThan(stops[i - 1] as number)
  })

  test('are found where they stand', () => {
    for (const stop of stops) expect(stopAt(positionOf(stop, stops), stops)).toBe(stop)
  })

  test('hold values beyond their ends', () => {
    expect(positionOf(Number.MAX_VALUE, stops)).toBe(stops.length - 1)
    expect(positionOf(-1, stops)).toBe(0)
  })
})

test('fractions are round numbers', () => {
  expect(linearStops(0, 0.5, 0.1)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5])
})

test('the upper end is a stop even when the steps miss it', () => {
  expect(linearStops(1, 10, 4)).toEqual([1, 5, 9, 10])
})

test('a value between two stops lies between their positions', () => {
  expect(positionOf(7, [0, 5, 10])).toBeCloseTo(1.4)
})
