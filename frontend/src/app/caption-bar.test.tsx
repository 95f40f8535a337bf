import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { TooltipProvider } from '../primitives'
import { actions, type RunInfo, store } from '../state'
import { CaptionBar } from './caption-bar'
import { panels } from './panels'

const QUESTION = { title: 'Question', description: 'What to predict.', maxLength: 20 }
const CATALOGUE = { schema: { properties: { question: QUESTION } } } as never

const PAUSED: RunInfo = {
  id: 'a'.repeat(26),
  status: 'paused',
  playing: false,
  epoch: 7,
  step: 98,
  reason: null,
  message: null,
  queuePosition: null,
  device: 'cpu',
}

beforeEach(() => store.setState(store.getInitialState(), true))
afterEach(cleanup)

function show(run: Partial<RunInfo>, question = 'Will it?'): void {
  const experiment = {
    ...store.getState().experiment,
    question,
    training: { learning_rate: 0.1 },
  }
  act(() =>
    store.setState({ run: { ...PAUSED, ...run }, experiment: experiment as never, catalogue: CATALOGUE }),
  )
  render(
    <TooltipProvider>
      <CaptionBar />
    </TooltipProvider>,
  )
}

test('a run that nothing happened to shows the question', () => {
  show({})

  expect(screen.getByRole('status').textContent).toContain('Will it?')
})

test.each([
  ['before the first update', { step: 0 }, 'Will it? Press Play (Space).'],
  ['while it trains', { status: 'training', playing: true, step: 0 }, 'Will it?'],
  ['after that', { step: 5 }, 'Will it?'],
] as const)('the call to press Play stands %s', (_, run, words) => {
  show(run, 'Will it? Press Play (Space).')

  expect(screen.getByRole('status').textContent?.trim()).toBe(words)
})

describe('the question typed over', () => {
  function type(text: string, key: 'Enter' | 'Escape') {
    const edit = vi.spyOn(actions, 'edit').mockResolvedValue({ ok: true })
    show({})
    fireEvent.click(screen.getByRole('button', { name: 'Edit the question' }))
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Question' })
    fireEvent.change(field, { target: { value: text } })
    fireEvent.keyDown(field, { key })
    return edit
  }

  test('is one edit, no longer than the document allows', () => {
    const edit = type('  What will the  first update do?', 'Enter')

    expect(edit.mock.calls).toEqual([[{ question: 'What will the first' }, 'Question']])
    expect(screen.queryByRole('textbox')).toBeNull()
  })

  test('is left as it was by Escape', () => {
    const edit = type('Something else', 'Escape')

    expect(edit).not.toHaveBeenCalled()
    expect(screen.getByRole('status').textContent).toContain('Will it?')
  })
})

test.each([
  [
    'a run at its epoch limit',
    { status: 'finished', reason: 'epoch_limit', message: 'Limit.' },
    'Continue',
    'play',
  ],
  [
    'a run stopped early',
    { status: 'finished', reason: 'early_stopping', message: 'Early.' },
    'Continue',
    'play',
  ],
  [
    'a diverged run',
    { status: 'diverged', reason: 'not_finite', message: 'Not finite.' },
    'Back to the last finite point, learning rate 0.01',
    'recover',
  ],
  ['a run that failed', { status: 'failed', message: 'Too large.' }, 'Undo', 'undo'],
] as const)('%s says so and offers the way on', (_, run, label, action) => {
  const done = vi.spyOn(actions, action).mockResolvedValue({ ok: true } as never)
  show(run)
  expect(screen.getByText(new RegExp(run.message))).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: label }))

  expect(done).toHaveBeenCalledOnce()
})

test('a run that cannot be saved says so instead of its question, while it trains and when it has finished', () => {
  act(() => store.setState({ notSaved: 'the server’s disk is full. Training goes on.' }))
  show({ status: 'training', playing: true })
  expect(screen.getByRole('status').textContent).toBe(
    'Not saved: the server’s disk is full. Training goes on.',
  )
  act(() => store.setState({ run: { ...PAUSED, status: 'finished', message: 'Limit.' } }))
  expect(screen.getByRole('status').textContent).toContain('Not saved:')
  act(() => store.setState({ run: { ...PAUSED, status: 'diverged', message: 'Not finite.' } }))
  expect(screen.getByRole('alert').textContent).toContain('Diverged.')

  act(() => store.setState({ run: PAUSED, notSaved: null }))
  expect(screen.getByRole('status').textContent).toContain('Will it?')
})

test('compiling is said in words, with how many are served first', () => {
  show({ status: 'compiling', queuePosition: 2 })

  expect(screen.getByRole('status').textContent).toMatch(/Compiling.*2 others are served first/)
})

test('what is being opened is said by name, with how many are served first', () => {
  act(() => panels.setState({ opening: 'XOR', ahead: 1 }))
  show({})
  const said = screen.getByRole('status').textContent
  act(() => panels.setState({ opening: null, ahead: 0 }))

  expect(said).toBe('Opening “XOR” … 1 other is served first. A structure that is new here is compiled once.')
})

test('slow motion tells the size and the loss of the batch that it shows', () => {
  act(() => store.setState({ phase: 'forward', batch: { points: [3, 1, 4], loss: 0.123456 } }))
  show({ status: 'training', playing: true })
  expect(screen.getByRole('status').textContent).toContain('3 points')
  act(() => store.setState({ phase: 'loss' }))

  expect(screen.getByRole('status').textContent).toContain('0.1235')
})

test.each([
  [{ reduced: true, framesPerSecond: 24 }, /24 pictures a second\. Every epoch is still trained/],
  [{ dropping: true }, /This browser or its connection is slower than the training\./],
])('fewer pictures are said in two words and explained on hover', (pace, why) => {
  store.setState({ pace: { ...store.getState().pace, ...pace } })
  show({ status: 'training', playing: true })

  expect(screen.getByText('Fewer pictures').title).toMatch(why)
})
