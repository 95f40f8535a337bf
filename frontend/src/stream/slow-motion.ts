import type { Batch, Phase } from '../state'
import type { FrameView } from './frame-view'
import { PhaseClock } from './phase-clock'

type SlowMotionOptions = {
  /** Whether updates are shown in phases at all. */
  active: () => boolean
  /** The frame that is shown. */
  present: () => FrameView | null
  read: (message: ArrayBuffer) => FrameView | null
  /** Shows a frame. */
  push: (message: ArrayBuffer) => void
  show: (phase: Phase | null, batch?: Batch) => void
  clock?: PhaseClock
}

/**
 * Holds the frame of the next update back until its phase "update": forward, loss and backward are shown with the
 * weights that they were computed with. What comes meanwhile, as an answer to a person, ends the holding.
 */
export class SlowMotion {
  private held: ArrayBuffer | null = null
  private readonly clock: PhaseClock

  constructor(private readonly options: SlowMotionOptions) {
    this.clock = options.clock ?? new PhaseClock()
  }

  /** The frame that is held back: it has the batch, its loss and its gradient. */
  get coming(): FrameView | null {
    return this.held && this.options.read(this.held)
  }

  take(message: ArrayBuffer): void {
    this.release()
    const batch = this.batchOf(message)
    if (batch) this.hold(message, batch)
    else this.options.push(message)
  }

  /** Ends the show. */
  stop(): void {
    this.release()
    this.clock.stop()
    this.options.show(null)
  }

  private hold(message: ArrayBuffer, batch: Batch): void {
    this.held = message
    this.clock.start((phase) => this.enter(phase, batch))
  }

  private enter(phase: Phase | null, batch: Batch): void {
    if (phase === 'update') this.pushHeld()
    this.options.show(phase, batch)
  }

  private release(): void {
    if (this.held) this.clock.skipTo('update')
  }

  private pushHeld(): void {
    const held = this.held
    this.held = null
    if (held) this.options.push(held)
  }

  /** Of a frame that is to be held: it comes right after the one that is shown. */
  private batchOf(message: ArrayBuffer): Batch | null {
    const present = this.options.present()?.header
    const next = this.options.active() && present ? this.options.read(message) : null
    if (!next || next.header.run !== present?.run || next.header.step !== present.step + 1) return null
    const [points, loss] = [next.channel('batch'), next.channel('batch_loss')?.[0]]
    if (!points || loss === undefined) return null
    return { points: Array.from(points).filter((point) => point >= 0), loss }
  }
}
