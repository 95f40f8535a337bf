import type { Changes, Data, DatasetItem, Experiment, Network, Output, Source, Training } from '../protocol'
import { withFittingValues } from './shapes'

/** What there is to learn. `classes` is 0 for values; `inputs` is 1 (x) or 2 (x, y). */
export type Task = { kind: 'classification' | 'regression'; classes: number; inputs: number }

/** The task of a data set; how many classes there are may be a setting of its own. */
export function taskOf(source: Source, datasets: readonly DatasetItem[]): Task {
  if (source.type === 'points')
    return {
      kind: source.kind,
      classes: source.kind === 'regression' ? 0 : source.classes,
      inputs: source.inputs,
    }
  const item = datasets.find((dataset) => dataset.type === source.type)
  const kind = item?.task ?? 'classification'
  return { kind, classes: kind === 'regression' ? 0 : classesOf(source, item), inputs: item?.inputs ?? 2 }
}

function classesOf(source: Source, item: DatasetItem | undefined): number {
  if ('classes' in source) return source.classes
  if ('arms' in source) return source.arms
  return item?.classes ?? 2
}

/** New sections of the experiment for other data, and what had to change with it, in words. */
export type Fit = { changes: Changes; words: string[] }

/** Takes another data set, and what must change with it so that it can be learned: inputs, output, loss. */
export function fitToTask(experiment: Experiment, source: Source, datasets: readonly DatasetItem[]): Fit {
  const task = taskOf(source, datasets)
  const words: string[] = []
  const features = fittingFeatures(experiment.data.features, task, words)
  const network = fittingNetwork(experiment.network, features.length, task, words)
  const training = fittingTraining(experiment.training, network, task, words)
  const data: Data = { ...experiment.data, source, features }
  const changes: Changes = { data }
  if (network !== experiment.network) changes.network = network
  if (training !== experiment.training) changes.training = training
  return { changes, words }
}

/** Formulas of x alone where there is no y; x and y again where a y came back. */
function fittingFeatures(features: string[], task: Task, words: string[]): string[] {
  const usable = features.filter((formula) => task.inputs === 2 || !/\by\b/.test(formula))
  const alone = task.inputs === 2 && features.length === 1 && features[0] === 'x'
  const fitting = alone ? ['x', 'y'] : usable.length ? usable : ['x']
  if (fitting.length === features.length) return features
  words.push(`inputs ${fitting.join(', ')}`)
  return fitting
}

function fittingNetwork(network: Network, features: number, task: Task, words: string[]): Network {
  const output = network.layers.find((layer): layer is Output => layer.type === 'output')
  if (!output) return network
  const units = fittingUnits(output.units, task)
  const activation = fittingActivation(output.activation, units, task)
  if (units !== output.units) words.push(`${units} output ${units === 1 ? 'neuron' : 'neurons'}`)
  if (activation !== output.activation) words.push(`${activation} output`)
  const layers = network.layers.map((layer) => (layer === output ? { ...output, units, activation } : layer))
  const changed = units !== output.units || activation !== output.activation
  return withFittingValues(changed ? { ...network, layers } : network, features)
}

function fittingUnits(units: number, task: Task): number {
  if (task.classes > 2) return task.classes
  return task.classes === 2 ? Math.min(units, 2) : 1
}

function fittingActivation(
  activation: Output['activation'],
  units: number,
  task: Task,
): Output['activation'] {
  if (task.kind === 'regression')
    return activation === 'tanh' || activation === 'linear' ? activation : 'linear'
  if (units > 1) return 'softmax'
  return activation === 'softmax' || activation === 'linear' ? 'sigmoid' : activation
}

const CROSS_ENTROPY = ['binary_cross_entropy', 'categorical_cross_entropy']

/** Cross-entropy for classes, one kind for one output and another for several; squared error for values. */
function fittingTraining(training: Training, network: Network, task: Task, words: string[]): Training {
  const units = network.layers.find((layer) => layer.type === 'output')?.units ?? 1
  const loss = fittingLoss(training.loss, units, task)
  const weights = training.class_weights
  const listed = Array.isArray(weights) && weights.length !== task.classes
  if (loss === training.loss && !listed) return training
  if (loss !== training.loss) words.push(`loss ${loss.type.replaceAll('_', ' ')}`)
  return { ...training, loss, class_weights: listed ? null : weights }
}

function fittingLoss(loss: Training['loss'], units: number, task: Task): Training['loss'] {
  if (task.kind === 'regression')
    return CROSS_ENTROPY.includes(loss.type) || loss.type === 'hinge' ? { type: 'mse' } : loss
  if (units === 1) return loss.type === 'categorical_cross_entropy' ? { type: 'binary_cross_entropy' } : loss
  return loss.type === 'binary_cross_entropy' || loss.type === 'hinge'
    ? { type: 'categorical_cross_entropy' }
    : loss
}
