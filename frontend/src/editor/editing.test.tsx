import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { order } from '../core/network'
import { CATALOGUE, chain, dense, experimentWith, INPUT, xor } from '../core/networks.fixture'
import { TooltipProvider } from '../primitives'
import { actions, emptyModel, store } from '../state'
import { canvasState, resetCanvas } from './canvas-state'
import { carry, onLocate, pickUp, putDown } from './drag'
import { graphOf } from './graph'
import { LayerCard, layerLabel } from './layer-card'
import { pinsOf, pinTitle } from './neuron-pins'
import { Palette } from './palette'

const LOOK = { present: false, coarse: false, all: false }

/** The edits that the editor asked for: labels, and the layers that they leave. */
function watchEdits() {
  const edit = vi.spyOn(actions, 'edit').mockResolvedValue({ ok: true })
  return {
    labels: () => edit.mock.calls.map(([, label]) => label),
    layers: () => edit.mock.calls.map(([{ network }]) => (network ? order(network).map(({ id }) => id) : [])),
  }
}

function showCard(id: string): void {
  const graph = graphOf(store.getState().experiment.network, 2, { width: 760, height: 500 }, new Set(), LOOK)
  const held = graph.byId.get(id)
  if (!held) throw new Error(`no ${id}`)
  render(
    <TooltipProvider>
      <LayerCard held={held} />
    </TooltipProvider>,
  )
}

beforeEach(() => {
  store.setState({ ...emptyModel(), experiment: experimentWith(xor()), catalogue: CATALOGUE })
  resetCanvas()
})
afterEach(cleanup)

describe('a layer’s card', () => {
  it('says its size', () => {
    showCard('hidden1')
    expect(screen.getByText('6 neurons · 18 parameters')).toBeTruthy()
  })

  it('adds and removes a neuron', () => {
    const edits = watchEdits()
    showCard('hidden1')
    fireEvent.click(screen.getByRole('button', { name: 'One neuron more in hidden1' }))
    fireEvent.click(screen.getByRole('button', { name: 'One neuron less in hidden1' }))
    expect(edits.labels()).toEqual(['+1 neuron in hidden1', '−1 neuron in hidden1'])
  })

  it('keeps a last neuron', () => {
    store.setState({
      experiment: experimentWith({
        ...xor(),
        layers: [INPUT, dense('hidden1', 1), ...xor().layers.slice(2)],
      }),
    })
    const edits = watchEdits()
    showCard('hidden1')
    fireEvent.click(screen.getByRole('button', { name: 'One neuron less in hidden1' }))
    expect(edits.labels()).toEqual([])
  })

  it('moves with the keyboard: Enter, arrow, Enter', () => {
    const edits = watchEdits()
    showCard('hidden1')
    const grip = screen.getByRole('button', { name: 'Move hidden1' })
    for (const key of ['Enter', 'ArrowRight', 'ArrowRight', 'Enter']) fireEvent.keyDown(grip, { key })
    expect(edits.layers()).toEqual([['input', 'hidden2', 'hidden1', 'output']])
  })

  it('leaves Space to the page after a click, so that it still plays', () => {
    showCard('hidden1')
    const grip = screen.getByRole('button', { name: 'Move hidden1' })
    fireEvent.pointerDown(grip, { pointerType: 'mouse' })
    expect(fireEvent.keyDown(grip, { key: ' ' })).toBe(true)
    expect(canvasState.getState().drag).toBeNull()

    fireEvent.blur(grip)
    fireEvent.keyDown(grip, { key: ' ' })
    expect(canvasState.getState().drag).not.toBeNull()
  })

  it('stays where it is after Escape', () => {
    const edits = watchEdits()
    showCard('hidden1')
    const grip = screen.getByRole('button', { name: 'Move hidden1' })
    for (const key of [' ', 'ArrowRight', 'Escape']) fireEvent.keyDown(grip, { key })
    expect(edits.labels()).toEqual([])
    expect(canvasState.getState().drag).toBeNull()
  })

  it('tells a screen reader all that it shows', () => {
    const graph = graphOf(xor(), 2, { width: 760, height: 500 }, new Set(), LOOK)
    const labels = graph.layers.map(layerLabel)
    expect(labels).toEqual([
      'Inputs input: 2 values',
      'Fully connected (Dense) hidden1: 6 neurons, 18 parameters, tanh',
      'Fully connected (Dense) hidden2: 4 neurons, 28 parameters, tanh',
      'Output output: 1 neuron, 5 parameters, sigmoid',
    ])
  })
})

describe('the palette', () => {
  const show = () =>
    render(
      <TooltipProvider>
        <Palette />
      </TooltipProvider>,
    )

  it('adds before the output at a click', () => {
    const edits = watchEdits()
    show()
    fireEvent.click(screen.getByRole('button', { name: 'Dropout' }))
    expect(edits.layers()).toEqual([['input', 'hidden1', 'hidden2', 'dropout1', 'output']])
  })

  it('adds behind the selected layer', () => {
    const edits = watchEdits()
    store.setState({ selection: { layer: 'hidden1' } })
    show()
    fireEvent.click(screen.getByRole('button', { name: 'Dense' }))
    expect(edits.layers()).toEqual([['input', 'hidden1', 'hidden3', 'hidden2', 'output']])
  })

  it('drops with the keyboard in the place that was said aloud', () => {
    const edits = watchEdits()
    show()
    const item = screen.getByRole('button', { name: 'Batch norm' })
    for (const key of ['Enter', 'ArrowLeft']) fireEvent.keyDown(item, { key })
    expect(canvasState.getState().said).toMatch(/between hidden1 and hidden2/)
    fireEvent.keyDown(item, { key: 'Enter' })
    expect(edits.layers()).toEqual([['input', 'hidden1', 'batch_norm1', 'hidden2', 'output']])
  })
})

describe('a layer that no place takes', () => {
  const full = Array.from({ length: 12 }, (_, n) => dense(`hidden${n + 1}`, 2))

  it('is not offered, says why, and cannot be picked up', () => {
    const edits = watchEdits()
    store.setState({ experiment: experimentWith(chain(...full)) })
    render(
      <TooltipProvider>
        <Palette />
      </TooltipProvider>,
    )
    const item = screen.getByRole('button', { name: 'Dense' })

    expect(item.getAttribute('aria-disabled')).toBe('true')
    expect(item.getAttribute('aria-description')).toMatch(/At most 12 hidden layers/)
    expect(screen.getByRole('button', { name: 'Dropout' }).getAttribute('aria-disabled')).toBeNull()
    fireEvent.keyDown(item, { key: 'Enter' })
    fireEvent.click(item)
    expect(canvasState.getState().drag).toBeNull()
    expect(edits.layers()).toEqual([])
    expect(canvasState.getState().said).toMatch(/At most 12 hidden layers/)
  })
})

describe('a drag with a pointer', () => {
  it('drops where the pointer is', () => {
    const edits = watchEdits()
    onLocate(({ x }) => (x < 100 ? 0 : 2))
    pickUp({ kind: 'new', type: 'dense' }, { x: 10, y: 0 })
    carry({ x: 500, y: 0 })
    expect(putDown()).toBe(true)
    expect(edits.layers()).toEqual([['input', 'hidden1', 'hidden2', 'hidden3', 'output']])
  })

  it('removes a layer in the bin, and nothing outside', () => {
    const edits = watchEdits()
    onLocate(({ y }) => (y > 100 ? 'bin' : null))
    pickUp({ kind: 'layer', type: 'dense', id: 'hidden1' }, { x: 0, y: 0 })
    expect(putDown()).toBe(false)
    pickUp({ kind: 'layer', type: 'dense', id: 'hidden1' }, { x: 0, y: 200 })
    putDown()
    expect(edits.labels()).toEqual(['hidden1 removed'])
  })

  it('says why a place does not take it, and changes nothing', () => {
    store.setState({ catalogue: { ...CATALOGUE, limits: { ...CATALOGUE.limits, layers: 2 } } })
    const edits = watchEdits()
    onLocate(() => 1)
    pickUp({ kind: 'new', type: 'dense' }, { x: 0, y: 0 })
    expect(putDown()).toBe(false)
    expect(edits.labels()).toEqual([])
    expect(canvasState.getState().said).toMatch(/At most 2 hidden layers/)
  })
})

describe('a neuron’s numbers', () => {
  it('are its bias and a weight for each value that it reads', () => {
    expect(pinsOf(dense('hidden1'), 2, 2)).toEqual([
      { layer: 'hidden1', parameter: 'bias', index: [2] },
      { layer: 'hidden1', parameter: 'weight', index: [0, 2] },
      { layer: 'hidden1', parameter: 'weight', index: [1, 2] },
    ])
  })

  it('are named from where they come, neurons counted from one', () => {
    expect(pinTitle({ layer: 'hidden1', parameter: 'weight', index: [1, 2] }).what).toBe('y → hidden1.3')
    expect(pinTitle({ layer: 'hidden2', parameter: 'weight', index: [0, 0] }).what).toBe(
      'hidden1.1 → hidden2.1',
    )
    expect(pinTitle({ layer: 'hidden2', parameter: 'bias', index: [3] })).toMatchObject({
      what: 'neuron 4',
      value: 'bias',
    })
  })
})
