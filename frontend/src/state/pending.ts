import type { Changes, Command, Experiment } from '../protocol'
import { withChanges } from './changes'

/** A change that the page already shows and the server has not answered. */
export type PendingEdit = {
  command: Command & { id: number }
  changes: Changes
  key: string | null
  /** The undo entry that waits for the stash; null for what is not undone. */
  entry: number | null
  sent: boolean
}

const MOST_LETTERS = 60_000

/** Too large for the socket: own points by the thousand. */
export function isLarge(command: Command): boolean {
  return (
    command.type === 'edit' && command.changes.data != null && JSON.stringify(command).length > MOST_LETTERS
  )
}

/** Edits on their way, oldest first. While one of a key is under way, only the newest further one of it waits. */
export class PendingEdits {
  private edits: PendingEdit[] = []

  constructor(private readonly send: (command: Command & { id: number }) => void) {}

  get count(): number {
    return this.edits.length
  }

  find(command: number): PendingEdit | undefined {
    return this.edits.find((edit) => edit.command.id === command)
  }

  /** Takes the edit; returns the id of a waiting one that it replaced. */
  add(edit: Omit<PendingEdit, 'sent'>): number | null {
    const last = this.edits.at(-1)
    const continued = edit.key !== null && last?.key === edit.key
    if (continued && !last.sent) {
      this.edits[this.edits.length - 1] = { ...edit, sent: false }
      return last.command.id
    }
    this.edits.push({ ...edit, sent: false })
    if (!continued) this.sendAll()
    return null
  }

  /** Forgets an answered edit and sends what waited for it. */
  answered(command: number): PendingEdit | undefined {
    const edit = this.find(command)
    if (!edit) return undefined
    this.edits = this.edits.filter((held) => held !== edit)
    this.sendAll()
    return edit
  }

  /** Forgets what waits for an answer that will not come. */
  dropWaiting(): PendingEdit[] {
    const waiting = this.edits.filter((edit) => !edit.sent)
    this.edits = this.edits.filter((edit) => edit.sent)
    return waiting
  }

  /** An edit that went by HTTP is answered under an id of the server's. */
  answeredLarge(): PendingEdit | undefined {
    const large = this.edits.find((edit) => edit.sent && isLarge(edit.command))
    return large && this.answered(large.command.id)
  }

  /** The server's document with all that is on its way. */
  over(confirmed: Experiment): Experiment {
    return this.edits.reduce((document, edit) => withChanges(document, edit.changes), confirmed)
  }

  /** Edits that were sent and that `experiment` already holds: their answer got lost with a connection. */
  heldBy(experiment: Experiment): number[] {
    const held = this.edits.filter(
      (edit) =>
        edit.sent && JSON.stringify(withChanges(experiment, edit.changes)) === JSON.stringify(experiment),
    )
    return held.map((edit) => edit.command.id)
  }

  clear(): void {
    this.edits = []
  }

  private sendAll(): void {
    for (const edit of this.edits) {
      if (edit.sent) continue
      edit.sent = true
      this.send(edit.command)
    }
  }
}
