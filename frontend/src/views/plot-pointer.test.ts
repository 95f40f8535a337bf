import type { KeyboardEvent, PointerEvent } from 'react'
import { expect, test } from 'vitest'
import { type PathStep, PlotPointer, type PlotTarget } from './plot-pointer'

const DOMAIN = { x: [-6, 6], y: [-6, 6] } as const

/** A pointer event on a plot of 120 × 120 px, at shares of its size. */
function at(left: number, top: number, more: object = {}): PointerEvent<HTMLElement> {
  const currentTarget = {
    getBoundingClientRect: () => ({ left: 0, top: 0, width: 120, height: 120 }),
    setPointerCapture: () => {},
  }
  const event = {
    clientX: 120 * left,
    clientY: 120 * top,
    button: 0,
    shiftKey: false,
    currentTarget,
    ...more,
  }
  return event as unknown as PointerEvent<HTMLElement>
}

function key(name: string, shiftKey = false): KeyboardEvent<HTMLElement> {
  return {
    key: name,
    shiftKey,
    preventDefault() {},
    stopPropagation() {},
  } as unknown as KeyboardEvent<HTMLElement>
}

function listening(): { pointer: PlotPointer; hovered: (PlotTarget | null)[]; pinned: PlotTarget[] } {
  const pointer = new PlotPointer(DOMAIN, [])
  const hovered: (PlotTarget | null)[] = []
  const pinned: PlotTarget[] = []
  pointer.props = { onHover: (target) => hovered.push(target), onPin: (target) => pinned.push(target) }
  return { pointer, hovered, pinned }
}

function drawing(): { pointer: PlotPointer; steps: PathStep[] } {
  const pointer = new PlotPointer(DOMAIN, [])
  const steps: PathStep[] = []
  pointer.props = { onPointerPath: (step) => steps.push(step) }
  return { pointer, steps }
}

test('hovering tells the place in the data, y upwards', () => {
  const { pointer, hovered } = listening()

  pointer.move(at(0.75, 0.25))
  pointer.leave()

  expect(hovered).toEqual([{ x: 3, y: 3, point: null }, null])
})

test('a click pins the place', () => {
  const { pointer, pinned } = listening()

  pointer.down(at(0.5, 0))
  pointer.up(at(0.5, 0))

  expect(pinned).toEqual([{ x: 0, y: 6, point: null }])
})

test('arrow keys walk the crosshair, never out of the domain, and Enter pins it', () => {
  const { pointer, hovered, pinned } = listening()

  for (let i = 0; i < 9; i++) pointer.key(key('ArrowRight', true))
  pointer.key(key('Enter'))

  expect(hovered[0]).toMatchObject({ x: 1.5, y: 0 })
  expect(pinned).toEqual([{ x: 6, y: 0, point: null }])
})

test('drawing reports the whole path with the point it began on', () => {
  const { pointer, steps } = drawing()
  pointer.pointAt = ({ left }) => (left < 0.5 ? 7 : null)

  pointer.down(at(0.25, 0.5))
  pointer.move(at(0.75, 0.5))
  pointer.up(at(0.75, 0.5))

  expect(steps.map(({ phase, x, point }) => [phase, x, point])).toEqual([
    ['start', -3, 7],
    ['move', 3, 7],
    ['end', 3, 7],
  ])
})

test('the right button and Shift erase', () => {
  const { pointer, steps } = drawing()

  pointer.down(at(0, 0, { button: 2 }))
  pointer.up(at(0, 0))
  pointer.key(key('Enter', true))

  expect(steps.map(({ erase }) => erase)).toEqual([true, true, true, true])
})

test('a cancelled stroke ends where it was', () => {
  const { pointer, steps } = drawing()

  pointer.down(at(0.5, 0.5))
  pointer.move(at(0.25, 0.5))
  pointer.cancel()

  expect(steps.at(-1)).toMatchObject({ phase: 'end', x: -3 })
})
