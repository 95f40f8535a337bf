import { expect, test } from 'vitest'
import type { Experiment } from '../protocol'
import { emptyModel } from '../state/model'
import { QUALITIES, type Quality } from './quality'
import { NOTHING, watchOf } from './watching'

const FINEST = QUALITIES[0] as Quality

function modelOf(view: object) {
  const experiment = { view, network: { layers: [{ id: 'hidden1' }], edges: [] } } as unknown as Experiment
  return { ...emptyModel(), experiment }
}

test('a hovered place goes before a pinned one', () => {
  const model = { ...modelOf({}), pinnedPoint: [1, 1], hoveredPoint: [2, 3] }

  expect(watchOf(model, FINEST).point).toEqual([2, 3])
  expect(watchOf({ ...model, hoveredPoint: null }, FINEST).point).toEqual([1, 1])
})

test('pins of a layer that is gone are not asked for', () => {
  const pins = ['hidden1', 'hidden2'].map((layer) => ({ layer, parameter: 'bias', index: [0] }))

  expect(watchOf({ ...modelOf({}), pins } as never, FINEST).pins).toHaveLength(1)
})

test('only the ends of folded layers are asked for', () => {
  expect(watchOf({ ...modelOf({}), folded: ['hidden1', 'gone'] }, FINEST).folded).toEqual(['hidden1'])
})

test('slow motion is asked for at one update a second alone', () => {
  expect(watchOf(modelOf({ speed: '1 update/s', slow_motion: true }), FINEST).slow_motion).toBe(true)
  expect(watchOf(modelOf({ speed: 'max', slow_motion: true }), FINEST).slow_motion).toBe(false)
})

test('Present asks for a finer map, a slow machine for a coarser one', () => {
  expect(watchOf({ ...modelOf({}), present: true }, FINEST).boundary).toBeGreaterThan(FINEST.boundary)
  expect(watchOf(modelOf({}), QUALITIES.at(-1) as Quality).boundary).toBeLessThan(FINEST.boundary)
})

test('a hidden tab asks for no picture at all', () => {
  const { frames_per_second, ...rest } = NOTHING

  expect(frames_per_second).toBeLessThan(1)
  expect(Object.values(rest).filter((value) => (Array.isArray(value) ? value.length : value))).toEqual([])
})
