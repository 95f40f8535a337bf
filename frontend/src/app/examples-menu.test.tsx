import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { experimentWith, xor } from '../core/networks.fixture'
import { TooltipProvider } from '../primitives'
import type { Catalogue, Experiment } from '../protocol'
import { actions, emptyModel, store } from '../state'
import { ExamplesMenu } from './examples-menu'
import { offerLast } from './page-life'
import { panels } from './panels'

const experiment: Experiment = { ...experimentWith(xor()), name: 'Mine' }
const LAST = { run: 'r'.repeat(26), origin: experiment, experiment }

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  )
  const words = { name: {}, summary: {}, question: {} }
  const catalogue = { schema: { properties: words }, examples: [] } as unknown as Catalogue
  store.setState({ ...emptyModel(), experiment, catalogue })
  panels.setState({ last: null })
})
afterEach(cleanup)

test('the run of the last visit is offered for a minute, and later among the examples until it is taken', () => {
  const showRun = vi.spyOn(actions, 'showRun').mockImplementation(() => {})
  offerLast(LAST)
  const [toast] = store.getState().toasts
  expect(toast?.text).toContain('“Mine”')
  expect(toast?.action?.staysMs).toBe(60_000)

  render(<ExamplesMenu />, { wrapper: TooltipProvider })
  fireEvent.click(screen.getByRole('button', { name: 'Examples' }))
  fireEvent.click(screen.getByRole('button', { name: /^Continue your last visit/ }))

  expect(showRun.mock.calls).toEqual([[LAST.run, experiment, 'Continue the last visit']])
  fireEvent.click(screen.getByRole('button', { name: 'Examples' }))
  expect(screen.queryByText('Continue your last visit')).toBeNull()
})
