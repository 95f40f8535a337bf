import type { Layout } from '../protocol'
import { ChannelIndex, type FrameView, readHeader } from './frame-view'

export type Draw = (frame: FrameView) => void

type NewestOptions = {
  /** Asks for a call before the next repaint. */
  schedule: (paint: (now: number) => void) => void
  /** Frees the server's slot for this frame. */
  acknowledge: (run: string, frame: number) => void
  /** How long a painting took, in ms, and how long after the one before it began. */
  painted?: (paintMs: number, intervalMs: number) => void
  now?: () => number
}

type Held = { message: ArrayBuffer; body: number; header: FrameView['header'] }

/**
 * The newest frame and who draws it. A newer frame replaces one that is not painted yet; painting happens once per
 * repaint, and only what was painted (or replaced) is acknowledged, so a slow or hidden tab slows its own stream.
 */
export class NewestFrame {
  private readonly draws = new Set<Draw>()
  private readonly fresh = new Set<Draw>()
  private run: string | null = null
  private index: ChannelIndex | null = null
  private held: Held | null = null
  private waiting = false
  private unpainted = false
  private lastPaint = 0

  constructor(private readonly options: NewestOptions) {}

  /** Calls `draw` at most once a repaint with the newest frame, and soon with the last one, if there is one. */
  subscribe(draw: Draw): () => void {
    this.draws.add(draw)
    this.fresh.add(draw)
    if (this.held) this.schedule()
    return () => {
      this.draws.delete(draw)
      this.fresh.delete(draw)
    }
  }

  /** The newest frame that could be read; null before the first. */
  get current(): FrameView | null {
    const { held, index } = this
    if (!held || !index || held.header.run !== this.run || held.header.layout !== index.layout.id) return null
    return index.viewOf(held.message, held.header, held.body)
  }

  /** A message as the present layout reads it; null where it is of another. */
  read(message: ArrayBuffer): FrameView | null {
    const read = readHeader(message)
    if (!read || !this.index || read.header.run !== this.run || read.header.layout !== this.index.layout.id)
      return null
    return this.index.viewOf(message, read.header, read.body)
  }

  /** How the frames of `run` are laid out from now on; frames of other runs and layouts are not drawn. */
  setLayout(run: string, layout: Layout | null): void {
    this.run = run
    if (this.index?.layout === layout) return
    this.index = layout ? new ChannelIndex(layout) : null
  }

  /** Takes a binary message of the socket. */
  push(message: ArrayBuffer): void {
    const read = readHeader(message)
    if (!read) return
    if (this.unpainted && this.held) this.options.acknowledge(this.held.header.run, this.held.header.frame)
    this.held = { message, ...read }
    this.unpainted = true
    this.schedule()
  }

  /** Forgets the frame: another run is shown. */
  clear(): void {
    this.held = null
    this.unpainted = false
    this.index = null
  }

  private schedule(): void {
    if (this.waiting) return
    this.waiting = true
    this.options.schedule((now) => this.paint(now))
  }

  private paint(now: number): void {
    this.waiting = false
    const clock = this.options.now ?? (() => performance.now())
    const began = clock()
    const frame = this.current
    if (frame) for (const draw of this.unpainted ? this.draws : this.fresh) drawSafely(draw, frame)
    this.fresh.clear()
    if (!this.unpainted || !this.held) return
    this.unpainted = false
    this.options.acknowledge(this.held.header.run, this.held.header.frame)
    this.options.painted?.(clock() - began, now - this.lastPaint)
    this.lastPaint = now
  }
}

/** A picture that fails is reported and leaves the others, and the stream, as they are. */
function drawSafely(draw: Draw, frame: FrameView): void {
  try {
    draw(frame)
  } catch (error) {
    reportError(error)
  }
}
