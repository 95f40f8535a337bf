import type { Answered, Command, Numbered, Refused, ServerMessage, Watch } from '../protocol'
import { backoffMs } from './backoff'
import { Silence } from './silence'
import { type Asked, Unanswered } from './unanswered'

/** What we need of a WebSocket; tests hand in one of their own. */
export type Socket = {
  binaryType: string
  readyState: number
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
  send(text: string): void
  close(): void
}

export type ConnectionOptions = {
  open: () => Socket
  watch: () => Watch
  freshId: () => number
  onEvent: (message: Numbered) => void
  onRefused: (refused: Refused) => void
  /** A command that was sent again had been carried out before. */
  onAnswered: (answered: Answered) => void
  onFrame: (message: ArrayBuffer) => void
  /** So many pictures were replaced by newer ones before they could be sent. */
  onDropped?: (frames: number) => void
  onState: (state: 'open' | 'reconnecting') => void
  later?: (run: () => void, ms: number) => unknown
  random?: () => number
  /** Monotonic ms: the time of day may jump. */
  now?: () => number
}

type Place = { stream: string; seq: number }

const OPEN = 1
/** A try that has not opened by then is given up for the next, which is given longer. */
const OPENS_WITHIN_MS = 10_000

/**
 * One socket that follows one run and comes back by itself. Every event reaches `onEvent` exactly once and in order
 * (protocol EV1, EV2); commands without an answer are sent again after a cut, which the server carries out once, or
 * come back to `onRefused` as not sent.
 */
export class Connection {
  private socket: Socket | null = null
  private run: string | null = null
  private place: Place | null = null
  private attaching = false
  private attempt = 0
  private stopped = false
  private readonly unanswered = new Unanswered(() => this.clock())
  private readonly silence = new Silence({
    dead: () => this.socket && this.abandon(this.socket),
    later: (run, ms) => this.later(run, ms),
    clock: () => this.clock(),
  })

  constructor(private readonly options: ConnectionOptions) {}

  start(): void {
    if (this.stopped) return
    const socket = this.options.open()
    this.socket = socket
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => this.opened()
    socket.onmessage = ({ data }) => this.take(socket, data)
    socket.onclose = () => this.closed(socket)
    const patienceMs = OPENS_WITHIN_MS * Math.min(1 + this.attempt, 6)
    this.later(() => socket.readyState !== OPEN && this.abandon(socket), patienceMs)
  }

  stop(): void {
    this.stopped = true
    this.socket?.close()
  }

  /** Tries again at once: the network is said to be back. */
  hurry(): void {
    if (this.socket?.readyState === OPEN || this.stopped) return
    this.attempt = 0
    if (this.socket) this.socket.close()
    else this.start()
  }

  /** Shows this run from now on. */
  follow(run: string): void {
    if (this.run) this.transmit({ type: 'detach', id: this.options.freshId(), run: this.run })
    this.run = run
    this.place = null
    this.unanswered.clear()
    if (this.isOpen) this.attach()
  }

  send(command: Command): void {
    if ('id' in command && command.type !== 'watch') {
      this.unanswered.add(command)
      this.ask(command)
    } else this.transmit(command)
  }

  get isOpen(): boolean {
    return this.socket?.readyState === OPEN
  }

  private transmit(command: Command): void {
    if (this.isOpen) this.socket?.send(JSON.stringify(command))
  }

  /** Sends what is sure to have an answer. */
  private ask(command: Asked): void {
    if (!this.isOpen) return
    this.transmit(command)
    this.unanswered.tried(command.id)
    this.silence.asked()
  }

  private opened(): void {
    this.options.onState('open')
    if (!this.run) return
    this.attach()
    this.resend()
  }

  private attach(): void {
    this.attaching = true
    const place = this.place ?? { stream: null, seq: null }
    const run = this.run as string
    this.transmit({ type: 'attach', id: this.options.freshId(), run, ...place, watch: this.options.watch() })
  }

  private resend(): void {
    this.giveUpOld()
    for (const command of this.unanswered.all()) this.ask(command)
  }

  private giveUpOld(): void {
    for (const refused of this.unanswered.tooOld()) this.takeRefusal(refused)
  }

  private take(socket: Socket, data: unknown): void {
    if (this.socket !== socket) return
    this.silence.heard()
    if (data instanceof ArrayBuffer) this.options.onFrame(data)
    else if (typeof data === 'string') this.takeMessage(JSON.parse(data))
  }

  private takeMessage(message: ServerMessage): void {
    if (message.type === 'event') this.takeEvent(message)
    else if (message.type === 'refused') this.takeRefusal(message)
    else if (message.type === 'answered') this.takeAnswered(message)
    else if (message.type === 'welcome') this.attempt = 0
    else if (message.type === 'dropped' && message.run === this.run) this.options.onDropped?.(message.frames)
  }

  private takeEvent(message: Numbered): void {
    if (message.run !== this.run || !this.isNext(message)) return
    this.place = { stream: message.stream, seq: message.seq }
    this.attaching = false
    this.silence.satisfied()
    if ('command' in message.event) this.unanswered.answered(message.event.command)
    this.options.onEvent(message)
  }

  /** A snapshot starts anew; else only the very next one counts. After a gap the missing ones are asked for. */
  private isNext({ stream, seq, event }: Numbered): boolean {
    const place = this.place
    if (event.type === 'snapshot') return true
    if (place?.stream === stream && seq === place.seq + 1) return true
    const seen = place?.stream === stream && seq <= place.seq
    if (!seen && !this.attaching) this.attach()
    return false
  }

  private takeRefusal(refused: Refused): void {
    if (refused.command !== null) this.unanswered.answered(refused.command)
    this.options.onRefused(refused)
  }

  private takeAnswered(answered: Answered): void {
    if (answered.run !== this.run) return
    this.unanswered.answered(answered.command)
    this.options.onAnswered(answered)
  }

  /** Does not wait for the other end to agree: it may be gone. */
  private abandon(socket: Socket): void {
    this.closed(socket)
    socket.close()
  }

  private closed(socket: Socket): void {
    if (this.socket !== socket) return
    this.socket = null
    this.silence.heard()
    if (this.stopped) return
    this.options.onState('reconnecting')
    this.giveUpOld()
    this.later(() => this.socket ?? this.start(), backoffMs(this.attempt++, this.options.random))
  }

  private later(run: () => unknown, ms: number): void {
    const later = this.options.later ?? ((run, ms) => setTimeout(run, ms))
    later(run, ms)
  }

  private clock(): number {
    return (this.options.now ?? (() => performance.now()))()
  }
}
