const PATIENCE_MS = 10_000
const MOST_MS = 120_000

type SilenceOptions = {
  /** Nothing at all was heard for too long after something was asked. */
  dead: () => void
  later: (run: () => void, ms: number) => unknown
  clock: () => number
}

/**
 * Notices a network that swallows everything and tells nobody: the browser itself would wait for minutes. Each time in
 * vain it waits twice as long, since a large answer may be on a slow way.
 */
export class Silence {
  private since: number | null = null
  private listening = false
  private patienceMs = PATIENCE_MS

  constructor(private readonly options: SilenceOptions) {}

  /** Something was sent that is sure to have an answer. */
  asked(): void {
    this.since ??= this.options.clock()
    this.listen(this.patienceMs)
  }

  heard(): void {
    this.since = null
  }

  /** What was asked for came: the way is quick enough. */
  satisfied(): void {
    this.patienceMs = PATIENCE_MS
  }

  private listen(ms: number): void {
    if (this.listening) return
    this.listening = true
    this.options.later(() => this.judge(), ms)
  }

  private judge(): void {
    this.listening = false
    if (this.since === null) return
    const left = this.since + this.patienceMs - this.options.clock()
    if (left > 0) this.listen(left)
    else this.giveUp()
  }

  private giveUp(): void {
    this.patienceMs = Math.min(2 * this.patienceMs, MOST_MS)
    this.since = null
    this.options.dead()
  }
}
