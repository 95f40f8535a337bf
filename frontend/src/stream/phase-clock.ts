import type { Phase } from '../state'

/** When each phase of an update begins, in ms after its frame arrived; the last number ends the show. */
const PHASES: ReadonlyArray<readonly [Phase | null, number]> = [
  ['forward', 0],
  ['loss', 280],
  ['backward', 420],
  ['update', 700],
  [null, 920],
]

type Show = (phase: Phase | null) => void

/** The four phases of one update, one after the other, then null. */
export class PhaseClock {
  private timers: unknown[] = []
  private show: Show = () => {}

  constructor(
    private readonly later: (run: () => void, ms: number) => unknown = (run, ms) => setTimeout(run, ms),
    private readonly cancel: (timer: never) => void = (timer) => clearTimeout(timer),
  ) {}

  start(show: Show): void {
    this.stop()
    this.show = show
    this.run(0)
  }

  /** Leaves out what lies between: the phase begins now, and the rest follows in its time. */
  skipTo(phase: Phase): void {
    this.stop()
    this.run(PHASES.findIndex(([name]) => name === phase))
  }

  stop(): void {
    for (const timer of this.timers) this.cancel(timer as never)
    this.timers = []
  }

  private run(first: number): void {
    const [[now, start], ...rest] = PHASES.slice(first) as [(typeof PHASES)[0], ...typeof PHASES]
    this.timers = rest.map(([phase, ms]) => this.later(() => this.show(phase), ms - start))
    this.show(now)
  }
}
