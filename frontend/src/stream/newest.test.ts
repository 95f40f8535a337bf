import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ChannelLayout, FrameHeader, Layout } from '../protocol'
import { type FrameView, readHeader } from './frame-view'
import { NewestFrame } from './newest'
import { QualityControl } from './quality'

const RUN = 'r'
const LAYOUT = {
  id: 3,
  channels: [{ name: 'boundary', layer: null, parameter: null, dtype: 'uint8', shape: [1, 2, 2], offset: 0 }],
} as unknown as Layout

function messageOf(header: Partial<FrameHeader>, body: number[] = [1, 2, 3, 4, 0, 0, 0, 0]): ArrayBuffer {
  const text = JSON.stringify({
    run: RUN,
    layout: 3,
    frame: 1,
    epoch: 0,
    step: 0,
    learning_rate: null,
    ...header,
  })
  const length = Math.ceil((4 + text.length) / 8) * 8 - 4
  const bytes = new Uint8Array(4 + length + body.length)
  new DataView(bytes.buffer).setUint32(0, length, true)
  bytes.set(new TextEncoder().encode(text.padEnd(length)), 4)
  bytes.set(body, 4 + length)
  return bytes.buffer
}

let repaint: (() => void) | null
let acknowledged: number[]
let newest: NewestFrame

beforeEach(() => {
  repaint = null
  acknowledged = []
  newest = new NewestFrame({
    schedule: (paint) => {
      repaint = () => paint(0)
    },
    acknowledge: (_, frame) => acknowledged.push(frame),
  })
  newest.setLayout(RUN, LAYOUT)
})

function paint(): void {
  const due = repaint
  repaint = null
  due?.()
}

describe('the newest frame', () => {
  test('is drawn once a repaint; older ones are skipped and only then acknowledged', () => {
    const drawn: number[] = []
    newest.subscribe(({ header }) => drawn.push(header.frame))
    newest.push(messageOf({ frame: 1 }))
    newest.push(messageOf({ frame: 2 }))
    expect(acknowledged).toEqual([1])
    paint()

    expect(drawn).toEqual([2])
    expect(acknowledged).toEqual([1, 2])
  })

  test('is not acknowledged before it is painted, so that a hidden tab slows its own stream', () => {
    newest.subscribe(() => {})
    newest.push(messageOf({ frame: 1 }))

    expect(acknowledged).toEqual([])
  })

  test('reaches a late subscriber', () => {
    newest.push(messageOf({ frame: 5 }))
    paint()
    const drawn: number[] = []
    newest.subscribe(({ header }) => drawn.push(header.frame))
    paint()

    expect(drawn).toEqual([5])
  })

  test('of another layout or another run is not drawn', () => {
    const drawn: FrameView[] = []
    newest.subscribe((frame) => drawn.push(frame))
    for (const header of [{ layout: 2 }, { run: 'other' }]) {
      newest.push(messageOf(header))
      paint()
    }

    expect(drawn).toEqual([])
  })

  test('is read without a copy', () => {
    const message = messageOf({})
    newest.push(message)

    expect(newest.current?.channel('boundary')?.buffer).toBe(message)
    expect(newest.current?.channel('neurons')).toBeNull()
    expect(newest.current?.shapeOf('boundary')).toEqual([1, 2, 2])
    expect(newest.current?.placeOf('rows', 5, 'boundary')).toBe(5)
  })

  test('that is cut off or is none is ignored', () => {
    newest.push(new ArrayBuffer(3))
    newest.push(new Uint8Array([255, 255, 255, 255, 0, 0, 0, 0]).buffer)
    newest.push(new Uint8Array([4, 0, 0, 0, 123, 123, 123, 123]).buffer)

    expect(newest.current).toBeNull()
  })
})

test('the golden frame is read as the server wrote it', () => {
  const golden = JSON.parse(readFileSync('../tests/protocol/golden_frame.json', 'utf8'))
  const bytes = Uint8Array.from(atob(golden.bytes), (letter) => letter.charCodeAt(0))
  const read = readHeader(bytes.buffer)
  newest.setLayout(golden.header.run, { ...LAYOUT, id: golden.header.layout, channels: golden.channels })
  newest.push(bytes.buffer)

  expect(read?.header).toEqual(golden.header)
  golden.channels.forEach((channel: ChannelLayout, i: number) => {
    const [layer, parameter] = [channel.layer ?? undefined, channel.parameter ?? undefined]
    const values = golden.values[i].map((value: number | null) => value ?? Number.NaN)
    expect(Array.from(newest.current?.channel(channel.name, layer, parameter) ?? [])).toEqual(values)
    for (const [place, row] of (channel.rows ?? []).entries())
      expect(newest.current?.placeOf('rows', row, channel.name, layer, parameter)).toBe(place)
  })
})

describe('the quality of the picture', () => {
  const run = (control: QualityControl, frames: number, paintMs: number) => {
    for (let i = 0; i < frames; i++) control.painted(paintMs)
  }

  test('falls where painting is slow, and rises again only after a calm while', () => {
    const levels: number[] = []
    const control = new QualityControl((level) => levels.push(level))
    run(control, 24, 30)
    expect(levels).toEqual([1])
    run(control, 24 * 5, 1)
    expect(levels).toEqual([1])
    run(control, 24, 1)

    expect(levels).toEqual([1, 0])
  })

  test('asks even a very slow machine for more than twenty frames a second', () => {
    const control = new QualityControl(() => {})
    run(control, 2400, 60)

    expect(control.level).toBe(3)
  })
})
