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

function carrying(): ReturnType<typeof drawing> {
  const found = drawing()
  found.pointer.props.carries = true
  found.pointer.pointAt = ({ left }) => (left === 0.5 ? 7 : null)
  return found
}

const told = (steps: readonly PathStep[]) => steps.map(({ phase, x, point }) => [phase, x, point])

test('Enter picks up the point under the crosshair, arrows move it, Enter drops it', () => {
  const { pointer, steps } = carrying()

  for (const name of ['Enter', 'ArrowRight', 'ArrowRight', 'Enter', 'ArrowRight']) pointer.key(key(name))

  expect(told(steps)).toEqual([
    ['start', 0, 7],
    ['move', 0.25, 7],
    ['move', 0.5, 7],
    ['end', 0.5, 7],
  ])
})

test('Escape puts a held point back', () => {
  const { pointer, steps } = carrying()

  for (const name of ['Enter', 'ArrowLeft', 'Escape', 'ArrowLeft']) pointer.key(key(name))

  expect(told(steps)).toEqual([
    ['start', 0, 7],
    ['move', -0.25, 7],
    ['cancel', -0.25, 7],
  ])
})

test('a held point follows neither the pointer, nor the focus that leaves', () => {
  const { pointer, steps } = carrying()

  pointer.key(key('Enter'))
  pointer.move(at(0, 0))
  pointer.blur()
  pointer.key(key('ArrowRight'))

  expect(told(steps)).toEqual([
    ['start', 0, 7],
    ['end', 0, 7],
  ])
})

test('where there is no point, Enter picks nothing up', () => {
  const { pointer, steps } = carrying()

  for (const name of ['ArrowRight', 'Enter', 'ArrowRight']) pointer.key(key(name))

  expect(told(steps)).toEqual([
    ['start', 0.25, null],
    ['end', 0.25, null],
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
