import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Experiment } from '../protocol'
import { decodeLink, encodeLink, fragmentParts } from './link'

/** Any JSON, with what breaks encodings: umlauts, quotes, line ends, surrogates, long rows of numbers. */
function anyValue(chance: () => number, depth = 0): unknown {
  const kinds = depth > 3 ? 3 : 5
  const kind = Math.floor(chance() * kinds)
  if (kind === 0) return Math.round((chance() - 0.5) * 1e6) / 1e3
  if (kind === 1) return ['XOR', 'Grün → Blau', '“quoted”\n', '🧵', '</script>', ''][Math.floor(chance() * 6)]
  if (kind === 2) return chance() < 0.5 ? null : chance() < 0.5
  const length = Math.floor(chance() * 6)
  if (kind === 3) return Array.from({ length }, () => anyValue(chance, depth + 1))
  return Object.fromEntries(Array.from({ length }, (_, i) => [`key${i}`, anyValue(chance, depth + 1)]))
}

function chanceOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 16807) % 2147483647
    return state / 2147483647
  }
}

const fragmentValue = (fragment: string): string => fragmentParts(`#${fragment}`).get('x') ?? ''

const packed = (text: string): string => deflateRawSync(text).toString('base64url')

describe('a link', () => {
  test('gives back the document that went in, whatever it holds', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const document = { network: anyValue(chanceOf(seed)), data: anyValue(chanceOf(seed + 1000)) }
      const fragment = await encodeLink(document as unknown as Experiment)

      expect(fragment).toMatch(/^x=[\w-]+$/)
      expect(await decodeLink(fragmentValue(fragment))).toEqual({ document })
    }
  })

  test('is far shorter than the document', async () => {
    const layers = Array.from({ length: 50 }, (_, i) => ({
      id: `hidden${i}`,
      type: 'dense',
      units: 4,
      activation: 'tanh',
    }))
    const document = { network: { layers }, data: {} }

    expect((await encodeLink(document as unknown as Experiment)).length).toBeLessThan(
      JSON.stringify(document).length / 4,
    )
  })

  test.each(['', '!!!', 'abc', 'AAAA', 'y'.repeat(500)])(
    'that is broken (%.8s) is answered in a sentence',
    async (value) => {
      expect(await decodeLink(value)).toEqual({ problem: expect.stringContaining('incomplete') })
    },
  )

  test('that was cut off anywhere is answered in a sentence', async () => {
    const value = fragmentValue(
      await encodeLink({ network: { layers: [1, 2, 3] }, data: { count: 5 } } as unknown as Experiment),
    )
    for (let length = 1; length < value.length - 1; length++)
      expect(await decodeLink(value.slice(0, length))).toHaveProperty('problem')
  })

  test.each(['[1, 2]', '"text"', 'null', '{"other": 1}'])(
    'that holds something else (%s) says so',
    async (text) => {
      expect(await decodeLink(packed(text))).toEqual({ problem: expect.stringContaining('does not hold') })
    },
  )

  test('that would unfold to more than 2 MB is not unfolded', async () => {
    const value = packed(JSON.stringify({ network: 'a'.repeat(3_000_000), data: 1 }))

    expect(value.length).toBeLessThan(10_000)
    expect(await decodeLink(value)).toEqual({ problem: expect.stringContaining('2 MB') })
  })

  test('cannot reach the prototype of all objects', async () => {
    await decodeLink(
      packed(
        '{"network": {}, "data": {}, "__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}',
      ),
    )

    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

test('a fragment may hold a link and a class key', () => {
  expect([...fragmentParts('#key=abc&x=def')]).toEqual([
    ['key', 'abc'],
    ['x', 'def'],
  ])
})
