import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { experimentWith, xor } from '../core/networks.fixture'
import { TooltipProvider } from '../primitives'
import type { Catalogue, Data } from '../protocol'
import { emptyModel, store } from '../state'
import { ClassWeightsField } from './optional-fields'

afterEach(cleanup)

const catalogueOf = (schema: object) => ({ schema, datasets: [] }) as unknown as Catalogue

test('the weights of two classes are called by the colors of their points', () => {
  const experiment = experimentWith(xor())
  const data = { ...experiment.data, source: { type: 'xor' } } as Data
  const training = { ...experiment.training, class_weights: [1, 2] }
  const schema = { properties: { training: { properties: { class_weights: { title: 'Class weights' } } } } }
  store.setState({
    ...emptyModel(),
    experiment: { ...experiment, data, training },
    catalogue: catalogueOf(schema),
  })

  render(<ClassWeightsField />, { wrapper: TooltipProvider })

  expect(screen.getAllByRole('textbox')).toEqual([
    screen.getByLabelText('Orange'),
    screen.getByLabelText('Blue'),
  ])
})
