import { networkProblem } from '../core/validate'
import type { Changes, Experiment, Pin, Refused, Speed, View } from '../protocol'
import { sectionsOf } from './changes'
import { ghostOf } from './ghost'
import type { Wish } from './link'
import type { Selection, Toast, Tone } from './model'
import type { Answer, Session } from './session'
import { stepBack, stepForward, type UndoEntry } from './undo'

const MOST_PINS = 16

/** Draws a seed that the document allows. */
const freshSeed = (): number => Math.floor(Math.random() * 2 ** 32)

/** Everything a person can do, bound to one session. */
export function actionsOf(session: Session) {
  let waiting: Array<'undo' | 'redo'> = []
  let stepping = false

  /** A step in the past needs the stash that the answer before it names, so steps go one by one. */
  async function travel(direction: 'undo' | 'redo'): Promise<void> {
    waiting.push(direction)
    if (stepping) return
    stepping = true
    while (waiting.length) {
      await session.settled()
      const next = waiting.shift()
      if (next) await takeStep(next)
    }
    stepping = false
  }

  async function takeStep(direction: 'undo' | 'redo'): Promise<void> {
    const taken = (direction === 'undo' ? stepBack : stepForward)(session.model.undo)
    if (!taken) return
    const [entry, undo] = taken
    session.set({ undo, toasts: session.model.toasts.filter(({ step }) => step === undefined) })
    const answer = await carryOut(entry, direction)
    if (answer.ok) return
    waiting = []
    session.set({ undo: direction === 'undo' ? backAgain(undo) : forthAgain(undo) })
    session.notify(answer.refused.message, 'bad')
  }

  async function carryOut(entry: UndoEntry, direction: 'undo' | 'redo'): Promise<Answer> {
    const target = direction === 'undo' ? 'before' : 'after'
    if (entry.kind === 'run') return followRun(entry[target])
    if (entry.kind === 'parameter')
      return session.ask({ type: 'set_parameter', pin: entry.pin, value: entry[target] })
    return restore(entry, direction)
  }

  function followRun(run: string): Answer {
    session.follow(run)
    return { ok: true }
  }

  async function restore(entry: UndoEntry & { kind: 'edit' }, direction: 'undo' | 'redo'): Promise<Answer> {
    const changes = direction === 'undo' ? entry.before : entry.after
    const ghost = session.model.ghost
    session.changeEntry(entry.id, (held) => ({ ...held, stash: null, ghost }))
    const label = direction === 'undo' ? `Undo: ${entry.label}` : entry.label
    const answer = await session.edit({ changes, label, restore: entry.stash, entry: entry.id })
    if (answer.ok) session.set({ ghost: entry.ghost })
    if (answer.ok && answer.edited?.kind === 'restored' && !waiting.length)
      session.notify(answer.edited.message, 'info', { step: entry.id })
    return answer
  }

  /** A step that is asked for while the engine restarts is carried out when it is back. */
  async function whenReady(wish: Wish): Promise<Answer> {
    const { run, engine } = session.model
    if (!run) session.notify('Asked for: it begins as soon as the network is ready.')
    else if (engine) session.notify('The engine restarts; this is carried out when it is back.')
    return say(await session.ask(wish))
  }

  function say(answer: Answer): Answer {
    if (!answer.ok) session.notify(answer.refused.message, 'bad')
    return answer
  }

  /** What the page itself can tell of a network that the server would refuse; it points at the layer. */
  function problemOf({ network, data }: Changes): Refused | null {
    const { catalogue, experiment } = session.model
    if (!network || !catalogue) return null
    const found = networkProblem(network, (data ?? experiment.data).features.length, catalogue)
    if (!found) return null
    const { layer, message } = found
    if (layer) session.set({ problemLayer: { layer, message } })
    return { type: 'refused', command: null, run: null, code: found.kind, message, path: 'network', layer }
  }

  const actions = {
    /**
     * Changes sections of the experiment, with undo. `key`: changes with the same key in quick succession are one
     * undo entry. `quiet`: the caller shows the refusal itself.
     */
    async edit(
      changes: Changes,
      label: string,
      options: { key?: string; quiet?: boolean } = {},
    ): Promise<Answer> {
      const before = sectionsOf(session.model.experiment, changes)
      if (JSON.stringify(before) === JSON.stringify(changes)) return { ok: true }
      const key = options.key ?? null
      session.clearProblems(changes)
      const refused = problemOf(changes)
      if (refused) return options.quiet ? { ok: false, refused } : say({ ok: false, refused })
      const entry = session.recordEntry({ kind: 'edit', label, key, before, after: changes })
      const answer = await session.edit({ changes, label, key, entry })
      const newest = session.model.undo.past.at(-1)?.id === entry
      if (answer.ok && answer.edited?.kind === 'structure' && newest)
        session.notify(answer.edited.message, 'info', { step: entry })
      return options.quiet ? answer : say(answer)
    },
    undo: (): Promise<void> => travel('undo'),
    redo: (): Promise<void> => travel('redo'),

    play: (untilEpoch: number | null = null): Promise<Answer> =>
      whenReady({ type: 'play', until_epoch: untilEpoch }),
    pause: (): Promise<Answer> => whenReady({ type: 'pause' }),
    advance: (unit: 'update' | 'epoch', count = 1): Promise<Answer> =>
      whenReady({ type: 'advance', unit, count }),

    /** Same weights, same data, epoch 0. */
    async restart(): Promise<Answer> {
      const entry = session.recordEntry({ kind: 'edit', label: 'Restart', key: null, before: {}, after: {} })
      return say(await session.edit({ changes: {}, label: 'Restart', entry, wish: { type: 'restart' } }))
    },
    newWeights: (): Promise<Answer> => reseed('weights', 'New weights'),
    newData: (): Promise<Answer> => reseed('data', 'New data'),
    /** Back to the last finite point with a tenth of the learning rate. */
    async recover(): Promise<Answer> {
      const { experiment } = session.model
      const before = { training: experiment.training }
      const entry = session.recordEntry({ kind: 'edit', label: 'Recover', key: null, before, after: before })
      const answer = await session.edit({ changes: {}, label: 'Recover', entry, wish: { type: 'recover' } })
      session.changeEntry(entry, (held) =>
        held.kind === 'edit' ? { ...held, after: { training: session.model.experiment.training } } : held,
      )
      return say(answer)
    },
    finalTest: (): Promise<Answer> => session.ask({ type: 'final_test' }).then(say),

    /** How the page shows the run: not an entry of undo. */
    async setView(view: Partial<View>): Promise<Answer> {
      const changes = { view: { ...session.model.experiment.view, ...view } }
      return say(await session.edit({ changes, label: '' }))
    },
    async setSpeed(speed: Speed): Promise<Answer> {
      const changes = { view: { ...session.model.experiment.view, speed } }
      return say(await session.edit({ changes, label: '', key: 'speed', wish: { type: 'speed', speed } }))
    },
    /** Types over a weight or a bias; `before` is what it was, for undo. */
    async setParameter(pin: Pin, value: number, before: number): Promise<Answer> {
      const key = `parameter ${pin.layer} ${pin.parameter} ${pin.index}`
      const label = pin.parameter === 'weight' ? 'Weight' : 'Bias'
      const entry = session.recordEntry({ kind: 'parameter', label, key, pin, before, after: value })
      const answer = await session.ask({ type: 'set_parameter', pin, value })
      if (!answer.ok) session.changeEntry(entry, () => null)
      return say(answer)
    },

    /** Shows another run; undo goes back to the present one. */
    showRun(run: string, origin: Experiment, label: string): void {
      const present = session.model.run
      if (present?.status === 'training') void session.ask({ type: 'pause' })
      if (present) session.recordEntry({ kind: 'run', label, key: null, before: present.id, after: run })
      session.set({ origin, ghost: ghostOf(session.history, session.confirmed) })
      session.follow(run)
    },

    /** What stays on the page as live values: weights, biases. The oldest gives way beyond sixteen. */
    setPins: (pins: readonly Pin[]): void => session.set({ pins: pins.slice(-MOST_PINS) }),
    /** The place at which every neuron shows its numbers while the pointer is there. */
    hoverPoint: (point: readonly number[] | null): void => session.set({ hoveredPoint: point }),
    /** The same, until unpinned. */
    setPoint: (point: readonly number[] | null): void => session.set({ pinnedPoint: point }),
    select: (selection: Selection): void => session.set({ selection }),
    want: (wanted: Partial<{ predictions: boolean; confusion: boolean }>): void =>
      session.set({ wanted: { ...session.model.wanted, ...wanted } }),
    fold: (layer: string, folded: boolean): void => {
      const others = session.model.folded.filter((held) => held !== layer)
      session.set({ folded: folded ? [...others, layer].sort() : others })
    },
    setPresent: (present: boolean): void => session.set({ present }),
    notify: (text: string, tone?: Tone, more?: Pick<Toast, 'action' | 'step'>): void =>
      session.notify(text, tone, more),
    dismiss: (id: string): void =>
      session.set({ toasts: session.model.toasts.filter((toast) => toast.id !== id) }),
  }

  function reseed(seed: 'weights' | 'data', label: string): Promise<Answer> {
    return actions.edit({ seeds: { ...session.model.experiment.seeds, [seed]: freshSeed() } }, label)
  }

  return actions
}

export type Actions = ReturnType<typeof actionsOf>

const backAgain = (undo: Parameters<typeof stepForward>[0]) => stepForward(undo)?.[1] ?? undo
const forthAgain = (undo: Parameters<typeof stepBack>[0]) => stepBack(undo)?.[1] ?? undo
