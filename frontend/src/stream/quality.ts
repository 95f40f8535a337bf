import type { Watch } from '../protocol'

export type Quality = Required<Pick<Watch, 'boundary' | 'neurons' | 'frames_per_second'>>

/** From what a quick machine shows to what a slow one can still show 20 times a second. */
export const QUALITIES: readonly Quality[] = [
  { boundary: 60, neurons: 20, frames_per_second: 60 },
  { boundary: 60, neurons: 20, frames_per_second: 30 },
  { boundary: 40, neurons: 16, frames_per_second: 24 },
  { boundary: 30, neurons: 12, frames_per_second: 22 },
]

const WINDOW = 24
const SLOWER_ABOVE = 0.55
const FASTER_BELOW = 0.2
const CALM_WINDOWS = 6

/**
 * Chooses how much to ask for by how long painting takes. Goes down after one slow window of frames and up only after
 * several easy ones, so that it does not swing.
 */
export class QualityControl {
  level = 0
  private spentMs = 0
  private frames = 0
  private easy = 0

  constructor(private readonly changed: (level: number) => void) {}

  /** A frame was painted in `paintMs`. Time between frames says nothing here: the run may simply be slow. */
  painted(paintMs: number): void {
    this.spentMs += paintMs
    this.frames++
    if (this.frames < WINDOW) return
    this.judge(this.spentMs / this.frames)
    this.spentMs = 0
    this.frames = 0
  }

  private judge(paintMs: number): void {
    const share = (paintMs * (QUALITIES[this.level] as Quality).frames_per_second) / 1000
    this.easy = share < FASTER_BELOW ? this.easy + 1 : 0
    if (share > SLOWER_ABOVE) this.move(this.level + 1)
    else if (this.easy >= CALM_WINDOWS) this.move(this.level - 1)
  }

  private move(level: number): void {
    const next = Math.min(Math.max(level, 0), QUALITIES.length - 1)
    this.easy = 0
    if (next === this.level) return
    this.level = next
    this.changed(next)
  }
}
