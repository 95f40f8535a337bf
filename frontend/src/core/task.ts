import type {
  Catalogue,
  Changes,
  Data,
  DatasetItem,
  Experiment,
  Network,
  Output,
  Source,
  Training,
} from '../protocol'
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

export type Titles = Partial<Pick<Catalogue, 'datasets' | 'losses' | 'output_activations'>>

/**
 * Takes another data set, and what must change with it so that it can be learned: inputs, output, loss. Another kind
 * of task brings its usual output and loss; within a kind the learner's choice stays wherever it fits.
 */
export function fitToTask(experiment: Experiment, source: Source, catalogue: Titles): Fit {
  const { datasets = [] } = catalogue
  const task = taskOf(source, datasets)
  const sameKind = task.kind === taskOf(experiment.data.source, datasets).kind
  const words: string[] = []
  const features = fittingFeatures(experiment.data.features, task, words)
  const outputs = fittingUnits(outputOf(experiment.network)?.units ?? 1, task)
  const fit = { task, outputs, sameKind, catalogue, words }
  const network = fittingNetwork(experiment.network, features.length, fit)
  const training = fittingTraining(experiment.training, fit)
  const data: Data = { ...experiment.data, source, features }
  const changes: Changes = { data }
  if (network !== experiment.network) changes.network = network
  if (training !== experiment.training) changes.training = training
  return { changes, words }
}

/** `outputs`: how many output neurons the task takes. */
type Fitting = { task: Task; outputs: number; sameKind: boolean; catalogue: Titles; words: string[] }

const outputOf = (network: Network): Output | undefined =>
  network.layers.find((layer): layer is Output => layer.type === 'output')

/** Formulas of x alone where there is no y; x and y again where a y came back. */
function fittingFeatures(features: string[], task: Task, words: string[]): string[] {
  const usable = features.filter((formula) => task.inputs === 2 || !/\by\b/.test(formula))
  const alone = task.inputs === 2 && features.length === 1 && features[0] === 'x'
  const fitting = alone ? ['x', 'y'] : usable.length ? usable : ['x']
  if (fitting.length === features.length) return features
  words.push(`inputs ${fitting.join(', ')}`)
  return fitting
}

function fittingNetwork(network: Network, features: number, fit: Fitting): Network {
  const output = outputOf(network)
  if (!output) return network
  const units = fit.outputs
  const activation = fittingActivation(output, fit)
  if (units !== output.units) fit.words.push(`${units} output ${units === 1 ? 'neuron' : 'neurons'}`)
  if (activation !== output.activation)
    fit.words.push(`output ${titleIn(fit.catalogue.output_activations, activation)}`)
  const layers = network.layers.map((layer) => (layer === output ? { ...output, units, activation } : layer))
  const changed = units !== output.units || activation !== output.activation
  return withFittingValues(changed ? { ...network, layers } : network, features)
}

function fittingUnits(units: number, task: Task): number {
  if (task.classes > 2) return task.classes
  return task.classes === 2 ? Math.min(units, 2) : 1
}

function fittingActivation(output: Output, { task, outputs, sameKind }: Fitting): Output['activation'] {
  if (sameKind && outputs === output.units) return output.activation
  if (task.kind === 'regression') return sameKind ? output.activation : 'linear'
  if (outputs > 1) return 'softmax'
  return sameKind && output.activation !== 'softmax' ? output.activation : 'sigmoid'
}

function fittingTraining(training: Training, fit: Fitting): Training {
  const loss = fittingLoss(training.loss, fit)
  const weights = training.class_weights
  const listed = Array.isArray(weights) && weights.length !== fit.task.classes
  if (loss === training.loss && !listed) return training
  if (loss !== training.loss) fit.words.push(`loss ${titleIn(fit.catalogue.losses, loss.type)}`)
  return { ...training, loss, class_weights: listed ? null : weights }
}

/** Made for one output neuron, or for several. */
const FOR_ONE = ['binary_cross_entropy', 'hinge']
const FOR_SEVERAL = ['categorical_cross_entropy']

function fittingLoss(loss: Training['loss'], { task, outputs, sameKind }: Fitting): Training['loss'] {
  const unfit = (outputs > 1 ? FOR_ONE : FOR_SEVERAL).includes(loss.type)
  const usual = usualLoss(task, outputs)
  return (sameKind && !unfit) || loss.type === usual.type ? loss : usual
}

/** Squared error for values; cross-entropy for classes, one kind for one output and another for several. */
function usualLoss(task: Task, outputs: number): Training['loss'] {
  if (task.kind === 'regression') return { type: 'mse' }
  return { type: outputs > 1 ? 'categorical_cross_entropy' : 'binary_cross_entropy' }
}

const titleIn = (items: readonly { type: string; title: string }[] = [], type: string): string =>
  items.find((item) => item.type === type)?.title ?? type
