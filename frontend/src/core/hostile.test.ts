import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Experiment, Network } from '../protocol'
import { hostileJson, polluted, STRANGE_IDS } from './hostile.fixture'
import { decodeLink, encodeLink, fragmentParts } from './link'
import { insertAfter, order, removeLayer, setUnits } from './network'
import { CATALOGUE, chain, dense } from './networks.fixture'
import { parameterCounts, widths } from './shapes'
import { networkProblem } from './validate'

const RUNS = { numRuns: 500 }
const packed = (bytes: string | Uint8Array): string => deflateRawSync(bytes).toString('base64url')
const whole = async (document: unknown): Promise<string> =>
  fragmentParts(`#${await encodeLink(document as Experiment)}`).get('x') ?? ''

afterEach(() => vi.unstubAllGlobals())

describe('whatever a link holds', () => {
  test('it is a document or a sentence, and reaches no prototype', async () => {
    await fc.assert(
      fc.asyncProperty(hostileJson, async (text) => {
        const opened = await decodeLink(packed(`{"network": ${text}, "data": ${text}, "__proto__": ${text}}`))

        expect('document' in opened || typeof opened.problem === 'string').toBe(true)
        expect(Object.getPrototypeOf({})).toBe(Object.prototype)
        expect(polluted()).toBeUndefined()
      }),
      RUNS,
    )
  })

  test('a letter of it may be another, or missing, or stand twice', async () => {
    const value = await whole({ network: chain(dense('hidden1'), dense('hidden2')), data: { count: 200 } })
    const harms: fc.Arbitrary<(text: string, at: number) => string> = fc.constantFrom(
      (text, at) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1),
      (text, at) => text.slice(0, at) + text.slice(at + 1),
      (text, at) => text.slice(0, at) + text[at] + text.slice(at),
      (text, at) => text.slice(0, at),
      (text, at) => `${text.slice(0, at)}%${text.slice(at)}`,
    )
    await fc.assert(
      fc.asyncProperty(harms, fc.nat(value.length - 1), async (harm, at) => {
        const opened = await decodeLink(harm(value, at))

        expect('document' in opened || /\.$/.test(opened.problem)).toBe(true)
      }),
      RUNS,
    )
  })

  test('a megabyte of letters is answered in a sentence', async () => {
    const noise = Array.from({ length: 1_000_000 }, (_, n) => 'abcXYZ019-_'[(n * 7919) % 11]).join('')

    expect(await decodeLink(noise)).toHaveProperty('problem')
  })

  test('of a bomb no more than two megabytes and a piece are unfolded', async () => {
    let unfolded = 0
    vi.stubGlobal(
      'DecompressionStream',
      countingStream((bytes) => (unfolded += bytes)),
    )
    const bomb = packed(new Uint8Array(200_000_000))

    expect(bomb.length).toBeLessThan(400_000)
    expect(await decodeLink(bomb)).toEqual({ problem: expect.stringContaining('2 MB') })
    expect(unfolded).toBeGreaterThan(2_000_000)
    expect(unfolded).toBeLessThan(4_000_000)
  })
})

/** A DecompressionStream that tells how many bytes were taken from it. */
function countingStream(count: (bytes: number) => void): typeof DecompressionStream {
  const Real = DecompressionStream
  return class {
    readable: ReadableStream<Uint8Array>
    writable: WritableStream<BufferSource>

    constructor(format: CompressionFormat) {
      const real = new Real(format)
      const reader = real.readable.getReader()
      this.writable = real.writable
      this.readable = new ReadableStream(
        {
          async pull(controller) {
            const { done, value } = await reader.read()
            if (done) return controller.close()
            count(value.length)
            controller.enqueue(value)
          },
          cancel: (reason) => reader.cancel(reason),
        },
        { highWaterMark: 0 },
      )
    }
  } as unknown as typeof DecompressionStream
}

describe('a layer that is called like something of JavaScript’s own', () => {
  const called = fc.uniqueArray(fc.constantFrom(...STRANGE_IDS), { minLength: 1, maxLength: 4 })
  const plain = (ids: readonly string[], network: Network): unknown =>
    JSON.parse(
      ids.reduce(
        (text, id, n) => text.replaceAll(JSON.stringify(id), `"plain${n}"`),
        JSON.stringify(network),
      ),
    )
  const built = (ids: readonly string[]) => chain(...ids.map((id, n) => dense(id, n + 1)))

  test('is a layer like any other', () => {
    fc.assert(
      fc.property(called, (ids) => {
        const names = ids.map((_, n) => `plain${n}`)
        const [strange, usual] = [built(ids), built(names)]

        expect(networkProblem(strange, 2, CATALOGUE)).toEqual(networkProblem(usual, 2, CATALOGUE))
        expect([...widths(strange, 2).values()]).toEqual([...widths(usual, 2).values()])
        expect([...parameterCounts(strange, 2).values()]).toEqual([...parameterCounts(usual, 2).values()])
        expect(order(strange).map(({ id }) => id)).toEqual(['input', ...ids, 'output'])
        expect(polluted()).toBeUndefined()
      }),
    )
  })

  test('is put in, changed and taken out like any other', () => {
    fc.assert(
      fc.property(called, (ids) => {
        const names = ids.map((_, n) => `plain${n}`)
        const edit = ([first = '', ...others]: readonly string[]) => {
          const grown = others.reduce(
            (network, id) => insertAfter(network, first, dense(id)),
            chain(dense(first)),
          )
          return removeLayer(setUnits(grown, first, 7), others[0] ?? '')
        }

        expect(plain(ids, edit(ids))).toEqual(edit(names))
      }),
    )
  })
})
