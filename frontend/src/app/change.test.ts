import { beforeEach, expect, test, vi } from 'vitest'
import type { Source } from '../protocol'
import { type Answer, actions, store, type UndoEntry } from '../state'
import { changeSource } from './change'

const DATASETS = ['xor', 'circle', 'gauss'].map((type) => ({ type, task: 'classification', inputs: 2 }))

const EXPERIMENT = {
  data: { source: { type: 'xor' }, features: ['x', 'y'] },
  network: { layers: [], edges: [] },
  training: { loss: { type: 'binary_cross_entropy' } },
}

beforeEach(() => {
  store.setState(store.getInitialState(), true)
  const history = { ...store.getState().history, length: 9 }
  const catalogue = { datasets: DATASETS } as never
  store.setState({ experiment: EXPERIMENT as never, catalogue, history })
})

/** Steps that the server answers when told to, oldest first. */
function slowServer(): Array<(answer: Answer) => void> {
  const waiting: Array<(answer: Answer) => void> = []
  vi.spyOn(actions, 'edit').mockImplementation((_, label) => {
    const entry = { id: waiting.length + 1, label } as UndoEntry
    store.setState({ undo: { past: [...store.getState().undo.past, entry], future: [] } })
    return new Promise((resolve) => waiting.push(resolve))
  })
  return waiting
}

const choose = (type: string, title: string) => changeSource({ type } as Source, title)

test('a data set’s note offers to undo that very step', async () => {
  const waiting = slowServer()
  const changed = choose('circle', 'Circle')
  waiting[0]?.({ ok: true })
  await changed

  expect(store.getState().toasts).toMatchObject([
    { text: 'Circle. Undo brings the trained network back.', action: { label: 'Undo' }, step: 1 },
  ])
})

test('of two data sets chosen quickly only the newer one is said', async () => {
  const waiting = slowServer()
  const changed = [choose('circle', 'Circle'), choose('gauss', 'Gaussian')]
  for (const answer of waiting) answer({ ok: true })
  await Promise.all(changed)

  expect(store.getState().toasts.map(({ step }) => step)).toEqual([2])
})
