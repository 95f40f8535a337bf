import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Changes, Command, Edited, Experiment, Numbered, Refused } from '../protocol'
import { sectionsOf, withChanges } from './changes'
import { HistoryColumns } from './columns'
import { type Link, NO_LINK, type Wish } from './link'
import { emptyModel, type Model, type Toast, type Tone } from './model'
import { isLarge, PendingEdits } from './pending'
import { receive } from './receive'
import { changeEntry, record, type UndoEntry } from './undo'

/** How a command ended. */
export type Answer = { ok: true; edited?: Edited } | { ok: false; refused: Refused }

type NewEntry = UndoEntry extends infer E
  ? E extends UndoEntry
    ? Omit<E, 'id' | 'at' | 'ghost' | 'stash'>
    : never
  : never

export type EditRequest = {
  changes: Changes
  label: string
  key?: string | null
  restore?: string | null
  /** The undo entry to join the answer's stash to; none for how the page shows things. */
  entry?: number | null
  /** The command to send instead of `edit`. */
  wish?: Wish
}

const MOST_TOASTS = 2
const MOST_FIRST_ID = 2 ** 52

/** What belongs to one run alone. */
const FORGOTTEN = {
  unanswered: 0,
  problems: {},
  problemLayer: null,
  tested: null,
  engine: null,
  notSaved: null,
  selection: {},
  pins: [],
  pinnedPoint: null,
  hoveredPoint: null,
} satisfies Partial<Model>

/** One run on this page: the store, what is on its way to the server, and what comes back. */
export class Session {
  readonly store: StoreApi<Model> = createStore<Model>(() => emptyModel())
  readonly history = new HistoryColumns()
  readonly pending = new PendingEdits((command) => this.transmit(command))
  confirmed: Experiment = this.store.getState().experiment
  private link: Link = NO_LINK
  private nextId: number
  private followed: string | null = null
  private beginsAgain = false
  private unknownRun: () => void = () => {}
  private readonly early: Array<() => void> = []
  private readonly answers = new Map<number, (answer: Answer) => void>()

  /** `now` in monotonic ms. Ids begin anywhere, so that a reloaded page, or a second one, never repeats one. */
  constructor(readonly now: () => number = () => performance.now()) {
    this.nextId = Math.floor(Math.random() * MOST_FIRST_ID)
  }

  connect(link: Link): void {
    this.link = link
  }

  get model(): Model {
    return this.store.getState()
  }

  set(patch: Partial<Model>): void {
    this.store.setState(patch)
  }

  freshId(): number {
    return this.nextId++
  }

  /** Sends a command; resolves with its answer. What is asked before there is a run is sent as soon as there is one. */
  ask(wish: Wish): Promise<Answer> {
    const run = this.shownRun()
    if (!run) return new Promise((resolve) => this.early.push(() => void this.ask(wish).then(resolve)))
    const command = { ...wish, id: this.freshId(), run } as Command & { id: number }
    this.link.send(command)
    return this.answerTo(command.id)
  }

  /** Shows the change at once and sends it; a refused one is taken back. */
  edit({ changes, label, key = null, restore = null, entry = null, wish }: EditRequest): Promise<Answer> {
    const run = this.shownRun()
    if (!run) return this.tooEarly(entry)
    const asked = wish ?? { type: 'edit', changes, restore, label: label.slice(0, 60) }
    const command = { ...asked, id: this.freshId(), run } as Command & { id: number }
    const replaced = this.pending.add({ command, changes, key, entry })
    if (replaced !== null) this.settle(replaced, { ok: true })
    this.showPending()
    return this.answerTo(command.id)
  }

  /** Shows a document before the server holds it: the page is there at once, its run follows. */
  preview(experiment: Experiment): void {
    this.confirmed = experiment
    this.showPending()
  }

  /** The run that the page shows; null while the one to follow has not arrived. */
  private shownRun(): string | null {
    const id = this.model.run?.id ?? null
    return this.followed === null || this.followed === id ? id : null
  }

  private tooEarly(entry: number | null): Promise<Answer> {
    if (entry !== null) this.changeEntry(entry, () => null)
    this.notify('The network is being opened; try that again in a moment.')
    return Promise.resolve({ ok: true })
  }

  /** Puts a new entry on the undo stack; returns its id. */
  recordEntry(entry: NewEntry): number {
    const whole = {
      ...entry,
      id: this.freshId(),
      at: this.now(),
      ghost: this.model.ghost,
      stash: null,
    } as UndoEntry
    const undo = record(this.model.undo, whole)
    const { id } = undo.past.at(-1) as UndoEntry
    this.set({ undo, toasts: this.model.toasts.filter(({ step = id }) => step === id) })
    return id
  }

  changeEntry(id: number, change: (entry: UndoEntry) => UndoEntry | null): void {
    this.set({ undo: changeEntry(this.model.undo, id, change) })
  }

  /** Takes in an event of the present run; those of others are ignored. */
  receive(message: Numbered): void {
    this.beginsAgain = false
    receive(this, message)
    if (this.shownRun()) for (const send of this.early.splice(0)) send()
  }

  /** An edit or command that was not carried out: the page goes back to what the server holds. */
  refuse(refused: Refused): void {
    if (refused.code === 'unknown_run' && !this.beginsAgain) {
      this.beginsAgain = true
      this.unknownRun()
    }
    const waiting = refused.code === 'not_sent' ? this.pending.dropWaiting() : []
    const edit = refused.command === null ? undefined : this.pending.answered(refused.command)
    this.showPending()
    for (const { entry } of edit ? [edit, ...waiting] : waiting) if (entry !== null) this.shrinkEntry(entry)
    for (const { command } of waiting) this.settle(command.id, { ok: false, refused })
    if (refused.command === null && !refused.path) this.notify(refused.message, 'warn')
    if (refused.path) this.set({ problems: { ...this.model.problems, [refused.path]: refused.message } })
    if (refused.layer) this.set({ problemLayer: { layer: refused.layer, message: refused.message } })
    if (refused.command !== null) this.settle(refused.command, { ok: false, refused })
  }

  /** A command that was sent again had been carried out: what came of it is known, or about to be. */
  answered(command: number): void {
    const edit = this.pending.answered(command)
    if (edit) this.confirmed = withChanges(this.confirmed, edit.changes)
    this.showPending()
    this.settle(command, { ok: true })
  }

  settle(command: number, answer: Answer): void {
    this.answers.get(command)?.(answer)
    this.answers.delete(command)
  }

  showPending(): void {
    this.set({ experiment: this.pending.over(this.confirmed), unanswered: this.pending.count })
  }

  /** Calls back when the server does not know the followed run (any more). */
  onUnknownRun(begin: () => void): () => void {
    this.unknownRun = begin
    return () => this.onUnknownRun(() => {})
  }

  /** Starts to show another run; what is known of the present one is forgotten, but for undo and ghost. */
  follow(run: string): void {
    if (this.followed) this.early.length = 0 // meant for the run that is left
    this.followed = run
    this.pending.clear()
    for (const id of [...this.answers.keys()]) this.settle(id, { ok: true })
    this.set(FORGOTTEN)
    this.link.follow(run)
  }

  notify(text: string, tone: Tone = 'info', more: Pick<Toast, 'action' | 'step'> = {}): void {
    const toast = { id: String(this.freshId()), text, tone, ...more }
    const others = this.model.toasts.filter((held) => held.text !== text)
    this.set({ toasts: [...others, toast].slice(-MOST_TOASTS) })
  }

  /** Resolves when no edit is on its way. */
  async settled(): Promise<void> {
    if (this.pending.count === 0) return
    await new Promise<void>((resolve) => {
      const stop = this.store.subscribe(({ unanswered }) => {
        if (unanswered > 0) return
        stop()
        resolve()
      })
    })
  }

  /** A new try at a section takes its old complaints away. */
  clearProblems(changes: Changes): void {
    const touched = Object.keys(changes)
    const left = Object.entries(this.model.problems).filter(
      ([path]) => !touched.includes(path.split('.')[0] ?? ''),
    )
    this.set({
      problems: Object.fromEntries(left),
      problemLayer: changes.network ? null : this.model.problemLayer,
    })
  }

  private transmit(command: Command & { id: number }): void {
    if (!isLarge(command) || command.type !== 'edit' || !command.changes.data) this.link.send(command)
    else
      this.link
        .putData(command.run, command.changes.data)
        .catch((error) => this.refuseLarge(command.id, error))
  }

  private refuseLarge(command: number, error: unknown): void {
    const lost = !(error instanceof Error) || error instanceof TypeError // as fetch says that nobody answers
    const message = lost
      ? 'The points were not sent, as the connection was lost. Try it again.'
      : error.message
    this.refuse({ type: 'refused', command, run: null, code: 'error', message, path: null, layer: null })
  }

  private answerTo(command: number): Promise<Answer> {
    return new Promise((resolve) => this.answers.set(command, resolve))
  }

  /** What is left of an undo entry after a refusal: what did change; nothing, if nothing did. */
  private shrinkEntry(id: number): void {
    this.changeEntry(id, (entry) => {
      if (entry.kind !== 'edit') return null
      const after = sectionsOf(this.model.experiment, entry.after)
      return JSON.stringify(after) === JSON.stringify(entry.before) ? null : { ...entry, after }
    })
  }
}
