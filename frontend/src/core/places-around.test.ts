import { expect, test } from 'vitest'
import { placesAround } from './places-around'

const point = (...x: number[]) => ({ x, target: 0, split: 'train' as const })
const sorted = (places: number[]) => places.toSorted((a, b) => a - b)

test('a point lies between four places, counted by rows from the top', () => {
  expect(sorted(placesAround([point(0.5, 0.5)], [-1, 1, -1, 1], 3, 3))).toEqual([1, 2, 4, 5])
})

test('a point on a place needs that one alone, and one outside the nearest', () => {
  expect(placesAround([point(-1, 1)], [-1, 1, -1, 1], 3, 3)).toEqual([0])
  expect(placesAround([point(9, -9)], [-1, 1, -1, 1], 3, 3)).toEqual([8])
})

test('with one input a point lies between two places', () => {
  expect(sorted(placesAround([point(0.25)], [0, 1, 0, 1], 3, 1))).toEqual([0, 1])
})
