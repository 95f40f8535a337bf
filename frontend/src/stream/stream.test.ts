import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { session, store } from '../state'
import { openStream } from './stream'

const RUN = 'a'.repeat(26)

class FakeSocket {
  static last: FakeSocket
  binaryType = ''
  readyState = 1
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: (() => void) | null = null

  constructor() {
    FakeSocket.last = this
  }

  send(): void {}
  close(): void {}

  tell(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

let stop: () => void

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  store.setState(store.getInitialState(), true)
  stop = openStream()
  session.follow(RUN)
  FakeSocket.last.onopen?.()
})

afterEach(() => {
  stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('that the server leaves pictures out is known to the page until it has not for a while', () => {
  const told = { type: 'dropped', run: RUN, frames: 3 }
  expect(store.getState().pace.dropping).toBe(false)

  FakeSocket.last.tell(told)
  expect(store.getState().pace.dropping).toBe(true)
  vi.advanceTimersByTime(3000)
  FakeSocket.last.tell(told)
  vi.advanceTimersByTime(3000)
  expect(store.getState().pace.dropping).toBe(true)

  vi.advanceTimersByTime(3000)
  expect(store.getState().pace.dropping).toBe(false)
})

test('pictures left out of another run say nothing about the one on the page', () => {
  FakeSocket.last.tell({ type: 'dropped', run: 'b'.repeat(26), frames: 3 })

  expect(store.getState().pace.dropping).toBe(false)
})
