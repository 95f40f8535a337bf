import { describe, expect, test, vi } from 'vitest'
import type { Attach, Command, Numbered, RunEvent } from '../protocol'
import { backoffMs } from './backoff'
import { Connection, type Socket } from './connection'

const RUN = 'a'.repeat(26)

class FakeSocket implements Socket {
  binaryType = ''
  readyState = 0
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null

  constructor(private readonly server: FakeServer) {}

  open(): void {
    this.readyState = 1
    this.onopen?.()
  }

  send(text: string): void {
    this.server.take(this, JSON.parse(text))
  }

  deliver(message: unknown): void {
    if (this.readyState === 1) this.onmessage?.({ data: JSON.stringify(message) })
  }

  close(): void {
    if (this.readyState === 3) return
    this.readyState = 3
    this.onclose?.({ code: 1006 })
  }
}

/** Numbers events as the server does, keeps the last forty, and follows the protocol's rules for `attach`. */
class FakeServer {
  log: Numbered[] = []
  kept = 40
  carriedOut: Command[] = []
  attached: FakeSocket | null = null
  attaches: Attach[] = []
  private newest = 0

  happen(epoch: number): void {
    this.tell({ type: 'history', offset: epoch, rows: [{ epoch } as never] })
  }

  tell(event: RunEvent): void {
    const message: Numbered = { type: 'event', run: RUN, stream: 'stream', seq: ++this.newest, event }
    this.log = [...this.log, message].slice(-this.kept)
    this.attached?.deliver(message)
  }

  take(socket: FakeSocket, command: Command): void {
    if (command.type === 'attach') this.attach(socket, command)
    else if ('id' in command && !this.carriedOut.some((done) => 'id' in done && done.id === command.id)) {
      this.carriedOut.push(command)
      this.tell({ type: 'accepted', command: command.id })
    }
  }

  private attach(socket: FakeSocket, command: Attach): void {
    this.attaches.push(command)
    this.attached = socket
    const missed = this.log.filter((message) => message.seq > (command.seq ?? 0))
    const whole = command.stream === 'stream' && missed.length === this.newest - (command.seq ?? 0)
    const snapshot = { type: 'snapshot', history: Array.from({ length: this.newest }) } as unknown as RunEvent
    if (whole) for (const message of missed) socket.deliver(message)
    else socket.deliver({ type: 'event', run: RUN, stream: 'stream', seq: this.newest, event: snapshot })
  }
}

function connected() {
  const server = new FakeServer()
  const sockets: FakeSocket[] = []
  const events: Numbered[] = []
  const retries: (() => void)[] = []
  let id = 1
  const connection = new Connection({
    open: () => {
      const socket = new FakeSocket(server)
      sockets.push(socket)
      return socket
    },
    watch: () => ({}),
    freshId: () => id++,
    onEvent: (message) => events.push(message),
    onRefused: vi.fn(),
    onFrame: vi.fn(),
    onState: vi.fn(),
    later: (run) => retries.push(run),
  })
  connection.follow(RUN)
  connection.start()
  sockets[0]?.open()
  const socket = () => sockets.at(-1) as FakeSocket
  const reopen = () => {
    retries.shift()?.()
    socket().open()
  }
  return { server, connection, events, socket, reopen }
}

describe('a connection', () => {
  test('delivers every event once and in order, however often it is cut', () => {
    const { server, events, socket, reopen } = connected()
    let seed = 7
    const chance = () => {
      seed = (seed * 16807) % 2147483647
      return seed / 2147483647
    }
    for (let epoch = 0; epoch < 500; epoch++) {
      if (chance() < 0.1) socket().close()
      server.happen(epoch)
      if (socket().readyState === 3 && chance() < 0.4) reopen()
    }
    if (socket().readyState === 3) reopen()

    const epochs = events.flatMap(({ event }) => (event.type === 'history' ? event.offset : []))
    expect(epochs).toEqual(Array.from({ length: 500 }, (_, i) => i))
  })

  test('asks for the events after the last one it saw', () => {
    const { server, socket, reopen } = connected()
    server.happen(0)
    server.happen(1)
    socket().close()
    reopen()

    expect(server.attaches.at(-1)).toMatchObject({ stream: 'stream', seq: 2 })
  })

  test('takes a snapshot when the server holds the missing events no more', () => {
    const { server, events, socket, reopen } = connected()
    socket().close()
    for (let epoch = 0; epoch < 100; epoch++) server.happen(epoch)
    reopen()
    server.happen(100)

    expect(events.map(({ event }) => event.type)).toEqual(['snapshot', 'snapshot', 'history'])
  })

  test('ignores an event that comes twice', () => {
    const { server, events, socket } = connected()
    server.happen(0)
    socket().deliver(server.log.at(-1))

    expect(events.filter(({ event }) => event.type === 'history')).toHaveLength(1)
  })

  test('asks again when an event is missing between two', () => {
    const { server, events } = connected()
    const socket = server.attached
    server.attached = null
    server.happen(0)
    server.attached = socket
    server.happen(1)

    expect(events.flatMap(({ event }) => (event.type === 'history' ? event.offset : []))).toEqual([0, 1])
  })

  test('sends a command again that had no answer, and the server carries it out once', () => {
    const { server, connection, socket, reopen } = connected()
    connection.send({ type: 'play', id: 900, run: RUN })
    socket().close()
    connection.send({ type: 'pause', id: 901, run: RUN })
    reopen()

    expect(server.carriedOut.map((command) => command.type)).toEqual(['play', 'pause'])
  })

  test('waits longer and longer, by chance, and at most eight seconds', () => {
    expect([0, 1, 2, 9].map((attempt) => backoffMs(attempt, () => 1))).toEqual([250, 500, 1000, 8000])
    expect(backoffMs(3, () => 0)).toBe(1000)
  })
})
