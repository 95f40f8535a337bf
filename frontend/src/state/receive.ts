import type { Edited, Experiment, Numbered, RunEvent, Snapshot, Status } from '../protocol'
import { withChanges } from './changes'
import type { HistoryColumns } from './columns'
import { ghostOf } from './ghost'
import type { Model, RunInfo, Tone } from './model'
import type { PendingEdits } from './pending'
import type { UndoEntry } from './undo'

/** What events change: see Session. */
type Receiver = {
  readonly model: Model
  readonly history: HistoryColumns
  readonly pending: PendingEdits
  confirmed: Experiment
  set(patch: Partial<Model>): void
  settle(command: number, answer: { ok: true; edited?: Edited }): void
  showPending(): void
  changeEntry(id: number, change: (entry: UndoEntry) => UndoEntry | null): void
  notify(text: string, tone?: Tone): void
}

/** Takes an event of the run into the session's model. */
export function receive(session: Receiver, { run, event }: Numbered): void {
  if (event.type === 'snapshot') takeSnapshot(session, run, event)
  else if (session.model.run?.id === run) takers[event.type](session, event as never)
}

type Taker<E> = (session: Receiver, event: E) => void
type Takers = { [type in Exclude<RunEvent['type'], 'snapshot'>]: Taker<Extract<RunEvent, { type: type }>> }

const takers: Takers = {
  status: (session, event) => session.set({ run: { ...(session.model.run as RunInfo), ...standing(event) } }),
  history: (session, { offset, rows, older }) => {
    if (offset === 0) session.history.replace(rows, older)
    else session.history.write(offset, rows)
    session.set({ history: session.history.columns })
  },
  points: (session, { points }) => session.set({ points }),
  layout: (session, layout) => session.set({ layout }),
  marks: (session, { marks }) => {
    session.history.hold(marks)
    session.set({ marks })
  },
  edited: takeEdited,
  tested: (session, tested) => {
    session.set({ tested })
    session.settle(tested.command, { ok: true })
  },
  accepted: (session, { command }) => {
    const edit = session.pending.answered(command)
    if (edit) session.confirmed = withChanges(session.confirmed, edit.changes)
    session.showPending()
    session.settle(command, { ok: true })
  },
  engine: (session, { state, message }) => {
    session.set({ engine: state === 'lost' ? { state, message } : null })
    if (state === 'resumed') session.notify(message, 'good')
  },
  saving: (session, { problem }) => {
    session.set({ notSaved: problem })
    if (problem === null) session.notify('The run is saved again.', 'good')
  },
}

function standing(event: Status): Omit<RunInfo, 'id' | 'device'> {
  const { status, playing, epoch, step, reason, message } = event
  return { status, playing, epoch, step, reason, message, queuePosition: event.queue_position }
}

function takeSnapshot(session: Receiver, id: string, snapshot: Snapshot): void {
  const { experiment, revision, marks, points, layout, device } = snapshot
  session.confirmed = experiment
  session.history.hold(marks)
  session.history.replace(snapshot.history, snapshot.older)
  session.set({
    run: { id, device, ...standing(snapshot.status) },
    revision,
    marks,
    points,
    layout,
    notSaved: snapshot.not_saved,
    history: session.history.columns,
  })
  for (const command of session.pending.heldBy(experiment)) {
    session.pending.answered(command)
    session.settle(command, { ok: true })
  }
  session.showPending()
}

/** The previous curve stays behind as a ghost when this edit begins again; an undo brings the older ghost back. */
function takeEdited(session: Receiver, edited: Edited): void {
  const edit = session.pending.answered(edited.command) ?? session.pending.answeredLarge()
  const { epoch, step } = edited
  if (edited.kind === 'restart') leaveGhost(session)
  session.confirmed = edited.experiment
  session.set({
    revision: edited.revision,
    tested: edited.kind === 'nothing' ? session.model.tested : null,
    run: { ...(session.model.run as RunInfo), epoch, step },
  })
  session.showPending()
  if (edit && edit.entry !== null) rememberStash(session, edit.entry, edited.stash)
  session.settle(edit?.command.id ?? edited.command, { ok: true, edited })
}

function leaveGhost(session: Receiver): void {
  const ghost = ghostOf(session.history, session.confirmed)
  if (ghost) session.set({ ghost })
}

/** A drag makes several stashes: the first holds what was before all of it. */
function rememberStash(session: Receiver, entry: number, stash: string | null): void {
  session.changeEntry(entry, (held) => ({ ...held, stash: held.stash ?? stash }))
}
