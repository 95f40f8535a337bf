import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Experiment } from '../protocol'
import { session, store } from '../state'
import { useMeasuredTask, usePreparing } from './use-task'

const DATASETS = [
  { type: 'xor', task: 'classification', classes: 2, inputs: 2 },
  { type: 'circle', task: 'classification', classes: 2, inputs: 2 },
  { type: 'spirals', task: 'classification', classes: 3, inputs: 2 },
  { type: 'noisy_sine', task: 'regression', classes: 0, inputs: 1 },
]

const experimentOf = (type: string) => ({ data: { source: { type } } }) as unknown as Experiment

beforeEach(() => {
  store.setState(store.getInitialState(), true)
  session.confirmed = experimentOf('xor')
  store.setState({ catalogue: { datasets: DATASETS } as never, experiment: experimentOf('xor') })
})
afterEach(cleanup)

const choose = (type: string) => act(() => store.setState({ experiment: experimentOf(type), unanswered: 1 }))

function answer(): void {
  session.confirmed = store.getState().experiment
  act(() => store.setState({ unanswered: 0 }))
}

test.each(['spirals', 'noisy_sine'])('%s after XOR is prepared until the engine has answered', (type) => {
  const { result } = renderHook(usePreparing)
  const before = result.current
  choose(type)
  const meanwhile = result.current
  answer()

  expect([before, meanwhile, result.current]).toEqual([false, true, false])
})

test('until then pictures and numbers belong to the task before', () => {
  const { result } = renderHook(useMeasuredTask)
  choose('noisy_sine')

  expect(result.current).toMatchObject({ kind: 'classification', inputs: 2 })
})

test('another data set of the same task needs no veil', () => {
  const { result } = renderHook(usePreparing)
  choose('circle')

  expect(result.current).toBe(false)
})
