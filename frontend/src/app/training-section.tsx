import { stopsOf } from '../core/field-stops'
import { formatNumber, formatSetting } from '../core/format'
import { logarithmicStops } from '../core/stops'
import { Section, Select, Slider } from '../primitives'
import type { ActivationName, CatalogueItem, Network, Training } from '../protocol'
import { actions, store, useNetloom } from '../state'
import { changeTraining } from './change'
import { FieldControl } from './field-control'
import { ClassWeightsField, ClipField, EarlyStoppingFields } from './optional-fields'
import { useFacts, useItemFields } from './use-facts'
import { useTask } from './use-task'

const NO_ITEMS: readonly CatalogueItem[] = []
const PENALTIES = logarithmicStops(1e-5, 10, true)

/** The two that matter first. */
export function SimpleTraining() {
  return (
    <Section title="Training">
      <LearningRate />
      <HiddenActivation />
    </Section>
  )
}

/** Everything that decides how the weights move. */
export function TrainingSection() {
  return (
    <>
      <Section title="Training">
        <LearningRate />
        <HiddenActivation />
        <Variant path="optimizer" list="optimizers" />
        <Variant path="schedule" list="schedules" />
        <Variant path="loss" list="losses" />
      </Section>
      <Section title="Regularization">
        <Penalty name="l1" />
        <Penalty name="l2" />
        <ClipField />
      </Section>
      <Section title="Stopping and order">
        <EarlyStoppingFields />
        <PlainField name="epoch_limit" />
        <PlainField name="order" />
        <ClassWeightsField />
      </Section>
    </>
  )
}

function LearningRate() {
  const facts = useFacts('training.learning_rate')
  const value = useNetloom((model) => model.experiment.training.learning_rate)
  const error = useNetloom((model) => model.problems['training.learning_rate'])
  return (
    <Slider
      label={facts.title}
      help={facts.help}
      error={error}
      value={value}
      stops={stopsOf(facts) ?? []}
      onChange={(rate) =>
        changeTraining(
          { learning_rate: rate },
          `Learning rate ${formatSetting(rate)}`,
          'training.learning_rate',
        )
      }
    />
  )
}

/** The same activation for all hidden layers; each layer's own is on its card. */
function HiddenActivation() {
  const activations = useNetloom((model) => model.catalogue?.activations) ?? []
  const network = useNetloom((model) => model.experiment.network)
  const used = new Set(network.layers.flatMap((layer) => (layer.type === 'dense' ? layer.activation : [])))
  const [only = ''] = used.size === 1 ? [...used] : []
  if (used.size === 0) return null
  return (
    <Select
      label="Activation"
      help="How the neurons of all hidden layers bend their sums. Each layer’s own choice is on its card."
      value={only}
      placeholder="differs by layer"
      options={activations.map(({ type, title, help }) => ({ value: type, label: title, hint: help }))}
      onChange={(type) => void changeActivation(network, type as ActivationName, only)}
    />
  )
}

function changeActivation(network: Network, activation: ActivationName, before: string) {
  const layers = network.layers.map((layer) => (layer.type === 'dense' ? { ...layer, activation } : layer))
  return actions.edit({ network: { ...network, layers } }, before ? `${before} → ${activation}` : activation)
}

/** One of several kinds, with the settings of the chosen kind below it. */
function Variant({
  path,
  list,
}: {
  path: 'optimizer' | 'schedule' | 'loss'
  list: 'optimizers' | 'schedules' | 'losses'
}) {
  const facts = useFacts(`training.${path}`)
  const items = useNetloom((model) => model.catalogue?.[list]) ?? NO_ITEMS
  const chosen = useNetloom((model) => model.experiment.training[path])
  const error = useNetloom((model) => model.problems[`training.${path}`])
  const fields = useItemFields(items, chosen.type)
  const suits = useSuits()
  const values = chosen as unknown as Record<string, unknown>
  return (
    <>
      <Select
        label={facts.title}
        help={facts.help}
        error={error}
        value={chosen.type}
        options={items.map((item) => ({
          value: item.type,
          label: item.title,
          hint: item.help,
          disabled: !suits(item),
        }))}
        onChange={(type) =>
          change(
            path,
            items.find((item) => item.type === type),
          )
        }
      />
      {fields.map((field) => (
        <FieldControl
          key={`${chosen.type} ${field.name}`}
          facts={field}
          value={values[field.name]}
          onChange={(value) =>
            changeTraining(
              { [path]: { ...chosen, [field.name]: value } } as Partial<Training>,
              `${field.title} ${formatNumber(Number(value))}`,
              `${path}.${field.name}`,
            )
          }
        />
      ))}
    </>
  )
}

function change(path: 'optimizer' | 'schedule' | 'loss', item: CatalogueItem | undefined): void {
  if (item) changeTraining({ [path]: item.defaults } as Partial<Training>, item.title)
}

/** Whether a loss fits the task and the outputs; other kinds always do. */
function useSuits(): (item: CatalogueItem) => boolean {
  const { kind } = useTask()
  const outputs = useNetloom(
    (model) => model.experiment.network.layers.find((layer) => layer.type === 'output')?.units,
  )
  return (item) => {
    if ('classification_only' in item && item.classification_only && kind === 'regression') return false
    return !('min_outputs' in item) || Number(item.min_outputs) <= (outputs ?? 1)
  }
}

function Penalty({ name }: { name: 'l1' | 'l2' }) {
  const facts = useFacts(`training.${name}`)
  const value = useNetloom((model) => model.experiment.training[name])
  return (
    <Slider
      label={facts.title}
      help={facts.help}
      value={value}
      stops={PENALTIES}
      format={(rate) => (rate === 0 ? 'off' : formatSetting(rate))}
      onChange={(rate) =>
        changeTraining(
          { [name]: rate },
          `${facts.title} ${rate === 0 ? 'off' : formatSetting(rate)}`,
          `training.${name}`,
        )
      }
    />
  )
}

function PlainField({ name }: { name: 'epoch_limit' | 'order' }) {
  const facts = useFacts(`training.${name}`)
  const value = useNetloom((model) => model.experiment.training[name])
  return (
    <FieldControl
      facts={facts}
      value={value}
      onChange={(next) => {
        const { training } = store.getState().experiment
        if (training[name] !== next)
          changeTraining({ [name]: next }, `${facts.title} ${String(next)}`, `training.${name}`)
      }}
    />
  )
}
