import type { Command, Refused } from '../protocol'

export type Asked = Command & { id: number }
type Held = { command: Asked; at: number; tried: boolean }

/** What waits longer for a connection is given up, and said to be: nobody wants it carried out minutes later. */
const WAITS_MS = 30_000

const NAMES: Partial<Record<Command['type'], string>> = {
  play: '“Play”',
  pause: '“Pause”',
  advance: 'The step',
  restart: '“Restart”',
  recover: 'The way back to the last finite point',
  set_parameter: 'The number',
  final_test: 'The final test',
}

/** Commands that have had no answer yet, oldest first. `clock`: monotonic ms. */
export class Unanswered {
  private readonly held = new Map<number, Held>()

  constructor(private readonly clock: () => number) {}

  add(command: Asked): void {
    this.held.set(command.id, { command, at: this.clock(), tried: false })
  }

  answered(id: number): void {
    this.held.delete(id)
  }

  clear(): void {
    this.held.clear()
  }

  /** It was handed to an open connection: from now on it may have arrived. */
  tried(id: number): void {
    const held = this.held.get(id)
    if (held) held.tried = true
  }

  all(): Asked[] {
    return [...this.held.values()].map(({ command }) => command)
  }

  /** What has waited too long, as the server would have refused it. */
  tooOld(): Refused[] {
    const old = [...this.held.values()].filter(({ at }) => this.clock() - at > WAITS_MS)
    return old.map(({ command, tried }) => notSent(command, tried))
  }
}

function notSent(command: Asked, tried: boolean): Refused {
  const name = 'label' in command && command.label ? `“${command.label}”` : NAMES[command.type]
  const fate = tried
    ? 'may not have arrived, as the connection was lost. Look whether it took effect.'
    : 'was not sent, as the connection was lost for too long. Try it again.'
  const message = `${name ?? 'Your last change'} ${fate}`
  return {
    type: 'refused',
    command: command.id,
    run: command.run,
    code: 'not_sent',
    message,
    path: null,
    layer: null,
  }
}
