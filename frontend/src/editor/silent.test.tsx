import { expect, test } from 'vitest'
import { CATALOGUE, dense } from '../core/networks.fixture'
import type { DataPoint } from '../protocol'
import type { FrameView } from '../stream'
import { silentIn } from './silent'

const WIDTH = 3
const map = (...alive: number[]): number[] =>
  Array.from({ length: WIDTH * WIDTH }, (_, i) => (alive.includes(i) ? 254 : 0))

/** Four neurons of 3 × 3 places: dead, alive at the lower right corner, alive in the middle, not finite. */
const CELLS = Uint8Array.from([...map(), ...map(8), ...map(4), ...map().fill(255)])
const FRAME = {
  layout: { neurons: [{ layer: 'hidden1', start: 0, count: 4 }], domain: [-1, 1, -1, 1] },
  channel: (name: string) => (name === 'neurons' ? CELLS : new Float32Array(10)),
  shapeOf: () => [4, WIDTH, WIDTH],
  placeOf: (_axis: string, index: number) => index,
} as unknown as FrameView

const at = (x: number, y: number): DataPoint => ({ x: [x, y], target: 0, split: 'train' })
const relu = (id: string) => ({ ...dense(id, 4), activation: 'relu' as const })

test('a ReLU neuron is silent when it is 0 around every point, wherever else it is not', () => {
  expect(silentIn(FRAME, relu('hidden1'), [at(-0.5, 0.5)], CATALOGUE)).toBe(2)
  expect(silentIn(FRAME, relu('hidden1'), [at(-0.5, 0.5), at(0.9, -0.9)], CATALOGUE)).toBe(1)
})

test('where cells of 0 stand for the lower bound, nothing is called silent', () => {
  expect(silentIn(FRAME, { ...relu('hidden1'), activation: 'tanh' }, [at(0, 0)], CATALOGUE)).toBe(0)
})

test('without points, or before the frame holds the layer, nothing is called silent', () => {
  expect(silentIn(FRAME, relu('hidden1'), [], CATALOGUE)).toBe(0)
  expect(silentIn(FRAME, relu('hidden2'), [at(0, 0)], CATALOGUE)).toBe(0)
})

test('of a folded layer, which sends only some of its maps, nothing is called silent', () => {
  const folded = { ...FRAME, placeOf: (_axis: string, index: number) => (index < 2 ? index : null) }

  expect(silentIn(folded as FrameView, relu('hidden1'), [at(-0.5, 0.5)], CATALOGUE)).toBe(0)
})
