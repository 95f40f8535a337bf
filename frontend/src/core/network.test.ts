import { describe, expect, it } from 'vitest'
import type { AnyLayer, Dense, Network } from '../protocol'
import { canInsert } from './can-insert'
import {
  chainOf,
  edgeAt,
  insertAfter,
  insertOnEdge,
  moveLayer,
  type OfferedType,
  order,
  removeLayer,
  setUnits,
  updateLayer,
} from './network'
import { chain, dense, fresh, xor } from './networks.fixture'
import { parameterCounts, shapes, withFittingValues } from './shapes'

/** A repeatable source of choices: mulberry32. */
function chance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const TYPES: OfferedType[] = ['dense', 'dropout', 'batch_norm', 'layer_norm']

/** Any edit that a person could make, chosen by chance. */
function randomEdit(network: Network, pick: (below: number) => number): Network {
  const slot = pick(network.layers.length - 1)
  const edge = edgeAt(network, slot) as NonNullable<ReturnType<typeof edgeAt>>
  const id = (network.layers[pick(network.layers.length)] as AnyLayer).id
  const edits = [
    () => insertOnEdge(network, edge, fresh(TYPES[pick(4)] as OfferedType, network)),
    () => insertAfter(network, edge.source, fresh('dense', network)),
    () => removeLayer(network, id),
    () => moveLayer(network, id, edge),
  ]
  return (edits[pick(edits.length)] as () => Network)()
}

function expectChain(network: Network): void {
  const ids = network.layers.map(({ id }) => id)
  expect(chainOf(network)?.map(({ id }) => id)).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.every((id) => /^[a-z][a-z0-9_]{0,31}$/.test(id))).toBe(true)
  expect(ids.at(0)).toBe('input')
  expect(ids.at(-1)).toBe('output')
}

describe('the network', () => {
  it('is itself again after a layer was put on any edge and taken out', () => {
    for (const edge of xor().edges)
      for (const type of TYPES) {
        const layer = fresh(type, xor())
        expect(removeLayer(insertOnEdge(xor(), edge, layer), layer.id)).toEqual(xor())
      }
  })

  it('stays one chain with unique, valid ids whatever is done to it', () => {
    for (let seed = 0; seed < 60; seed++) {
      const pick = chance(seed)
      let network = xor()
      for (let step = 0; step < 20; step++) network = randomEdit(network, pick)
      expectChain(network)
    }
  })

  it('has the same layers after a move, and the moved one on its new edge', () => {
    const network = chain(dense('hidden1'), fresh('dropout', xor()), dense('hidden2'))
    for (const edge of network.edges) {
      const moved = moveLayer(network, 'dropout1', edge)
      expectChain(moved)
      expect(new Set(moved.layers)).toEqual(new Set(network.layers))
    }
    expect(
      moveLayer(network, 'hidden1', { source: 'hidden2', target: 'output' }).layers.map(({ id }) => id),
    ).toEqual(['input', 'dropout1', 'hidden2', 'hidden1', 'output'])
  })

  it('stays as it is when a layer is moved to where it stands', () => {
    expect(moveLayer(xor(), 'hidden1', { source: 'input', target: 'hidden1' })).toEqual(xor())
    expect(moveLayer(xor(), 'hidden1', { source: 'hidden1', target: 'hidden2' })).toEqual(xor())
  })

  it('keeps its input and its output', () => {
    expect(removeLayer(xor(), 'input')).toEqual(xor())
    expect(removeLayer(xor(), 'output')).toEqual(xor())
  })

  it('is put in order whatever the order of its layers', () => {
    const shuffled = { ...xor(), layers: xor().layers.toReversed() }
    expect(order(shuffled)).toEqual(xor().layers)
  })

  it('leaves out layers that only feed each other', () => {
    const loop = [
      { source: 'hidden1', target: 'hidden2' },
      { source: 'hidden2', target: 'hidden1' },
    ]
    expect(order({ ...xor(), edges: loop }).map(({ id }) => id)).toEqual(['input', 'output'])
    expect(chainOf({ ...xor(), edges: loop })).toBeNull()
  })

  it('holds between 1 and 256 neurons in a layer', () => {
    expect(shapes(setUnits(xor(), 'hidden1', 0), 2).get('hidden1')).toEqual([1])
    expect(shapes(setUnits(xor(), 'hidden1', 999), 2).get('hidden1')).toEqual([256])
  })
})

describe('shapes and counts', () => {
  it('of 2-6-4-1 are 18, 28 and 5 trained numbers', () => {
    const counts = parameterCounts(xor(), 2)
    expect(['input', 'hidden1', 'hidden2', 'output'].map((id) => counts.get(id))).toEqual([0, 18, 28, 5])
  })

  it('leave a bias that is off uncounted', () => {
    expect(parameterCounts(updateLayer<Dense>(xor(), 'hidden1', { bias: false }), 2).get('hidden1')).toBe(12)
  })

  it('pass through dropout and normalization, which counts a scale and a shift for each value', () => {
    const network = insertAfter(
      insertAfter(xor(), 'hidden1', fresh('batch_norm', xor())),
      'batch_norm1',
      fresh('dropout', xor()),
    )
    expect(shapes(network, 2).get('dropout1')).toEqual([6])
    expect(parameterCounts(network, 2).get('batch_norm1')).toBe(12)
    expect(parameterCounts(network, 2).get('dropout1')).toBe(0)
  })
})

describe('explicit initial values', () => {
  const given = updateLayer<Dense>(xor(), 'hidden2', {
    initial: { weight: Array.from({ length: 6 }, () => [0, 0, 0, 0]), bias: null },
  })

  it('stay while they fit', () => {
    expect(withFittingValues(given, 2)).toEqual(given)
  })

  it('go when the layer before has another width', () => {
    const changed = withFittingValues(setUnits(given, 'hidden1', 7), 2)
    expect(changed.layers[2]).toMatchObject({ id: 'hidden2', initial: null })
  })
})

describe('where a layer may stand', () => {
  const edge = { source: 'hidden1', target: 'hidden2' }
  const limits = { layers: 12, batchSize: 10 } as const

  it('is everywhere for what helps', () => {
    for (const type of TYPES) expect(canInsert(type, edge, xor(), limits)).toBe(true)
  })

  it('has a limit of hidden layers, which moving one does not touch', () => {
    expect(canInsert('dense', edge, xor(), { ...limits, layers: 2 })).toMatch(/At most 2 hidden layers/)
    expect(canInsert('dense', edge, xor(), { ...limits, layers: 2, moving: 'hidden2' })).toBe(true)
  })

  it('is not beside a dropout for another one', () => {
    const network = insertOnEdge(xor(), edge, fresh('dropout', xor()))
    expect(canInsert('dropout', { source: 'hidden1', target: 'dropout1' }, network, limits)).toMatch(
      /Raise its rate/,
    )
  })

  it('is nowhere for batch normalization over batches of one point', () => {
    expect(canInsert('batch_norm', edge, xor(), { ...limits, batchSize: 1 })).toMatch(/at least 2 points/)
  })
})
