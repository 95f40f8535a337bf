import { expect, test } from 'vitest'
import { CATALOGUE, chain, dense, fresh, OUTPUT, xor } from '../core/networks.fixture'
import type { Catalogue, Changes, Experiment } from '../protocol'
import { withChanges } from '../state'
import { hiddenOf } from './hidden'

const titled = (...names: string[]) => ({
  properties: Object.fromEntries(names.map((name) => [name, { title: TITLES[name] ?? name }])),
})
const TITLES: Readonly<Record<string, string>> = {
  epsilon: 'ε',
  bias: 'Bias',
  slope: 'Slope',
  batch_size: 'Batch',
}
const TRAINING = {
  loss: { type: 'mse' },
  optimizer: { type: 'sgd' },
  schedule: { type: 'constant' },
  batch_size: 10,
  order: 'shuffled',
  l1: 0,
  l2: 0,
  clip_norm: null,
  early_stopping: null,
  class_weights: null,
  epoch_limit: 1000,
}
const DATA = {
  source: { type: 'plane' },
  count: 200,
  shares: { train: 70, validation: 15, test: 15 },
  features: ['x', 'y'],
}
const LINEAR_OUTPUT = { ...OUTPUT, activation: 'linear' } as typeof OUTPUT

const USUAL = {
  data: DATA,
  training: TRAINING,
  network: {
    ...xor(),
    layers: xor().layers.map((layer) => (layer.type === 'output' ? LINEAR_OUTPUT : layer)),
  },
  seeds: { weights: 0, data: 0, order: 0, dropout: 0 },
} as unknown as Experiment

const FIELDS: Readonly<Record<string, string[]>> = {
  dense: ['id', 'units', 'activation', 'slope', 'alpha', 'initializer', 'bias', 'frozen', 'initial'],
  output: ['id', 'units', 'activation', 'initializer', 'bias', 'frozen', 'initial'],
  batch_norm: ['id', 'activation', 'momentum', 'epsilon', 'frozen'],
}

const SHOWN = {
  ...CATALOGUE,
  layers: [...CATALOGUE.layers, { type: 'output', defaults: LINEAR_OUTPUT }].map((item) => ({
    ...item,
    schema: titled(...(FIELDS[item.type] ?? [])),
  })),
  initializers: [{ type: 'zeros', title: 'Zeros', help: '' }],
  optimizers: [
    { type: 'sgd', title: 'SGD', schema: {}, defaults: { type: 'sgd' } },
    {
      type: 'adam',
      title: 'Adam',
      schema: titled('b1', 'b2'),
      defaults: { type: 'adam', b1: 0.9, b2: 0.999 },
    },
  ],
  schedules: [],
  losses: [{ type: 'mae', title: 'Mean absolute error', schema: {}, defaults: { type: 'mae' } }],
  datasets: [{ type: 'plane', task: 'regression', classes: 0, inputs: 2, sized: true }],
  default: USUAL,
  schema: {
    properties: { data: titled(...Object.keys(DATA)), training: titled(...Object.keys(TRAINING)) },
  },
} as unknown as Catalogue

const labels = (changes: Changes) => hiddenOf(withChanges(USUAL, changes), SHOWN).map(({ label }) => label)
const training = (part: object): Changes => ({ training: { ...TRAINING, ...part } as never })
const layers = (...hidden: object[]): Changes => ({ network: chain(...(hidden as never[])) })

test('the usual experiment has nothing to tell', () => {
  expect(labels({})).toEqual([])
})

test.each([
  ['a batch', training({ batch_size: 1 }), 'Batch: 1'],
  ['a loss', training({ loss: { type: 'mae' } }), 'loss: Mean absolute error'],
  ['an optimizer as usual', training({ optimizer: { type: 'adam', b1: 0.9, b2: 0.999 } }), 'optimizer: Adam'],
  [
    'an optimizer of one’s own',
    training({ optimizer: { type: 'adam', b1: 0.5, b2: 0.999 } }),
    'optimizer: Adam (b1 0.5)',
  ],
  ['a point count', { data: { ...DATA, count: 30 } as never }, 'count: 30'],
  ['a seed', { seeds: { weights: 7, data: 0, order: 0, dropout: 3 } }, 'Seeds: weights 7, dropout 3'],
  ['a frozen layer', layers({ ...dense('hidden1'), frozen: true }), 'hidden1: frozen'],
  ['a leaky ReLU’s slope', layers({ ...dense('a'), activation: 'leaky_relu', slope: 0.3 }), 'a: slope 0.3'],
  ['a normalization’s ε', layers({ ...fresh('batch_norm', xor()), epsilon: 0.01 }), 'batch_norm1: ε 0.01'],
  [
    'several of one layer',
    layers({ ...dense('a'), initializer: 'zeros', bias: false, initial: { weight: [], bias: [] } }),
    'a: Zeros, no bias, given initial values',
  ],
] as const)('%s that is not as usual is one chip', (_, changes, label) => {
  const shown = labels(changes as Changes).filter((each) => !each.startsWith('output'))

  expect(shown).toEqual([label])
})

test('what a card shows, or what does nothing here, is no chip', () => {
  const relu = { ...dense('a', 9), activation: 'relu', slope: 0.3, alpha: 2 }

  expect(labels(layers(relu, { ...fresh('dropout', xor()), rate: 0.5 }))).toEqual([])
})

test('taking every chip back leaves the usual experiment', () => {
  const changes = {
    ...training({ l2: 0.1, order: 'as given' }),
    seeds: { weights: 7, data: 1, order: 0, dropout: 0 },
    network: {
      ...USUAL.network,
      layers: USUAL.network.layers.map((layer) =>
        layer.type === 'input' ? layer : { ...layer, frozen: true, bias: false },
      ),
    },
  } as Changes
  let held = withChanges(USUAL, changes)
  for (let chips = hiddenOf(held, SHOWN); chips[0]; chips = hiddenOf(held, SHOWN))
    held = withChanges(held, chips[0].reset)

  expect(held).toEqual(USUAL)
})
