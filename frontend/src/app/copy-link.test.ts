import { beforeEach, expect, test, vi } from 'vitest'
import { experimentWith, xor } from '../core/networks.fixture'
import { emptyModel, store } from '../state'
import { copyLink } from './copy-link'

beforeEach(() => {
  vi.stubGlobal('navigator', { clipboard: { writeText: async () => {} } })
  store.setState({ ...emptyModel(), experiment: experimentWith(xor()) })
})

const said = () => store.getState().toasts.at(-1)?.text

test('a link to a run that was never edited starts the identical run', async () => {
  await copyLink()

  expect(said()).toBe('Link copied. Whoever opens it starts the identical run.')
})

test('a link to a run that was edited on the way promises no identical run', async () => {
  store.setState({ marks: [{ epoch: 26, label: 'Own point' }] })

  await copyLink()

  expect(said()).toBe(
    'Link copied. It holds the experiment as it is now; opened elsewhere it starts at epoch 0.',
  )
})

test('a weight that was typed over does not travel either', async () => {
  const pin = { layer: 'hidden1', parameter: 'weight' as const, index: [0, 0] }
  const entry = { id: 1, at: 0, ghost: null, stash: null, label: 'Weight', key: null }
  const past = [{ ...entry, kind: 'parameter' as const, pin, before: 0, after: 1 }]
  store.setState({ undo: { past, future: [] } })

  await copyLink()

  expect(said()).toContain('starts at epoch 0')
})
