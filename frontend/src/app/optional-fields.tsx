import { stopsOf } from '../core/field-stops'
import { formatSetting } from '../core/format'
import { logarithmicStops } from '../core/stops'
import { NumberField, Select, Slider, Switch } from '../primitives'
import type { Training } from '../protocol'
import { useNetloom } from '../state'
import { changeTraining } from './change'
import { classNamesOf } from './class-words'
import { FieldControl } from './field-control'
import { useFacts } from './use-facts'
import { useTask } from './use-task'

const OFF = 0
const CLIPS = logarithmicStops(0.01, 1000, true)

/** No clipping stands at the track's left end, as "off". */
export function ClipField() {
  const facts = useFacts('training.clip_norm')
  const norm = useNetloom((model) => model.experiment.training.clip_norm)
  const words = (value: number) => (value === OFF ? 'off' : formatSetting(value))
  return (
    <Slider
      label={facts.title}
      help={facts.help}
      value={norm ?? OFF}
      stops={CLIPS}
      format={words}
      onChange={(value) =>
        changeTraining(
          { clip_norm: value === OFF ? null : value },
          `Clipping ${words(value)}`,
          'training.clip_norm',
        )
      }
    />
  )
}

export function EarlyStoppingFields() {
  const facts = useFacts('training.early_stopping')
  const patience = useFacts('training.early_stopping.patience')
  const gain = useFacts('training.early_stopping.min_delta')
  const stopping = useNetloom((model) => model.experiment.training.early_stopping)
  const set = (early_stopping: Training['early_stopping'], label: string) =>
    changeTraining({ early_stopping }, label, 'training.early_stopping')
  const usual = { patience: Number(patience.fallback), min_delta: Number(gain.fallback) }
  return (
    <>
      <Switch
        label={facts.title}
        help={facts.help}
        checked={stopping !== null}
        onChange={(on) => set(on ? usual : null, on ? 'Early stopping' : 'No early stopping')}
      />
      {stopping && (
        <>
          <FieldControl
            facts={patience}
            value={stopping.patience}
            onChange={(value) => set({ ...stopping, patience: Number(value) }, `Patience ${String(value)}`)}
          />
          <Slider
            label={gain.title}
            help={gain.help}
            value={stopping.min_delta}
            stops={stopsOf(gain) ?? GAINS}
            onChange={(value) => set({ ...stopping, min_delta: value }, `Least gain ${formatSetting(value)}`)}
          />
        </>
      )}
    </>
  )
}

const GAINS = logarithmicStops(1e-5, 1, true)

/** How much each class counts; for classes only. */
export function ClassWeightsField() {
  const facts = useFacts('training.class_weights')
  const weights = useNetloom((model) => model.experiment.training.class_weights)
  const { classes } = useTask()
  if (classes < 2) return null
  const nameOf = (i: number) => classNamesOf(classes)[i] ?? `Class ${i}`
  const kind = Array.isArray(weights) ? 'own' : (weights ?? 'equal')
  const set = (class_weights: Training['class_weights'], label: string) =>
    changeTraining({ class_weights }, label, 'training.class_weights')
  const choose = (next: string) => {
    if (next === 'own')
      set(
        Array.from({ length: classes }, () => 1),
        'Class weights',
      )
    else
      set(next === 'balanced' ? 'balanced' : null, next === 'balanced' ? 'Balanced classes' : 'Equal classes')
  }
  return (
    <>
      <Select
        label={facts.title}
        help={facts.help}
        value={kind}
        options={[
          { value: 'equal', label: 'All points count the same' },
          { value: 'balanced', label: 'Balanced: rare classes count more' },
          { value: 'own', label: 'Set for each class' },
        ]}
        onChange={choose}
      />
      {Array.isArray(weights) &&
        weights.map((weight, i) => (
          <NumberField
            // biome-ignore lint/suspicious/noArrayIndexKey: a class is its number
            key={i}
            label={nameOf(i)}
            help={`How much each point of ${nameOf(i)} counts; 1 is as usual, 0 leaves the class out.`}
            value={weight}
            min={0}
            max={1000}
            step={0.5}
            onChange={(value) => set(weights.with(i, value), `${nameOf(i)} × ${formatSetting(value)}`)}
          />
        ))}
    </>
  )
}
