import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Attach, Command, Numbered, Refused, RunEvent } from '../protocol'
import { backoffMs } from './backoff'
import { Connection, type Socket } from './connection'

afterEach(() => vi.useRealTimers())

const RUN = 'a'.repeat(26)

class FakeSocket implements Socket {
  binaryType = ''
  readyState = 0
  /** A network that swallows everything. */
  swallows = false
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null

  constructor(private readonly server: FakeServer) {}

  open(): void {
    this.readyState = 1
    this.onopen?.()
    this.deliver(this.server.greeting)
  }

  send(text: string): void {
    if (!this.swallows) this.server.take(this, JSON.parse(text))
  }

  deliver(message: unknown): void {
    if (this.readyState === 1 && !this.swallows) this.onmessage?.({ data: JSON.stringify(message) })
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
  greeting: unknown = { type: 'welcome', version: '1', device: 'cpu' }
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
    else if ('id' in command) this.once(socket, command)
  }

  private once(socket: FakeSocket, command: Command & { id: number }): void {
    const done = this.carriedOut.some((held) => 'id' in held && held.id === command.id)
    if (!done) this.carriedOut.push(command)
    if (!done) this.tell({ type: 'accepted', command: command.id })
    else socket.deliver({ type: 'answered', run: RUN, command: command.id })
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

/** Timers that run when a test lets time pass. */
class FakeTime {
  now = 5000
  private timers: { run: () => void; at: number }[] = []

  later(run: () => void, ms: number): void {
    this.timers.push({ run, at: this.now + ms })
  }

  pass(ms: number): void {
    const end = this.now + ms
    for (let next = this.next(end); next; next = this.next(end)) {
      this.timers.splice(this.timers.indexOf(next), 1)
      this.now = next.at
      next.run()
    }
    this.now = end
  }

  private next(end: number) {
    return this.timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0]
  }
}

function connected({ now }: { now?: () => number } = {}) {
  const server = new FakeServer()
  const sockets: FakeSocket[] = []
  const events: Numbered[] = []
  const refused: Refused[] = []
  const answered: number[] = []
  const time = new FakeTime()
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
    onRefused: (message) => refused.push(message),
    onAnswered: ({ command }) => answered.push(command),
    onFrame: vi.fn(),
    onState: vi.fn(),
    later: (run, ms) => time.later(run, ms),
    random: () => 1,
    ...(now ? {} : { now: () => time.now }),
  })
  connection.follow(RUN)
  connection.start()
  sockets[0]?.open()
  const socket = () => sockets.at(-1) as FakeSocket
  const reopen = () => {
    const before = sockets.length
    while (sockets.length === before) time.pass(100)
    socket().open()
  }
  return { server, connection, events, refused, answered, sockets, socket, reopen, time }
}

const play = (id: number): Command => ({ type: 'play', id, run: RUN })

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

  test('is told by the server that a command whose answer lies in a snapshot was carried out', () => {
    const { server, connection, answered, socket, reopen } = connected()
    const lost = socket()
    server.attached = null
    connection.send(play(900))
    lost.close()
    server.log = []
    reopen()

    expect(server.carriedOut).toHaveLength(1)
    expect(answered).toEqual([900])
  })

  test('gives back as not sent what has waited for half a minute, and does not send it later', () => {
    const { server, connection, refused, socket, reopen, time } = connected()
    socket().close()
    connection.send({ type: 'edit', id: 900, run: RUN, label: 'Noise', changes: {} })
    for (let n = 0; n < 12; n++) {
      time.pass(3000)
      socket().close()
    }
    connection.send(play(901))
    reopen()

    expect(refused.map(({ command, code, message }) => [command, code, message])).toEqual([
      [900, 'not_sent', expect.stringMatching(/^“Noise” was not sent/)],
    ])
    expect(server.carriedOut).toMatchObject([{ id: 901 }])
  })

  test('does not claim that what it tried to send never arrived', () => {
    const { connection, refused, socket, time } = connected()
    socket().swallows = true
    connection.send(play(900))
    for (let n = 0; n < 10; n++) {
      time.pass(5000)
      if (n > 3) socket().close()
    }

    expect(refused).toMatchObject([{ command: 900, message: expect.stringMatching(/may not have arrived/) }])
  })

  test('does not wait for a network that swallows everything', () => {
    const { server, connection, sockets, socket, reopen, time } = connected()
    socket().swallows = true
    connection.send(play(900))
    time.pass(9000)
    expect(sockets[0]?.readyState).toBe(1)
    time.pass(2000)
    expect(sockets[0]?.readyState).toBe(3)
    if (socket().readyState === 0) socket().open()
    else reopen()

    expect(server.carriedOut).toMatchObject([{ id: 900 }])
  })

  test('waits for a slow answer as long as anything is heard', () => {
    const { connection, server, sockets, time } = connected()
    server.take = () => {}
    connection.send(play(900))
    for (let n = 0; n < 20; n++) {
      time.pass(4000)
      server.happen(n)
    }

    expect(sockets).toHaveLength(1)
  })

  test('gives up a try that does not open', () => {
    const { sockets, socket, time } = connected()
    socket().close()
    time.pass(1000)
    expect(sockets).toHaveLength(2)
    time.pass(20_000)

    expect(sockets.length).toBeGreaterThan(2)
  })

  test('that is turned away comes back less and less often', () => {
    const { server, sockets, socket, time } = connected()
    server.greeting = { type: 'refused', command: null, run: null, code: 'too_many_sockets', message: '' }
    socket().close()
    for (let n = 0; n < 600; n++) {
      time.pass(100)
      if (socket().readyState !== 0) continue
      socket().open()
      socket().close()
    }

    expect(sockets.length).toBeLessThan(16)
  })

  test('does not look at the time of day, which may jump', () => {
    const { server, connection, refused, socket, reopen } = connected({ now: () => performance.now() })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    socket().close()
    connection.send(play(900))
    vi.setSystemTime(Date.now() + 30 * 24 * 3600 * 1000)
    reopen()
    socket().close()
    connection.send({ type: 'pause', id: 901, run: RUN })
    vi.setSystemTime(0)
    reopen()

    expect(refused).toEqual([])
    expect(server.carriedOut).toMatchObject([{ id: 900 }, { id: 901 }])
  })

  test('waits longer and longer, by chance, and at most eight seconds', () => {
    expect([0, 1, 2, 9].map((attempt) => backoffMs(attempt, () => 1))).toEqual([250, 500, 1000, 8000])
    expect(backoffMs(3, () => 0)).toBe(1000)
  })
})
