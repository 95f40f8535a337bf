import type { Phase } from '../state'

/** When each phase of an update begins, in ms after its frame arrived; the last number ends the show. */
const PHASES: ReadonlyArray<readonly [Phase | null, number]> = [
  ['forward', 0],
  ['loss', 280],
  ['backward', 420],
  ['update', 700],
  [null, 920],
]

/** Slow motion: after each update, its four phases one after the other. Told of updates, calls back with phases. */
export class PhaseClock {
  private step = -1
  private timers: unknown[] = []

  constructor(
    private readonly show: (phase: Phase | null) => void,
    private readonly later: (run: () => void, ms: number) => unknown = (run, ms) => setTimeout(run, ms),
    private readonly cancel: (timer: never) => void = (timer) => clearTimeout(timer),
  ) {}

  /** A frame of update number `step` is shown. */
  reached(step: number): void {
    const before = this.step
    this.step = step
    if (before < 0 || step !== before + 1) return
    this.stop()
    this.timers = PHASES.map(([phase, ms]) => this.later(() => this.show(phase), ms))
  }

  stop(): void {
    for (const timer of this.timers) this.cancel(timer as never)
    this.timers = []
  }
}
