import { describe, expect, it } from 'vitest'
import { CATALOGUE, dense, INPUT, OUTPUT } from '../core/networks.fixture'
import type { Pin } from '../protocol'
import type { FrameView } from '../stream'
import { boundsOf, neuronMap, parameterValue, pinNumbers, pointNumbers } from './frame-values'

type Held = Record<
  string,
  { values: Float32Array | Uint8Array; shape: number[]; rows?: number[]; columns?: number[] }
>

function frameOf(channels: Held): FrameView {
  const key = (...names: (string | undefined)[]) => names.filter(Boolean).join(' ')
  const layout = { inputs: [{}, {}], neurons: [{ layer: 'hidden1', start: 0, count: 3 }] }
  return {
    header: {},
    layout,
    channel: (...names: string[]) => channels[key(...names)]?.values ?? null,
    shapeOf: (...names: string[]) => channels[key(...names)]?.shape ?? [],
    placeOf: (axis: 'rows' | 'columns', index: number, ...names: string[]) => {
      const place = channels[key(...names)]?.[axis]?.indexOf(index) ?? index
      return place < 0 ? null : place
    },
  } as unknown as FrameView
}

const weight = (row: number, column: number): Pin => ({
  layer: 'hidden1',
  parameter: 'weight',
  index: [row, column],
})

const FRAME = frameOf({
  'parameter hidden1 weight': { values: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] },
  pins: { values: Float32Array.of(6, 0.5, -0.05), shape: [1, 3] },
  point: { values: Float32Array.of(7, 7, 8, 8, 1, 0.1, 2, 0.2, 3, 0.3, 9, 0.9), shape: [6, 2] },
  neurons: { values: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), shape: [3, 2, 2] },
  ranges: { values: Float32Array.of(0, 1, -1, 1, -2, 2, -3, 3), shape: [4, 2] },
})

describe('a frame', () => {
  it('gives the weight from an input to a neuron', () => {
    expect(parameterValue(FRAME, weight(1, 2))).toBe(6)
  })

  it('gives the ends of a folded layer, and nothing of what lies between', () => {
    const frame = frameOf({
      'parameter hidden1 weight': {
        values: Float32Array.of(1, 2, 3, 4),
        shape: [2, 2],
        rows: [0, 1],
        columns: [0, 2],
      },
      neurons: { values: Uint8Array.of(1, 2, 3, 4, 9, 10, 11, 12), shape: [2, 2, 2], rows: [0, 2] },
      ranges: { values: Float32Array.of(0, 1, -1, 1, -3, 3), shape: [3, 2] },
    })

    expect([0, 1, 2].map((column) => parameterValue(frame, weight(1, column)))).toEqual([3, null, 4])
    expect(neuronMap(frame, 'hidden1', 1)).toBeNull()
    expect(neuronMap(frame, 'hidden1', 2)).toMatchObject({ data: Uint8Array.of(9, 10, 11, 12), high: 3 })
  })

  it('gives nothing for neurons that it does not know yet', () => {
    expect(parameterValue(FRAME, weight(1, 3))).toBeNull()
    expect(parameterValue(FRAME, { ...weight(0, 0), layer: 'fresh' })).toBeNull()
  })

  it('gives gradient and last update only of the number that was asked for', () => {
    expect(pinNumbers(FRAME, weight(1, 2), [weight(1, 2)])).toEqual({
      gradient: 0.5,
      update: Math.fround(-0.05),
    })
    expect(pinNumbers(FRAME, weight(0, 0), [weight(0, 0)])).toBeNull()
    expect(pinNumbers(FRAME, weight(1, 2), [])).toBeNull()
  })

  it('gives z and output of inputs, hidden neurons and outputs at the watched point', () => {
    expect(pointNumbers(FRAME, INPUT, 1)).toEqual({ z: 8, output: 8 })
    expect(pointNumbers(FRAME, dense('hidden1', 3), 2)?.z).toBe(3)
    expect(pointNumbers(FRAME, OUTPUT, 0)?.z).toBe(9)
    expect(pointNumbers(FRAME, dense('hidden1', 4), 3)).toBeNull()
  })

  it('gives each neuron its own map and range', () => {
    const map = neuronMap(FRAME, 'hidden1', 1)
    expect([...(map?.data ?? [])]).toEqual([5, 6, 7, 8])
    expect([map?.low, map?.high]).toEqual([-2, 2])
    expect(neuronMap(FRAME, 'hidden2', 0)).toBeNull()
  })
})

it('an activation’s bounds come from the catalogue', () => {
  expect(boundsOf(dense('hidden1'), CATALOGUE)).toEqual({ low: -1, high: 1 })
  expect(boundsOf({ ...dense('hidden1'), activation: 'relu' }, CATALOGUE)).toEqual({ low: 0, high: null })
})
