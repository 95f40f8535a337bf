import { describe, expect, test } from 'vitest'
import type { Experiment, Output, Source } from '../protocol'
import { chain, dense, OUTPUT } from './networks.fixture'
import { fitToTask } from './task'

const CATALOGUE = {
  datasets: [
    { type: 'xor', task: 'classification', classes: 2, inputs: 2 },
    { type: 'circle', task: 'classification', classes: 2, inputs: 2 },
    { type: 'spirals', task: 'classification', classes: 3, inputs: 2 },
    { type: 'plane', task: 'regression', classes: 0, inputs: 2 },
    { type: 'noisy_sine', task: 'regression', classes: 0, inputs: 1 },
  ],
  losses: [
    { type: 'mse', title: 'Mean squared error' },
    { type: 'binary_cross_entropy', title: 'Binary cross-entropy' },
    { type: 'categorical_cross_entropy', title: 'Categorical cross-entropy' },
  ],
  output_activations: [{ type: 'linear', title: 'Linear' }],
} as never

type Look = { set: string; loss: string; units: number; activation: string }

const XOR: Look = { set: 'xor', loss: 'binary_cross_entropy', units: 1, activation: 'sigmoid' }
const PLANE: Look = { set: 'plane', loss: 'mse', units: 1, activation: 'linear' }
const SPIRALS: Look = {
  set: 'spirals',
  loss: 'categorical_cross_entropy',
  units: 3,
  activation: 'softmax',
}

function experimentOf({ set, loss, units, activation }: Look): Experiment {
  const { layers, edges } = chain(dense('hidden1'), OUTPUT)
  const output = { ...OUTPUT, units, activation } as Output
  return {
    data: { source: { type: set }, features: ['x', 'y'] },
    network: { layers: [...layers.slice(0, 2), output], edges: edges.slice(0, 2) },
    training: { loss: { type: loss }, class_weights: null },
  } as unknown as Experiment
}

/** What it looks like after other data, and what was said. */
function fitted(before: Look, set: string): { look: Look; words: string[] } {
  const experiment = experimentOf(before)
  const { changes, words } = fitToTask(experiment, { type: set } as Source, CATALOGUE)
  const { network, training } = { ...experiment, ...changes } as Experiment
  const { units, activation } = network.layers.at(-1) as Output
  return { look: { set, loss: training.loss.type, units, activation }, words }
}

describe('another kind of task brings its usual output and loss', () => {
  test.each([
    ['classes to values', XOR, PLANE],
    ['values to two classes', PLANE, XOR],
    ['values to several classes', PLANE, SPIRALS],
    ['several classes to values', SPIRALS, PLANE],
  ])('%s', (_, before, after) => {
    expect(fitted(before, after.set).look).toEqual(after)
  })

  test('there and back again leaves what there was', () => {
    expect(fitted(fitted(XOR, 'plane').look, 'xor').look).toEqual(XOR)
  })
})

describe('within a kind the learner’s choice stays', () => {
  test.each([
    ['squared error for two classes', { ...XOR, loss: 'mse' }, 'circle'],
    ['hinge on a straight output', { ...XOR, loss: 'hinge', activation: 'linear' }, 'circle'],
    ['absolute error for values', { ...PLANE, loss: 'mae', activation: 'tanh' }, 'noisy_sine'],
  ])('%s', (_, before, set) => {
    expect(fitted(before, set).look).toEqual({ ...before, set })
  })

  test('unless another count of classes has no use for it', () => {
    expect(fitted(XOR, 'spirals').look).toEqual(SPIRALS)
    expect(fitted({ ...XOR, loss: 'mse' }, 'spirals').look).toEqual({ ...SPIRALS, loss: 'mse' })
    expect(fitted(SPIRALS, 'xor').look).toEqual({ ...SPIRALS, set: 'xor', units: 2 })
  })
})

test('what changed is said by the titles that the page shows', () => {
  expect(fitted(XOR, 'plane').words).toEqual(['output Linear', 'loss Mean squared error'])
})
