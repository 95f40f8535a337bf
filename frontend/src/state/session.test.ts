import { beforeEach, describe, expect, test } from 'vitest'
import { CATALOGUE, xor } from '../core/networks.fixture'
import type { Changes, Command, Experiment, Numbered, RunEvent, Status } from '../protocol'
import { type Actions, actionsOf } from './actions'
import { Session } from './session'

const RUN = 'a'.repeat(26)

function experimentOf(name: string): Experiment {
  const data = {
    source: { type: 'xor' },
    count: 200,
    noise: 0,
    shares: { train: 70, validation: 15, test: 15 },
  }
  return {
    version: 1,
    name,
    summary: '',
    question: '',
    data: { ...data, features: ['x', 'y'] },
    network: { layers: [], edges: [] },
    training: { learning_rate: 0.1, l1: 0 },
    seeds: { weights: 0, data: 0, order: 0, dropout: 0 },
    view: { speed: '4 epochs/s' },
  } as unknown as Experiment
}

type Kind = 'live' | 'restart' | 'restored' | 'structure'

/** A server that carries out edits, keeps a stash for each, and answers only when told to. */
class FakeServer {
  experiment = experimentOf('XOR')
  sent: Command[] = []
  stashes = new Map<string, Experiment>()
  kind: Kind = 'live'
  problem: string | null = null
  private seq = 0
  private answered = 0

  constructor(private readonly session: Session) {
    session.connect({ send: (command) => this.sent.push(command), putData: async () => {}, follow: () => {} })
    this.show(this.status())
  }

  show(status: Status): void {
    this.tell({
      type: 'snapshot',
      experiment: this.experiment,
      revision: 0,
      status,
      history: [],
      marks: [],
      points: [],
      layout: null,
      device: 'cpu',
      not_saved: this.problem,
    })
  }

  tell(event: RunEvent): void {
    this.session.receive({ type: 'event', run: RUN, stream: 's', seq: ++this.seq, event } as Numbered)
  }

  status(epoch = 0) {
    return {
      type: 'status',
      status: 'paused',
      playing: false,
      epoch,
      step: epoch * 14,
      reason: null,
      message: null,
      queue_position: null,
    } as const
  }

  /** Answers all that came in since the last time. */
  answerAll(kind: Kind = this.kind, message = ''): void {
    for (; this.answered < this.sent.length; this.answered++)
      this.answer(this.sent[this.answered] as Command, kind, message)
  }

  refuse(command: Command & { id: number }, path: string | null = null): void {
    this.answered++
    this.session.refuse({
      type: 'refused',
      command: command.id,
      run: RUN,
      code: 'invalid_field',
      message: 'No.',
      path,
      layer: null,
    })
  }

  private answer(command: Command, kind: Kind, message: string): void {
    if (command.type !== 'edit' && command.type !== 'restart') {
      if ('id' in command) this.tell({ type: 'accepted', command: command.id })
      return
    }
    const stash = `stash${this.stashes.size}`
    this.stashes.set(stash, this.experiment)
    if (command.type === 'edit') this.experiment = { ...this.experiment, ...given(command.changes) }
    this.tell({
      type: 'edited',
      command: command.id,
      kind,
      experiment: this.experiment,
      revision: 1,
      epoch: 0,
      step: 0,
      label: '',
      kept: 0,
      fresh: 0,
      boundary_shift: 0,
      message: message || (kind === 'restored' ? 'Back.' : ''),
      stash,
    })
  }
}

const given = (changes: Changes) =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value != null))

let now = 0
let session: Session
let actions: Actions
let server: FakeServer

beforeEach(() => {
  now = 1000
  session = new Session(() => now)
  actions = actionsOf(session)
  server = new FakeServer(session)
})

const learningRate = (rate: number): Changes => ({
  training: { ...session.model.experiment.training, learning_rate: rate },
})

/** Lets promises run on, and answers what they send, until all is quiet. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) {
    server.answerAll()
    await Promise.resolve()
  }
}

test('a page opened while a new network is compiled knows whether the old one trains on', () => {
  server.show({ ...server.status(3), status: 'compiling', playing: true })
  expect(session.model.run?.playing).toBe(true)

  server.show({ ...server.status(3), status: 'compiling', playing: false })
  expect(session.model.run?.playing).toBe(false)
})

test('that the run cannot be saved is known from an event, from a snapshot, and forgotten with the run', () => {
  server.tell({ type: 'saving', problem: 'the disk is full.' })
  expect(session.model.notSaved).toBe('the disk is full.')

  server.tell({ type: 'saving', problem: null })
  expect(session.model.notSaved).toBeNull()
  expect(session.model.toasts.map(({ text }) => text)).toEqual(['The run is saved again.'])

  server.problem = 'the disk is full again.'
  server.show(server.status())
  expect(session.model.notSaved).toBe('the disk is full again.')
  session.follow('b'.repeat(26))
  expect(session.model.notSaved).toBeNull()
})

describe('editing', () => {
  test('what a change of the structure kept is said once, in the words of the server', async () => {
    const message = '37 trained numbers kept, the picture does not move.'
    const edited = actions.edit({ network: { layers: [], edges: [{ source: 'a', target: 'b' }] } }, 'Edge')
    server.answerAll('structure', message)
    await edited

    expect(session.model.toasts.map(({ text }) => text)).toEqual([message])
  })

  test('a change shows before the server has answered', () => {
    void actions.edit(learningRate(0.5), 'Learning rate 0.5')

    expect(session.model.experiment.training.learning_rate).toBe(0.5)
    expect(session.confirmed.training.learning_rate).toBe(0.1)
  })

  test('a refused change is taken back, said under its field, and leaves nothing to undo', async () => {
    const answer = actions.edit(learningRate(-1), 'Learning rate −1')
    server.refuse(server.sent[0] as never, 'training.learning_rate')

    expect((await answer).ok).toBe(false)
    expect(session.model.experiment.training.learning_rate).toBe(0.1)
    expect(session.model.problems).toEqual({ 'training.learning_rate': 'No.' })
    expect(session.model.undo.past).toHaveLength(0)
  })

  test('a refusal takes back its own change and keeps a later one', () => {
    void actions.edit(learningRate(0.5), 'Learning rate')
    void actions.edit({ name: 'Mine' }, 'Rename')
    server.refuse(server.sent[0] as never)

    expect(session.model.experiment.training.learning_rate).toBe(0.1)
    expect(session.model.experiment.name).toBe('Mine')
  })

  test('the drag of a slider is one entry of undo, and only its newest value waits to be sent', async () => {
    for (const rate of [0.2, 0.3, 0.4, 0.5]) {
      now += 30
      void actions.edit(learningRate(rate), 'Learning rate', { key: 'rate' })
    }
    expect(server.sent).toHaveLength(1)
    await settle()

    expect(server.sent).toHaveLength(2)
    expect(server.experiment.training.learning_rate).toBe(0.5)
    expect(session.model.undo.past).toHaveLength(1)
  })

  test('a change to the same value is no edit', async () => {
    await actions.edit({ name: 'XOR' }, 'Rename')

    expect(server.sent).toHaveLength(0)
  })
})

describe('undo', () => {
  test('undoes every change, one by one, and redo does them again', async () => {
    const states: string[] = [JSON.stringify(session.model.experiment)]
    for (let i = 0; i < 30; i++) {
      now += 5000
      const changes = [
        learningRate(i / 10 + 0.3),
        { name: `Name ${i}` },
        { seeds: { ...session.model.experiment.seeds, data: i } },
      ][i % 3]
      void actions.edit(changes as Changes, `Edit ${i}`)
      await settle()
      states.push(JSON.stringify(session.model.experiment))
    }
    for (const before of [...states].reverse().slice(1)) {
      void actions.undo()
      await settle()
      expect(JSON.stringify(session.model.experiment)).toBe(before)
    }
    for (const after of states.slice(1)) {
      void actions.redo()
      await settle()
      expect(JSON.stringify(session.model.experiment)).toBe(after)
    }
    expect(JSON.stringify(server.experiment)).toBe(states.at(-1))
  })

  test('sends the stash that the answer to the edit named, and redo the one of the undo', async () => {
    void actions.edit({ seeds: { ...session.model.experiment.seeds, data: 7 } }, 'New data')
    await settle()
    void actions.undo()
    await settle()
    void actions.redo()
    await settle()

    const restored = server.sent.map((command) => (command.type === 'edit' ? command.restore : null))
    expect(restored).toEqual([null, 'stash0', 'stash1'])
  })

  test('waits for an edit that is still on its way, as only its answer names the stash', async () => {
    void actions.edit({ name: 'Mine' }, 'Rename')
    void actions.undo()
    expect(server.sent).toHaveLength(1)
    await settle()

    expect(server.sent).toHaveLength(2)
    expect(server.sent[1]).toMatchObject({ restore: 'stash0' })
    expect(session.model.experiment.name).toBe('XOR')
  })

  test('takes a restart back by its stash alone', async () => {
    void actions.restart()
    await settle()
    void actions.undo()
    await settle()

    expect(server.sent.map((command) => command.type)).toEqual(['restart', 'edit'])
    expect(server.sent[1]).toMatchObject({ changes: {}, restore: 'stash0' })
  })

  test('gives back a number that was typed over', async () => {
    const pin = { layer: 'hidden1', parameter: 'weight' as const, index: [0, 1] }
    void actions.setParameter(pin, 2, 0.5)
    await settle()
    void actions.undo()
    await settle()

    expect(server.sent.map((command) => (command.type === 'set_parameter' ? command.value : null))).toEqual([
      2, 0.5,
    ])
  })

  test('of how the page shows things is not kept', async () => {
    void actions.setView({ log_loss: true })
    await settle()

    expect(session.model.undo.past).toHaveLength(0)
    expect(server.experiment.view.log_loss).toBe(true)
  })
})

describe('what is said of a step', () => {
  const seed = (data: number): Changes => ({ seeds: { ...session.model.experiment.seeds, data } })
  const texts = () => session.model.toasts.map(({ text }) => text)

  async function take(data: number): Promise<void> {
    void actions.edit(seed(data), `Data ${data}`)
    const step = session.model.undo.past.at(-1)?.id as number
    await settle()
    actions.notify(`Data ${data}.`, 'info', { action: { label: 'Undo', onClick: () => {} }, step })
  }

  test('goes when the next one is taken, so that its Undo never undoes another', async () => {
    await take(1)
    await take(2)

    expect(texts()).toEqual(['Data 2.'])
  })

  test('goes when it is undone, and several quick undos say once that the network is back', async () => {
    for (const data of [1, 2, 3]) await take(data)
    server.kind = 'restored'
    for (let i = 0; i < 3; i++) void actions.undo()
    await settle()

    expect(texts()).toEqual(['Back.'])
  })

  test('leaves alone what is said of other things, of which two stand at most', async () => {
    for (const text of ['One.', 'Two.', 'Three.']) actions.notify(text)
    void actions.edit(seed(1), 'Data')
    await settle()

    expect(texts()).toEqual(['Two.', 'Three.'])
  })

  test('is not said when a newer step was taken before the answer came', async () => {
    server.kind = 'structure'
    void actions.edit(seed(1), 'Data 1')
    void actions.edit({ name: 'Mine' }, 'Rename')
    await settle()

    expect(texts()).toHaveLength(1)
  })
})

describe('history', () => {
  const rows = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({
      epoch: from + i,
      step: 14 * (from + i),
      train_loss: 1 / (from + i + 1),
      validation_loss: null,
      train_metric: null,
      validation_metric: null,
      learning_rate: 0.1,
      parameters: from + i > 2 ? [from + i, null] : null,
    }))

  test('every epoch enters once, through many batches and more rows than there was room for', () => {
    for (let from = 0; from < 1000; from += 37)
      server.tell({ type: 'history', offset: from, rows: rows(from, from + 37) })

    expect(Array.from(session.model.history.epoch)).toEqual(Array.from({ length: 1036 }, (_, i) => i))
    expect(session.model.history.validation_loss[5]).toBeNaN()
  })

  test('a smaller offset replaces what came after it', () => {
    server.tell({ type: 'history', offset: 0, rows: rows(0, 10) })
    server.tell({ type: 'history', offset: 4, rows: rows(4, 6) })

    expect(session.model.history.length).toBe(6)
    expect(session.model.history.parameters).toEqual([
      null,
      null,
      null,
      [3, Number.NaN],
      [4, Number.NaN],
      [5, Number.NaN],
    ])
  })

  test('a restart leaves the previous curve behind as a ghost, and undo takes it away again', async () => {
    server.tell({ type: 'history', offset: 0, rows: rows(0, 10) })
    void actions.restart()
    server.answerAll('restart')
    server.tell({ type: 'history', offset: 0, rows: rows(0, 1) })
    await settle()

    expect(session.model.ghost).toMatchObject({ columns: { length: 10 }, source: { type: 'xor' } })
    void actions.undo()
    await settle()
    expect(session.model.ghost).toBeNull()
  })
})

test('what a document names cannot reach the prototype of all objects', async () => {
  void actions.edit(JSON.parse('{"name": "x", "__proto__": {"polluted": true}}'), 'Open')
  await settle()

  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

describe('before there is a run', () => {
  function newcomer() {
    const fresh = new Session(() => 1)
    const sent: Command[] = []
    fresh.connect({ send: (command) => sent.push(command), putData: async () => {}, follow: () => {} })
    return { fresh, sent }
  }

  test('the document is shown, Play is kept, and sent once the run is there', () => {
    const { fresh, sent } = newcomer()
    fresh.preview(experimentOf('XOR'))
    void actionsOf(fresh).play()
    expect(fresh.model.experiment.name).toBe('XOR')
    expect(sent).toEqual([])
    fresh.follow(RUN)
    const kept = new FakeServer(fresh)

    expect(kept.sent.map(({ type }) => type)).toEqual(['play'])
  })

  test('what is asked while another run is on its way goes to that one', () => {
    session.follow('b'.repeat(26))
    void actions.play()

    expect(server.sent.filter(({ type }) => type === 'play')).toEqual([])
  })
})

describe('a network that the page knows to be broken', () => {
  test('is told at once, points at its layer, and is neither sent nor kept for undo', async () => {
    session.set({ catalogue: CATALOGUE })
    const looped = { ...xor(), edges: [...xor().edges, { source: 'hidden2', target: 'hidden1' }] }

    const answer = await actions.edit({ network: looped }, 'Loop')

    expect(answer).toMatchObject({ ok: false, refused: { path: 'network' } })
    expect(session.model.problemLayer?.message).toMatch(/form a loop/)
    expect(session.model.toasts.at(-1)?.text).toMatch(/form a loop/)
    expect(server.sent).toEqual([])
    expect(session.model.undo.past).toEqual([])
    expect(session.model.experiment.network).toEqual(server.experiment.network)
  })
})

describe('after a connection that was lost for too long', () => {
  const notSent = (command: number) =>
    session.refuse({
      type: 'refused',
      command,
      run: RUN,
      code: 'not_sent',
      message: 'It was not sent.',
      path: null,
      layer: null,
    })

  test('the page shows what the server holds again, says so once, and keeps nothing to undo', async () => {
    const edits = [0.2, 0.3, 0.4].map((rate) =>
      actions.edit(learningRate(rate), 'Learning rate', { key: 'rate' }),
    )
    expect(session.model.experiment.training.learning_rate).toBe(0.4)
    expect(server.sent).toHaveLength(1)
    notSent((server.sent[0] as { id: number }).id)

    expect((await Promise.all(edits)).map(({ ok }) => ok)).toEqual([false, true, false])
    expect(session.model.experiment.training.learning_rate).toBe(0.1)
    expect(session.model.unanswered).toBe(0)
    expect(session.model.undo.past).toEqual([])
    expect(session.model.toasts.map(({ text }) => text)).toEqual(['It was not sent.'])
    expect(server.sent).toHaveLength(1)
  })

  test('an edit that the server says it has carried out is what the page shows', async () => {
    const edit = actions.edit(learningRate(0.2), 'Learning rate')
    session.answered((server.sent[0] as { id: number }).id)

    expect((await edit).ok).toBe(true)
    expect(session.confirmed.training.learning_rate).toBe(0.2)
  })

  test('points that could not be sent are told of in a sentence', async () => {
    session.connect({
      send: () => {},
      putData: () => Promise.reject(new TypeError('Failed to fetch')),
      follow: () => {},
    })
    const items = Array.from({ length: 4000 }, (_, n) => ({ x: [n, -n], target: n % 2 }))
    const data = { ...session.model.experiment.data, source: { type: 'points', items } } as Experiment['data']
    await actions.edit({ data }, 'Points')

    expect(session.model.toasts.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^The points were not sent/),
    ])
  })
})

test('two pages that are opened in the same moment never give a command the same id', () => {
  const [one, other] = [new Session(() => 1), new Session(() => 1)]

  expect(one.freshId()).not.toBe(other.freshId())
  expect(Number.isSafeInteger(one.freshId() + 1e9)).toBe(true)
})
