import { describe, expect, it } from 'vitest'
import type { Pin } from '../protocol'
import { bundleOf, curveX, curveY, edgesOf, middleOf, nearestEdge, parameterAt } from './edge-geometry'
import type { Column } from './layout-graph'

const column = (id: string, center: number, ys: number[], count = ys.length): Column => ({
  id,
  kind: 'thumbs',
  count,
  left: center - 80,
  width: 160,
  center,
  reach: 20,
  spots: ys.map((y, index) => ({ index, y })),
  image: null,
})

const BUNDLE = bundleOf(column('input', 0, [100, 200]), column('hidden1', 200, [50, 150, 250]), 'weight')

describe('the curves', () => {
  it('leave and reach their neurons level', () => {
    const level = 1e-3
    expect(curveY(100, 250, level) - 100).toBeLessThan(1e-3)
    expect([curveX(BUNDLE, 0), curveX(BUNDLE, 1)]).toEqual([20, 180])
    expect([curveY(100, 250, 0), curveY(100, 250, 1)]).toEqual([100, 250])
  })

  it('run from left to right, so that each x has one parameter', () => {
    for (const x of [21, 60, 100, 179]) expect(curveX(BUNDLE, parameterAt(BUNDLE, x))).toBeCloseTo(x, 3)
  })

  it('number the weights as the matrix [inputs × units] does', () => {
    expect(edgesOf(BUNDLE).map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5])
    expect(edgesOf(BUNDLE)[4]?.pin).toEqual({ layer: 'hidden1', parameter: 'weight', index: [1, 1] })
  })

  it('keep the numbers of neurons that are folded away', () => {
    const folded = bundleOf(
      column('input', 0, [0, 1]),
      { ...column('big', 200, [0]), count: 64, spots: [{ index: 63, y: 0 }] },
      'weight',
    )
    expect(edgesOf(folded).map(({ offset }) => offset)).toEqual([63, 127])
  })
})

describe('the pointer', () => {
  it('finds every curve at its middle', () => {
    for (const { pin, start, end } of edgesOf(BUNDLE)) {
      const point = { x: curveX(BUNDLE, 0.4), y: curveY(start, end, 0.4) }
      expect(nearestEdge([BUNDLE], point, 8)?.pin).toEqual(pin)
    }
  })

  it('finds none far from all', () => {
    expect(nearestEdge([BUNDLE], { x: 100, y: 400 }, 8)).toBeNull()
    expect(nearestEdge([BUNDLE], { x: 10, y: 100 }, 8)).toBeNull()
  })

  it('prefers the heavier of two that cross', () => {
    const crossing = bundleOf(column('a', 0, [100, 200]), column('b', 200, [100, 200]), 'weight')
    const heavy: Pin = { layer: 'b', parameter: 'weight', index: [1, 0] }
    const sizeOf = (pin: Pin) => (pin.index.join() === '1,0' ? 1 : 0)
    expect(nearestEdge([crossing], { x: 100, y: 150 }, 8, sizeOf)?.pin).toEqual(heavy)
  })

  it('finds a normalization’s scale on the straight line to its port', () => {
    const norm = bundleOf(column('hidden1', 0, [50, 90]), column('batch_norm1', 200, [50, 90]), 'scale')
    expect(nearestEdge([norm], { x: 100, y: 91 }, 8)?.pin).toEqual({
      layer: 'batch_norm1',
      parameter: 'scale',
      index: [1],
    })
  })
})

describe('a pinned weight', () => {
  it('lies on its curve', () => {
    const pin: Pin = { layer: 'hidden1', parameter: 'weight', index: [0, 2] }
    expect(middleOf([BUNDLE], pin)).toEqual({ x: 100, y: curveY(100, 250, 0.5) })
  })

  it('lies nowhere when it is folded away', () => {
    expect(middleOf([BUNDLE], { layer: 'hidden1', parameter: 'weight', index: [0, 9] })).toBeNull()
  })
})
