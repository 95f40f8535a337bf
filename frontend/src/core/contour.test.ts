import { expect, test } from 'vitest'
import { contourLines } from './contour'

const SIZE = 40

/** A field of `value(x, y)` at the centers of the cells, x and y in 0..1 from the left and the top. */
function field(value: (x: number, y: number) => number): number[] {
  return Array.from({ length: SIZE * SIZE }, (_, i) =>
    value(((i % SIZE) + 0.5) / SIZE, (Math.floor(i / SIZE) + 0.5) / SIZE),
  )
}

test('the contour of a plane is a straight line', () => {
  const [line, ...others] = contourLines(
    field((x, y) => x + 0.5 * y),
    SIZE,
    SIZE,
    0.6,
  )
  const inside = (line ?? []).filter(([x, y]) => x > 1 && x < SIZE - 1 && y > 1 && y < SIZE - 1)

  expect(others).toEqual([])
  expect(inside.length).toBeGreaterThan(20)
  for (const [x, y] of inside) expect(x / SIZE + (0.5 * y) / SIZE).toBeCloseTo(0.6, 6)
})

test('a hill has one closed contour', () => {
  const lines = contourLines(
    field((x, y) => -Math.hypot(x - 0.5, y - 0.5)),
    SIZE,
    SIZE,
    -0.3,
  )

  expect(lines).toHaveLength(1)
  expect(lines[0]?.at(0)).toEqual(lines[0]?.at(-1))
  for (const [x, y] of lines[0] ?? []) expect(Math.hypot(x / SIZE - 0.5, y / SIZE - 0.5)).toBeCloseTo(0.3, 2)
})

test('a field that never crosses the level has no contour, not even along the border', () => {
  expect(
    contourLines(
      field(() => 1),
      SIZE,
      SIZE,
      0.5,
    ),
  ).toEqual([])
  expect(
    contourLines(
      field(() => 0),
      SIZE,
      SIZE,
      0.5,
    ),
  ).toEqual([])
})

test('a saddle is crossed by two lines', () => {
  const lines = contourLines(
    field((x, y) => (x - 0.5) * (y - 0.5)),
    SIZE,
    SIZE,
    0.01,
  )

  expect(lines).toHaveLength(2)
})
