import { describe, expect, it } from 'vitest'
import { divergingTable } from './color-tables'
import { ease } from './ease'
import { curveCells, neuronTable, resampleCells } from './neuron-colors'

const COLORS = divergingTable('light')
const OPEN = { low: null, high: null }

describe('a neuron’s colors', () => {
  it('have zero in the middle whatever the range', () => {
    const table = neuronTable(COLORS, 0, 2, OPEN)
    expect(table[0]).toBe(COLORS[127])
    expect(table[254]).toBe(COLORS[254])
  })

  it('keep the ends of an activation with two bounds, so that a weak neuron looks weak', () => {
    const weak = neuronTable(COLORS, -0.1, 0.1, { low: -1, high: 1 })
    expect(weak[254]).toBe(COLORS[Math.round(127 + 127 * 0.1)])
  })

  it('never leave the table', () => {
    const table = neuronTable(COLORS, -5, 5, { low: -1, high: 1 })
    expect([table[0], table[254], table[255]]).toEqual([COLORS[0], COLORS[254], COLORS[255]])
  })
})

describe('a curve’s picture', () => {
  it('is filled between zero and the curve, one column a cell', () => {
    const picture = curveCells(Uint8Array.of(254, 127, 0), -1, 1, 127)
    expect([...picture]).toEqual([254, 127, 127, 254, 127, 0, 127, 127, 0])
  })
})

describe('the easing', () => {
  it('goes from 0 to 1 and never back', () => {
    const shares = Array.from({ length: 21 }, (_, i) => ease(i / 20))
    expect([shares[0], shares[20]]).toEqual([0, 1])
    shares.slice(1).forEach((share, i) => {
      expect(share).toBeGreaterThanOrEqual(shares[i] as number)
    })
  })
})

describe('a curve drawn finer than it was sampled', () => {
  it('runs straight between its cells and keeps its ends', () => {
    expect([...resampleCells(Uint8Array.of(0, 100, 200), 5)]).toEqual([0, 50, 100, 150, 200])
  })

  it('leaves a gap where it is not finite', () => {
    expect([...resampleCells(Uint8Array.of(0, 255, 200), 5)]).toEqual([0, 255, 255, 200, 200])
  })
})
