import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CATALOGUE, experimentWith, xor } from '../core/networks.fixture'
import { TooltipProvider } from '../primitives'
import type { Pin } from '../protocol'
import { actions, emptyModel, store } from '../state'
import { resetCanvas } from './canvas-state'
import { ValueCard } from './value-card'

const PIN: Pin = { layer: xor().layers[1]?.id ?? '', parameter: 'weight', index: [0, 0] }

beforeEach(() => {
  store.setState({ ...emptyModel(), experiment: experimentWith(xor()), catalogue: CATALOGUE })
  resetCanvas()
})
afterEach(cleanup)

test.each([
  ['abc', 'That is not a number; the old one stays.', undefined],
  ['--3', 'That is not a number; the old one stays.', undefined],
  ['0x10', 'That is not a number; the old one stays.', undefined],
  ['1e999', 'The most here is 1000000.', 1e6],
  ['0.5', undefined, 0.5],
])('"%s" typed over a weight: what is not taken as it is, is told', async (text, sentence, taken) => {
  const setParameter = vi.spyOn(actions, 'setParameter').mockResolvedValue({ ok: true })
  setParameter.mockClear()
  render(<ValueCard pin={PIN} pinned />, { wrapper: TooltipProvider })

  fireEvent.click(screen.getByRole('button', { name: /^Type over/ }))
  const input = screen.getByRole('textbox')
  fireEvent.change(input, { target: { value: text } })
  fireEvent.keyDown(input, { key: 'Enter' })
  const again = await screen.findByRole('button', { name: /^Type over/ })

  expect(screen.queryByRole('alert')?.textContent).toBe(sentence)
  expect(setParameter.mock.calls[0]?.[1]).toBe(taken)
  fireEvent.click(again)
  expect(screen.queryByRole('alert')).toBeNull()
})
