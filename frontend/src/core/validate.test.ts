import { describe, expect, it } from 'vitest'
import type { Dense, Network } from '../protocol'
import { noPlaceFor } from './can-insert'
import { updateLayer } from './network'
import { insertLimits } from './network-edits'
import { CATALOGUE, chain, dense, experimentWith, fresh, INPUT, OUTPUT, xor } from './networks.fixture'
import { networkProblem } from './validate'

const problemOf = (network: unknown) => networkProblem(network, 2, CATALOGUE)
const LIMITS = { layers: 3, neurons: 16, parameters: 300, points: 250 }

describe('a network that can run', () => {
  it('has no problem', () => {
    expect(problemOf(xor())).toBeNull()
    expect(problemOf(chain())).toBeNull()
  })
})

describe('a network that cannot run is told in one sentence, with its layer', () => {
  it('when it runs in a loop', () => {
    const looped: Network = { ...xor(), edges: [...xor().edges, { source: 'hidden2', target: 'hidden1' }] }
    expect(problemOf(looped)).toMatchObject({ kind: 'cycle' })
    expect(problemOf(looped)?.message).toMatch(/^The layers hidden\d → hidden\d → hidden\d form a loop/)
  })

  it('when a layer is called like something of JavaScript’s own', () => {
    const strange = chain(dense('constructor'))
    expect(problemOf(strange)).toBeNull()
    const edges = [{ source: 'toString', target: 'output' }]
    expect(problemOf({ layers: [INPUT, OUTPUT], edges })).toMatchObject({ layer: 'output' })
  })

  it('when explicit values have another shape', () => {
    const initial = { weight: [[1, 2]], bias: null }
    const network = updateLayer<Dense>(xor(), 'hidden1', { initial })
    const message = '“hidden1”: its initial weight is 1 × 2 and must be 2 × 6.'
    expect(problemOf(network)).toEqual({ kind: 'shape', layer: 'hidden1', message })
  })

  it('when it is more than an operator allows', () => {
    const told = (network: Network) => networkProblem(network, 2, { ...CATALOGUE, limits: LIMITS })?.message
    const four = chain(...[1, 2, 3, 4].map((n) => dense(`hidden${n}`, 2)))
    expect(told(four)).toBe('Hidden layers: 4 is more than the 3 this server allows.')
    expect(told(chain(dense('hidden1', 17)))).toBe('Neurons: 17 is more than the 16 this server allows.')
    expect(told(chain(dense('hidden1', 16), dense('hidden2', 16)))).toBe(
      'Parameters: 337 is more than the 300 this server allows.',
    )
  })
})

describe('what the palette offers', () => {
  const offered = (network: Network, changes: object = {}) => {
    const experiment = { ...experimentWith(network), ...changes }
    const limits = insertLimits(experiment, { ...CATALOGUE, limits: LIMITS })
    return (['dense', 'dropout', 'batch_norm', 'layer_norm'] as const).map((type) =>
      noPlaceFor(type, network, limits),
    )
  }

  it('is everything that some place takes', () => {
    expect(offered(xor())).toEqual([null, null, null, null])
  })

  it('is no further hidden layer when there are as many as allowed', () => {
    const full = chain(dense('a'), dense('b'), dense('c'))
    expect(offered(full)[0]).toBe('At most 3 hidden layers here. Remove one first.')
    expect(offered(chain(dense('a'), dense('b'), fresh('dropout', chain())))[0]).toBeNull()
  })

  it('is no dropout where it stands everywhere already, and no batch normalization of one point', () => {
    const [, dropout] = offered(chain(fresh('dropout', chain())))
    expect(dropout).toBe('Dropout stands here already. Raise its rate instead.')
    const [, , batchNorm] = offered(xor(), { training: { batch_size: 1 } })
    expect(batchNorm).toMatch(/at least 2 points/)
  })
})
