import { formatSetting } from '../core/format'
import { concerns } from '../core/layer-fields'
import { isWeighted } from '../core/network'
import { factsOf, fieldsOf, type Schema, schemaAt } from '../core/schema'
import { fitToTask } from '../core/task'
import type { AnyLayer, Catalogue, CatalogueItem, Changes, Experiment } from '../protocol'

const TRAINING = [
  'batch_size',
  'optimizer',
  'schedule',
  'loss',
  'l1',
  'l2',
  'clip_norm',
  'early_stopping',
  'class_weights',
  'order',
  'epoch_limit',
] as const
const DATA = ['count', 'shares', 'features'] as const
const SEEDS = ['weights', 'data', 'order', 'dropout'] as const

/** A setting that is not as usual, in words, and what takes it back. */
export type Hidden = { label: string; reset: Changes }

/** All that is not as usual and has no control in Simple: for data and training one each, one a layer, one for seeds. */
export function hiddenOf(experiment: Experiment, catalogue: Catalogue): Hidden[] {
  const usual = usualFor(experiment, catalogue)
  return [
    ...hiddenIn('data', DATA, experiment, usual, catalogue),
    ...hiddenIn('training', TRAINING, experiment, usual, catalogue),
    ...experiment.network.layers.flatMap((layer) => hiddenOfLayer(layer, experiment, catalogue)),
    ...hiddenSeeds(experiment, usual),
  ]
}

/** The usual settings for this data; where its points cannot be counted or shared out, that is as it is. */
function usualFor(experiment: Experiment, catalogue: Catalogue): Experiment {
  const { source, count, shares } = experiment.data
  const { changes } = fitToTask(catalogue.default, source, catalogue)
  const usual = { ...catalogue.default, ...changes } as Experiment
  if (catalogue.datasets.find((item) => item.type === source.type)?.sized) return usual
  const shared = source.type === 'points' ? usual.data.shares : shares
  return { ...usual, data: { ...usual.data, count, shares: shared } }
}

function hiddenIn(
  section: 'data' | 'training',
  names: readonly string[],
  experiment: Experiment,
  usual: Experiment,
  catalogue: Catalogue,
): Hidden[] {
  const present = experiment[section] as unknown as Record<string, unknown>
  const before = usual[section] as unknown as Record<string, unknown>
  return names
    .filter((name) => differ(present[name], before[name]))
    .map((name) => {
      const path = `${section}.${name}`
      const { title } = factsOf(name, schemaAt(catalogue.schema as Schema, path))
      return {
        label: `${title}: ${wordsOf(present[name], catalogue)}`,
        reset: { [section]: { ...present, [name]: before[name] } },
      }
    })
}

function hiddenOfLayer(layer: AnyLayer, experiment: Experiment, catalogue: Catalogue): Hidden[] {
  const item = catalogue.layers.find(({ type }) => type === layer.type)
  const values = layer as Record<string, unknown>
  const fields = fieldsOf(item?.schema ?? {}).filter(
    ({ name }) =>
      !inSight(layer, name) && concerns(layer, name) && differ(values[name], item?.defaults[name]),
  )
  if (!fields.length) return []
  const words = fields.map(({ name, title }) => layerWords(name, title, values[name], catalogue))
  const usual = Object.fromEntries(fields.map(({ name }) => [name, item?.defaults[name]]))
  const layers = experiment.network.layers.map((held) => (held === layer ? { ...held, ...usual } : held))
  return [
    {
      label: `${layer.id}: ${words.join(', ')}`,
      reset: { network: { ...experiment.network, layers: layers as AnyLayer[] } },
    },
  ]
}

/** What a card shows in Simple too. */
function inSight(layer: AnyLayer, field: string): boolean {
  return ['id', 'units', 'rate'].includes(field) || (field === 'activation' && isWeighted(layer))
}

function layerWords(field: string, title: string, value: unknown, catalogue: Catalogue): string {
  if (field === 'frozen') return 'frozen'
  if (field === 'initial') return 'given initial values'
  if (value === false) return `no ${title.toLowerCase()}`
  return typeof value === 'number'
    ? `${title.toLowerCase()} ${formatSetting(value)}`
    : titleOf(String(value), catalogue)
}

function hiddenSeeds({ seeds }: Experiment, usual: Experiment): Hidden[] {
  const other = SEEDS.filter((name) => seeds[name] !== usual.seeds[name])
  const words = other.map((name) => `${name} ${seeds[name]}`)
  return words.length ? [{ label: `Seeds: ${words.join(', ')}`, reset: { seeds: usual.seeds } }] : []
}

const differ = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b)

function wordsOf(value: unknown, catalogue: Catalogue): string {
  if (value === null) return 'off'
  if (typeof value === 'number') return formatSetting(value)
  if (Array.isArray(value)) return value.join(', ')
  if (typeof value !== 'object') return String(value)
  if ('type' in value) return kindWords(value as { type: string }, catalogue)
  return Object.values(value).join(' · ')
}

/** "Adam", and in brackets what is not as usual with Adam. */
function kindWords(kind: { type: string }, { optimizers, schedules, losses }: Catalogue): string {
  const item: CatalogueItem | undefined = [...optimizers, ...schedules, ...losses].find(
    ({ type }) => type === kind.type,
  )
  const values = kind as Record<string, unknown>
  const own = fieldsOf(item?.schema ?? {})
    .filter(({ name }) => differ(values[name], item?.defaults[name]))
    .map(({ name, title }) => `${title} ${formatSetting(Number(values[name]))}`)
  return `${item?.title ?? kind.type}${own.length ? ` (${own.join(', ')})` : ''}`
}

function titleOf(type: string, { activations, initializers }: Catalogue): string {
  return [...activations, ...initializers].find((item) => item.type === type)?.title ?? type
}
