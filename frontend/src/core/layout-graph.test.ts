import { describe, expect, it } from 'vitest'
import {
  beyond,
  type ColumnSpec,
  fitViewport,
  isFolded,
  keepInView,
  LAYOUT_SIZES,
  layOutGraph,
  nearestSlot,
  slotBetween,
  zoomFor,
} from './layout-graph'

const column = (id: string, count: number, more: Partial<ColumnSpec> = {}): ColumnSpec => ({
  id,
  kind: 'thumbs',
  count,
  expanded: false,
  width: 160,
  ...more,
})

const XOR = [
  column('input', 2, { width: 112 }),
  column('hidden1', 6),
  column('hidden2', 4),
  column('output', 1),
]
const AREA = { width: 760, height: 560 }

describe('the layout', () => {
  it('stands every column around the same middle', () => {
    const { columns } = layOutGraph(XOR, AREA)
    const middles = columns.map(({ spots }) => ((spots[0]?.y ?? 0) + (spots.at(-1)?.y ?? 0)) / 2)
    for (const middle of middles) expect(middle).toBeCloseTo(middles[0] as number)
  })

  it('never lets cards or neurons overlap', () => {
    for (const width of [320, 760, 2000]) {
      const { columns, thumb } = layOutGraph([...XOR, column('extra', 9)], { width, height: 420 })
      columns.slice(1).forEach((next, i) => {
        const before = columns[i] as (typeof columns)[number]
        expect(next.left).toBeGreaterThanOrEqual(before.left + before.width)
      })
      for (const { spots } of columns)
        spots.slice(1).forEach((spot, i) => {
          expect(spot.y - (spots[i]?.y ?? 0)).toBeGreaterThanOrEqual(thumb)
        })
    }
  })

  it('uses the width it gets', () => {
    expect(layOutGraph(XOR, AREA).width).toBeCloseTo(AREA.width)
  })

  it('folds more than ten neurons to the first and last around a weight image', () => {
    const folded = layOutGraph([column('input', 2), column('hidden1', 64), column('output', 1)], AREA)
      .columns[1]
    expect(folded?.spots.map(({ index }) => index)).toEqual([0, 1, 62, 63])
    expect(folded?.image).not.toBeNull()
  })

  it('opens up to 32 of them when asked', () => {
    expect(isFolded({ kind: 'thumbs', count: 32, expanded: true })).toBe(false)
    expect(isFolded({ kind: 'thumbs', count: 33, expanded: true })).toBe(true)
  })

  it('keeps neurons at touch size when there are many, and grows downwards', () => {
    const open = layOutGraph([column('input', 2), column('hidden1', 32, { expanded: true })], AREA)
    expect(open.thumb).toBeGreaterThanOrEqual(24)
    expect(open.height).toBeGreaterThan(AREA.height)
  })

  it('lets values pass a layer without neurons as high as they come', () => {
    const { columns } = layOutGraph(
      [column('input', 2), column('dropout1', 2, { kind: 'ports' }), column('output', 1)],
      AREA,
    )
    expect(columns[1]?.spots).toEqual(columns[0]?.spots)
  })

  it('finds the slot under a pointer', () => {
    const layout = layOutGraph(XOR, AREA)
    for (const slot of [0, 1, 2])
      expect(nearestSlot(layout, slotBetween(layout, slot)?.center ?? 0)).toBe(slot)
    expect(nearestSlot(layout, -100)).toBe(0)
    expect(nearestSlot(layout, 9999)).toBe(2)
  })

  it('shows all of a network that fits, and never shrinks it below four fifths', () => {
    const area = { left: 10, top: 20, width: 760, height: 560 }
    expect(fitViewport({ width: 760, height: 560 }, area)).toEqual({ x: 10, y: 20, zoom: 1 })
    expect(fitViewport({ width: 4000, height: 560 }, area)).toEqual({ x: 10, y: 20, zoom: 0.8 })
    expect(fitViewport({ width: 600, height: 560 }, area).x).toBe(90)
  })
})

describe('the zoom', () => {
  it('shrinks a wide network no further than to four fifths', () => {
    expect(zoomFor(XOR, 760, LAYOUT_SIZES)).toBe(1)
    expect(zoomFor([...XOR, ...XOR], 760, LAYOUT_SIZES)).toBe(0.8)
    const needed = zoomFor(XOR, 600, LAYOUT_SIZES)
    expect(layOutGraph(XOR, { width: 600 / needed, height: 500 }).width * needed).toBeCloseTo(600)
  })
})

describe('a network wider than its frame', () => {
  const wide = { columns: [0, 200, 400, 600].map((left) => ({ left, width: 160 })), width: 760 }
  const layout = wide as unknown as Parameters<typeof beyond>[0] & typeof wide
  const frame = { left: 12, width: 366 }
  const view = { x: 12, y: 14, zoom: 1 }

  it('says what lies beyond each side', () => {
    expect(beyond(layout, view, 390)).toEqual({ left: 0, right: 2, cutLeft: false, cutRight: true })
    expect(beyond(layout, { ...view, x: -382 }, 390)).toEqual({
      left: 2,
      right: 0,
      cutLeft: true,
      cutRight: false,
    })
  })

  it('stays where it was moved to, as far as there is network', () => {
    expect(keepInView(view, layout, frame, -100).x).toBe(-100)
    expect(keepInView(view, layout, frame, -900).x).toBe(12 + 366 - 760)
    expect(keepInView(view, layout, frame, 300).x).toBe(12)
  })

  it('brings a new column into view, and moves no further than that', () => {
    const { x } = keepInView(view, layout, frame, 12, layout.columns[2])
    expect(x + 560).toBeLessThanOrEqual(12 + 366)
    expect(x + 400).toBeGreaterThanOrEqual(12)
    expect(keepInView(view, layout, frame, -100, layout.columns[1]).x).toBe(-100)
  })

  it('is left alone when it fits', () => {
    expect(keepInView(view, layout, { left: 12, width: 900 }, -100).x).toBe(12)
  })
})
