import { expect, it } from 'vitest'
import { lineLook, robustMax } from './edge-look'

it('one giant weight does not make all others invisible', () => {
  const weights = Float32Array.from({ length: 100 }, (_, i) => (i === 50 ? 1000 : 1))
  expect(robustMax([weights])).toBe(1)
})

it('numbers that are not finite do not count', () => {
  expect(robustMax([Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, -2)])).toBe(2)
  expect(robustMax([])).toBe(1)
})

it('a larger weight is never drawn thinner or fainter', () => {
  const looks = [0, 0.1, 0.4, 1, 2].map(lineLook)
  looks.slice(1).forEach((look, i) => {
    expect(look.width).toBeGreaterThanOrEqual(looks[i]?.width ?? 0)
    expect(look.opacity).toBeGreaterThanOrEqual(looks[i]?.opacity ?? 0)
  })
})
