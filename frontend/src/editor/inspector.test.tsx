import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { layerOf } from '../core/network'
import { CATALOGUE, chain, dense, experimentWith, fresh, xor } from '../core/networks.fixture'
import { TooltipProvider } from '../primitives'
import type { AnyLayer } from '../protocol'
import { actions, emptyModel, store } from '../state'
import { resetCanvas } from './canvas-state'
import { LayerInspector } from './inspector'

const NUMBER = { type: 'number', minimum: 0, maximum: 1, live: true }

const SCHEMAS: Record<string, Record<string, unknown>> = {
  dense: {
    id: { type: 'string', title: 'Id' },
    units: { type: 'integer', title: 'Neurons', minimum: 1, maximum: 256, live: true },
    activation: { type: 'string', title: 'Activation', enum: ['tanh', 'leaky_relu'], live: true },
    slope: { ...NUMBER, title: 'Slope', default: 0.01 },
    initializer: { type: 'string', title: 'Initial weights', enum: ['glorot_uniform', 'zeros'] },
    bias: { type: 'boolean', title: 'Bias', live: true },
  },
  layer_norm: {
    epsilon: { type: 'number', title: 'ε', exclusiveMinimum: 0, maximum: 0.1, default: 1e-5, live: true },
  },
}

/** Shows the form of one layer, and what an edit makes of it. */
function show(layer: AnyLayer) {
  const layers = CATALOGUE.layers.map((item) => ({
    ...item,
    schema: { properties: SCHEMAS[item.type] ?? {} },
  }))
  const catalogue = { ...CATALOGUE, layers } as typeof CATALOGUE
  store.setState({ ...emptyModel(), experiment: experimentWith(chain(layer)), catalogue })
  const edit = vi.spyOn(actions, 'edit').mockResolvedValue({ ok: true })
  render(
    <TooltipProvider>
      <LayerInspector layer={layer.id} />
    </TooltipProvider>,
  )
  return () => {
    const network = edit.mock.calls.at(-1)?.[0].network
    return network && (layerOf(network, layer.id) as Record<string, unknown> | undefined)
  }
}

function type(label: string, value: string): void {
  const field = screen.getByRole('textbox', { name: new RegExp(`^${label}`) })
  fireEvent.focus(field)
  fireEvent.change(field, { target: { value } })
  fireEvent.keyDown(field, { key: 'Enter' })
  fireEvent.blur(field)
}

beforeEach(resetCanvas)
afterEach(cleanup)

describe('the form of a layer', () => {
  it('has every setting that its activation uses, and says which restart', () => {
    show(dense('hidden1'))
    for (const label of ['Neurons', 'Activation', 'Initial weights', 'Bias'])
      expect(screen.getByText(label)).toBeTruthy()
    expect(screen.queryByText('Slope')).toBeNull()
    expect(screen.getAllByText('restarts')).toHaveLength(1)
  })

  it('shows the slope of a leaky ReLU', () => {
    show({ ...dense('hidden1'), activation: 'leaky_relu' })
    expect(screen.getByText('Slope')).toBeTruthy()
  })

  it('holds a number within the bounds of its declaration', () => {
    const edited = show(dense('hidden1'))
    type('Neurons', '999')
    expect(edited()).toMatchObject({ units: 256 })
  })

  it('keeps above a bound that is not allowed itself', () => {
    const edited = show(fresh('layer_norm', xor()))
    type('ε', '0')
    expect(edited()?.epsilon).toBeGreaterThan(0)
  })

  it('switches the bias off', () => {
    const edited = show(dense('hidden1'))
    fireEvent.click(screen.getByRole('switch', { name: /Bias/ }))
    expect(edited()).toMatchObject({ bias: false })
  })
})
