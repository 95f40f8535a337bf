import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { bucketSize, staying } from './staying'

const golden = JSON.parse(readFileSync('../tests/protocol/golden_history.json', 'utf8'))

/** As `golden_history` in tests/engine/test_history.py draws them. */
function lehmer(count: number): number[] {
  let seed = 1
  return Array.from({ length: count }, (_, epoch) => {
    seed = (seed * 16_807) % 2_147_483_647
    return epoch % 97 === 5 ? Number.NaN : seed % 1000
  })
}

test('what stays of a long history is what the server keeps of it', () => {
  const { count, marks, kept, checksum } = golden.thinned
  const held = new Set<number>(marks.flatMap((m: number) => [Math.floor(m), Math.floor(m) + 1]))
  const epochs = Array.from({ length: count }, (_, i) => i)
  const stays = staying(epochs, lehmer(count), count, held) ?? []

  expect(stays).toHaveLength(kept)
  expect(stays.reduce((sum, row) => (sum * 31 + (epochs[row] as number)) % 2_147_483_647, 0)).toBe(checksum)
})

describe('nothing is left out', () => {
  test.each([0, 1, 300, 4800, 9300])('of %i epochs', (count) => {
    const epochs = Array.from({ length: count }, (_, i) => i)
    expect(staying(epochs, epochs, count, new Set())).toBeNull()
  })
})

test('buckets double when there would be more than 4,500', () => {
  expect([4800, 4801, 9300, 9301, 18_300, 18_301].map(bucketSize)).toEqual([1, 2, 2, 4, 4, 8])
})
