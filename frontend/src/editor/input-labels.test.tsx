import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CATALOGUE, experimentWith, xor } from '../core/networks.fixture'
import { TooltipProvider } from '../primitives'
import type { Layout } from '../protocol'
import { emptyModel, store } from '../state'
import { graphOf } from './graph'
import { NeuronColumn } from './neuron-column'

const LOOK = { present: false, coarse: false, all: false }
const AREA = { width: 760, height: 500 }
const NAMES = ['sin(x)*cos(y)', 'y']
const MARGIN = 14

beforeEach(() => {
  const cells = btoa('\0'.repeat(4))
  const inputs = NAMES.map((label) => ({ label, cells }))
  const layout = { inputs, domain: [-6, 6, -6, 6], channels: [] } as unknown as Layout
  store.setState({ ...emptyModel(), experiment: experimentWith(xor()), catalogue: CATALOGUE, layout })
})
afterEach(cleanup)

test('a long formula beside its input stays on the canvas and can be read as a whole', () => {
  const graph = graphOf(store.getState().experiment.network, 2, AREA, new Set(), LOOK)
  const held = graph.byId.get('input')
  if (!held) throw new Error('no input')
  const { thumb } = graph.layout
  render(
    <TooltipProvider>
      <NeuronColumn held={held} thumb={thumb} />
    </TooltipProvider>,
  )
  const { style } = screen.getByTitle('sin(x)*cos(y)')

  const pictureStarts = held.column.center - thumb / 2
  expect(Number.parseFloat(style.maxWidth)).toBeGreaterThan(0)
  expect(Number.parseFloat(style.maxWidth)).toBeLessThan(pictureStarts + MARGIN)
})
