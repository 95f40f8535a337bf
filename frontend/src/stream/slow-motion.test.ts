import { beforeEach, expect, test } from 'vitest'
import type { Batch, Phase } from '../state'
import type { FrameView } from './frame-view'
import { PhaseClock } from './phase-clock'
import { SlowMotion } from './slow-motion'

type Timer = { run: () => void; at: number }

let now: number
let timers: Timer[]
let shown: [Phase | null, number | null][]
let steps: number[]
let active: boolean
let slow: SlowMotion

/** Frames are told apart by their length: a frame of update n has n bytes. */
const frameOf = (step: number) => new ArrayBuffer(step)

const viewOf = (message: ArrayBuffer) =>
  ({
    header: { run: 'r', step: message.byteLength },
    channel: (name: string) =>
      name === 'batch' ? Int32Array.of(4, message.byteLength, -1) : Float32Array.of(message.byteLength / 2),
  }) as unknown as FrameView

function clock(): PhaseClock {
  const later = (run: () => void, ms: number) => {
    const timer = { run, at: now + ms }
    timers.push(timer)
    return timer
  }
  return new PhaseClock(later, (timer) => {
    timers = timers.filter((held) => held !== timer)
  })
}

function pass(ms: number): void {
  now += ms
  const due = timers.filter(({ at }) => at <= now)
  timers = timers.filter(({ at }) => at > now)
  for (const { run } of due) run()
}

const phases = () => shown.map(([phase]) => phase)

beforeEach(() => {
  now = 0
  timers = []
  shown = []
  steps = []
  active = true
  let present: FrameView | null = null
  slow = new SlowMotion({
    active: () => active,
    present: () => present,
    read: viewOf,
    push: (message) => {
      present = viewOf(message)
      steps.push(message.byteLength)
    },
    show: (phase: Phase | null, batch?: Batch) => shown.push([phase, batch?.loss ?? null]),
    clock: clock(),
  })
  slow.take(frameOf(3))
})

test('the weights change with the phase update, not before', () => {
  slow.take(frameOf(4))
  for (const [ms, phase] of [
    [0, 'forward'],
    [300, 'loss'],
    [150, 'backward'],
  ] as const) {
    pass(ms)
    expect(phases().at(-1)).toBe(phase)
    expect(steps).toEqual([3])
    expect(slow.coming?.header.step).toBe(4)
  }
  pass(300)

  expect([phases().at(-1), steps, slow.coming]).toEqual(['update', [3, 4], null])
  pass(300)
  expect(phases()).toEqual(['forward', 'loss', 'backward', 'update', null])
})

test('every phase tells the batch that the update learned from, and its loss', () => {
  const batches: (Batch | undefined)[] = []
  slow = new SlowMotion({
    active: () => true,
    present: () => viewOf(frameOf(3)),
    read: viewOf,
    push: () => {},
    show: (_, batch) => batches.push(batch),
    clock: clock(),
  })
  slow.take(frameOf(4))
  pass(2000)

  expect(batches).toEqual(Array.from({ length: 5 }, () => ({ points: [4, 4], loss: 2 })))
})

test('an answer to a person ends the holding at once, at the phase update', () => {
  slow.take(frameOf(4))
  pass(300)
  slow.take(frameOf(4))

  expect(steps).toEqual([3, 4, 4])
  expect(phases()).toEqual(['forward', 'loss', 'update'])
  pass(219)
  expect(phases()).toHaveLength(3)
  pass(1)
  expect(phases().at(-1)).toBeNull()
})

test('a quicker next update waits for nothing but its own phases', () => {
  slow.take(frameOf(4))
  pass(500)
  slow.take(frameOf(5))

  expect(steps).toEqual([3, 4])
  expect(phases()).toEqual(['forward', 'loss', 'backward', 'update', 'forward'])
})

test.each([
  ['after a restart', 0],
  ['of several updates at once', 9],
  ['of the same update', 3],
])('a frame %s is shown as it comes', (_, step) => {
  slow.take(frameOf(step))

  expect([steps.at(-1), shown]).toEqual([step, []])
})

test('at other speeds nothing is held', () => {
  active = false
  slow.take(frameOf(4))

  expect([steps, shown]).toEqual([[3, 4], []])
})

test('stopping shows what was held', () => {
  slow.take(frameOf(4))
  slow.stop()
  pass(2000)

  expect([steps, phases()]).toEqual([
    [3, 4],
    ['forward', 'update', null],
  ])
})
