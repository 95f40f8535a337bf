import { expect, test } from 'vitest'
import { CATALOGUE, dense } from '../core/networks.fixture'
import type { FrameView } from '../stream'
import { silentIn } from './silent'

/** Three neurons of 2 × 2 places: silent, alive, not finite. */
const CELLS = Uint8Array.of(0, 0, 0, 0, 0, 0, 254, 0, 255, 255, 255, 255)
const FRAME = {
  layout: { neurons: [{ layer: 'hidden1', start: 0, count: 3 }] },
  channel: (name: string) => (name === 'neurons' ? CELLS : Float32Array.of(0, 1, 0, 1, 0, 1, 0, 1)),
  shapeOf: () => [3, 2, 2],
} as unknown as FrameView

test('a ReLU neuron that is 0 at every place is silent, one that is not somewhere is alive', () => {
  expect(silentIn(FRAME, { ...dense('hidden1', 3), activation: 'relu' }, CATALOGUE)).toBe(1)
})

test('where cells of 0 stand for the lower bound, nothing is called silent', () => {
  expect(silentIn(FRAME, { ...dense('hidden1', 3), activation: 'tanh' }, CATALOGUE)).toBe(0)
})

test('a layer that the frame does not hold yet has no silent neuron', () => {
  expect(silentIn(FRAME, { ...dense('hidden2', 3), activation: 'relu' }, CATALOGUE)).toBe(0)
})
