import { expect, test } from 'vitest'
import { deviceWords } from './device-words'

test.each([
  ['cpu', 'Trains on the CPU, with JAX.'],
  ['gpu: NVIDIA H100', 'Trains on the GPU NVIDIA H100, with JAX.'],
  ['', ''],
])('the device %s is said in words', (device, words) => {
  expect(deviceWords(device)).toBe(words)
})
