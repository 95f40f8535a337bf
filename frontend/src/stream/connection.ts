import type { Command, Numbered, Refused, ServerMessage, Watch } from '../protocol'
import { backoffMs } from './backoff'

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
  onFrame: (message: ArrayBuffer) => void
  /** So many pictures were replaced by newer ones before they could be sent. */
  onDropped?: (frames: number) => void
  onState: (state: 'open' | 'reconnecting') => void
  later?: (run: () => void, ms: number) => unknown
  random?: () => number
  now?: () => number
}

type Place = { stream: string; seq: number }
type Sent = { command: Command & { id: number }; at: number }

const OPEN = 1
const RESEND_WITHIN_MS = 30_000
const REFUSED_BY_KEY = 4401

/**
 * One socket that follows one run and comes back by itself. Every event reaches `onEvent` exactly once and in order
 * (protocol EV1, EV2); commands without an answer are sent again after a cut, which the server carries out once.
 */
export class Connection {
  private socket: Socket | null = null
  private run: string | null = null
  private place: Place | null = null
  private attaching = false
  private attempt = 0
  private stopped = false
  private readonly unanswered = new Map<number, Sent>()

  constructor(private readonly options: ConnectionOptions) {}

  start(): void {
    if (this.stopped) return
    const socket = this.options.open()
    this.socket = socket
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => this.opened()
    socket.onmessage = ({ data }) => this.take(data)
    socket.onclose = ({ code }) => this.closed(socket, code)
  }

  stop(): void {
    this.stopped = true
    this.socket?.close()
  }

  /** Tries again at once: the network is said to be back. */
  hurry(): void {
    if (this.socket?.readyState === OPEN || this.stopped) return
    this.attempt = 0
    this.socket?.close()
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
    if ('id' in command && command.type !== 'watch')
      this.unanswered.set(command.id, { command, at: this.clock() })
    this.transmit(command)
  }

  get isOpen(): boolean {
    return this.socket?.readyState === OPEN
  }

  private transmit(command: Command): void {
    if (this.isOpen) this.socket?.send(JSON.stringify(command))
  }

  private opened(): void {
    this.attempt = 0
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
    for (const [id, { command, at }] of this.unanswered) {
      if (this.clock() - at > RESEND_WITHIN_MS) this.unanswered.delete(id)
      else this.transmit(command)
    }
  }

  private take(data: unknown): void {
    if (data instanceof ArrayBuffer) this.options.onFrame(data)
    else if (typeof data === 'string') this.takeMessage(JSON.parse(data))
  }

  private takeMessage(message: ServerMessage): void {
    if (message.type === 'event') this.takeEvent(message)
    else if (message.type === 'refused') this.takeRefusal(message)
    else if (message.type === 'dropped' && message.run === this.run) this.options.onDropped?.(message.frames)
  }

  private takeEvent(message: Numbered): void {
    if (message.run !== this.run || !this.isNext(message)) return
    this.place = { stream: message.stream, seq: message.seq }
    this.attaching = false
    if ('command' in message.event) this.unanswered.delete(message.event.command)
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
    if (refused.command !== null) this.unanswered.delete(refused.command)
    this.options.onRefused(refused)
  }

  private closed(socket: Socket, code: number): void {
    if (this.socket !== socket) return
    this.socket = null
    if (this.stopped) return
    if (code === REFUSED_BY_KEY) this.stopped = true
    this.options.onState('reconnecting')
    const later = this.options.later ?? ((run, ms) => setTimeout(run, ms))
    later(() => this.start(), backoffMs(this.attempt++, this.options.random))
  }

  private clock(): number {
    return (this.options.now ?? Date.now)()
  }
}
