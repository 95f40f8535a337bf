import { formatSetting } from '../core/format'
import { factsOf, type Schema, schemaAt } from '../core/schema'
import { fitToTask, taskOf } from '../core/task'
import { Chip, Section } from '../primitives'
import type { Catalogue, Changes, Experiment } from '../protocol'
import { actions, useNetloom } from '../state'

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

type Hidden = { label: string; reset: Changes }

/** In Simple, a setting without a control of its own that is not as usual shows here, and can be taken back. */
export function HiddenSettings() {
  const catalogue = useNetloom((model) => model.catalogue)
  const experiment = useNetloom((model) => model.experiment)
  const hidden = catalogue ? hiddenOf(experiment, catalogue) : []
  if (!hidden.length) return null
  return (
    <Section title="Also set">
      <div className="chips">
        {hidden.map(({ label, reset }) => (
          <Chip
            key={label}
            tone="accent"
            removeLabel={`Set back: ${label}`}
            onRemove={() => void actions.edit(reset, `${label} set back`)}
          >
            {label}
          </Chip>
        ))}
      </div>
    </Section>
  )
}

function hiddenOf(experiment: Experiment, catalogue: Catalogue): Hidden[] {
  const usual = usualFor(experiment, catalogue)
  const schema = catalogue.schema as Schema
  const title = (path: string) => factsOf(path, schemaAt(schema, path)).title
  const training = TRAINING.filter((name) => differs(experiment.training[name], usual.training[name])).map(
    (name) => ({
      label: `${title(`training.${name}`)}: ${wordsOf(experiment.training[name], catalogue)}`,
      reset: { training: { ...experiment.training, [name]: usual.training[name] } },
    }),
  )
  const data = DATA.filter((name) => differs(experiment.data[name], usual.data[name])).map((name) => ({
    label: `${title(`data.${name}`)}: ${wordsOf(experiment.data[name], catalogue)}`,
    reset: { data: { ...experiment.data, [name]: usual.data[name] } },
  }))
  return [...data, ...training]
}

/** The usual settings for this data: squared error is nothing special where values are learned. */
function usualFor(experiment: Experiment, catalogue: Catalogue): Experiment {
  const { source } = experiment.data
  const { changes } = fitToTask(catalogue.default, source, catalogue.datasets)
  const usual = { ...catalogue.default, ...changes } as Experiment
  const sized = catalogue.datasets.find((item) => item.type === source.type)?.sized
  const asIs = sized ? usual.data : { ...usual.data, count: experiment.data.count }
  const loss =
    taskOf(source, catalogue.datasets).kind === 'regression' ? experiment.training.loss : usual.training.loss
  return { ...usual, data: asIs, training: { ...usual.training, loss } }
}

const differs = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b)

function wordsOf(value: unknown, catalogue: Catalogue): string {
  if (value === null) return 'off'
  if (typeof value === 'number') return formatSetting(value)
  if (Array.isArray(value)) return value.join(', ')
  if (typeof value !== 'object') return String(value)
  if ('type' in value) return titleOf(String(value.type), catalogue)
  return Object.values(value).join(' · ')
}

function titleOf(type: string, { optimizers, schedules, losses }: Catalogue): string {
  return [...optimizers, ...schedules, ...losses].find((item) => item.type === type)?.title ?? type
}
