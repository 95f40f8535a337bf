import { expect, test } from 'vitest'
import type { DatasetItem, Experiment } from '../protocol'
import type { Ghost } from '../state'
import { type ChartColumn, chartGhost } from './chart-ghost'

const DATASETS = [
  { type: 'xor', task: 'classification' },
  { type: 'circle', task: 'classification' },
  { type: 'plane', task: 'regression' },
] as DatasetItem[]

const GHOST = {
  columns: { length: 2, epoch: [0, 1], train_loss: [0.7, 0.5], train_metric: [0.5, 0.9] },
  loss: { type: 'binary_cross_entropy' },
  source: { type: 'xor' },
} as unknown as Ghost

function valuesIn(column: ChartColumn, source: string, loss: object) {
  const measured = { data: { source: { type: source } }, training: { loss } } as unknown as Experiment
  return chartGhost(GHOST, column, measured, DATASETS)?.values ?? null
}

test('the previous run is drawn where the same is measured', () => {
  expect(valuesIn('train_loss', 'circle', { type: 'binary_cross_entropy' })).toEqual([0.7, 0.5])
  expect(valuesIn('train_metric', 'circle', { type: 'mse' })).toEqual([0.5, 0.9])
})

test('another loss has no ghost of this one', () => {
  expect(valuesIn('train_loss', 'circle', { type: 'mse' })).toBeNull()
})

test('an accuracy is no ghost of R²', () => {
  expect(valuesIn('train_metric', 'plane', { type: 'mse' })).toBeNull()
})

test('without a previous run there is none', () => {
  const measured = { data: { source: GHOST.source }, training: { loss: GHOST.loss } } as Experiment

  expect(chartGhost(null, 'train_loss', measured, DATASETS)).toBeNull()
})
