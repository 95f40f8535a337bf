import { describe, expect, test } from 'vitest'
import { fromPixel, toPixel } from './color'
import {
  centeredTable,
  classColors,
  classTables,
  decisionTable,
  divergingTable,
  LAST_CELL,
  MIDDLE_CELL,
  magnitudeTable,
  NEGATIVE,
  NOT_FINITE_CELL,
  POSITIVE,
} from './color-tables'

const distance = (a: number, b: number) => {
  const [x, y] = [fromPixel(a), fromPixel(b)]
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2])
}

describe.each(['light', 'dark'] as const)('the diverging table, %s', (tone) => {
  const table = divergingTable(tone)
  const zero = table[MIDDLE_CELL] as number

  test('goes evenly from zero to both ends', () => {
    for (const end of [0, LAST_CELL]) {
      const whole = distance(table[end] as number, zero)
      for (let step = 0; step <= MIDDLE_CELL; step++) {
        const cell = end === 0 ? MIDDLE_CELL - step : MIDDLE_CELL + step
        expect(Math.abs(distance(table[cell] as number, zero) - (whole * step) / MIDDLE_CELL)).toBeLessThan(
          1.8,
        )
      }
    }
  })

  test('has orange below and blue above', () => {
    const [redLow, , blueLow] = fromPixel(table[0] as number)
    const [redHigh, , blueHigh] = fromPixel(table[LAST_CELL] as number)

    expect(redLow).toBeGreaterThan(blueLow)
    expect(blueHigh).toBeGreaterThan(redHigh)
  })

  test('is opaque everywhere, and what is not finite has a color of its own', () => {
    for (const pixel of table) expect(pixel >>> 24).toBe(255)
    expect(Array.from(table.slice(0, NOT_FINITE_CELL))).not.toContain(table[NOT_FINITE_CELL])
  })
})

test('at full strength the ends are the exact class colors', () => {
  const table = divergingTable('light', 1)

  expect(table[0]).toBe(toPixel(NEGATIVE))
  expect(table[LAST_CELL]).toBe(toPixel(POSITIVE))
})

test('magnitudes grow lighter', () => {
  const lightness = (pixel: number) => fromPixel(pixel).reduce((sum, channel) => sum + channel, 0)
  const table = magnitudeTable('light')

  expect(lightness(table[LAST_CELL] as number)).toBeGreaterThan(lightness(table[MIDDLE_CELL] as number))
  expect(lightness(table[MIDDLE_CELL] as number)).toBeGreaterThan(lightness(table[0] as number))
})

test('ten classes have ten colors', () => {
  expect(new Set(classColors(10).map(String)).size).toBe(10)
})

test('a class fades where its share is no better than chance', () => {
  const [table] = classTables('light', 4)
  const certain = table?.[LAST_CELL] as number

  expect(table?.[0]).toBe(table?.[Math.floor(LAST_CELL / 4)])
  expect(distance(table?.[LAST_CELL / 2] as number, certain)).toBeLessThan(
    distance(table?.[64] as number, certain),
  )
})

test('a decision has two colors that change at the level', () => {
  const table = decisionTable(divergingTable('light'), 100)

  expect(new Set(table.slice(0, NOT_FINITE_CELL)).size).toBe(2)
  expect(table[99]).toBe(table[0])
  expect(table[100]).toBe(table[LAST_CELL])
})

test('centering moves the middle color to the value asked for', () => {
  const colors = divergingTable('light')
  const table = centeredTable(colors, 0, 2, 0)

  expect(table[0]).toBe(colors[MIDDLE_CELL])
  expect(table[LAST_CELL]).toBe(colors[LAST_CELL])
})

test('centering a symmetric range changes nothing', () => {
  const colors = divergingTable('dark')

  expect(centeredTable(colors, -3, 3, 0)).toEqual(colors)
})
