import { stopsOf } from '../core/field-stops'
import type { FieldFacts } from '../core/schema'
import { NumberField, Select, Slider, Switch } from '../primitives'

/** The control that a field's declaration asks for. `drag` is true while a slider is still moving. */
export function FieldControl(props: {
  facts: FieldFacts
  value: unknown
  onChange: (value: unknown) => void
  error?: string | undefined
  disabled?: boolean | undefined
}) {
  const { facts, value, onChange, error, disabled } = props
  const shared = { label: facts.title, help: facts.help, error, disabled }
  if (facts.type === 'boolean') return <Switch {...shared} checked={value === true} onChange={onChange} />
  if (facts.type === 'choice') return <Choice {...props} />
  const stops = stopsOf(facts)
  if (stops) return <Slider {...shared} value={Number(value)} stops={stops} onChange={onChange} />
  return (
    <NumberField
      {...shared}
      value={Number(value)}
      min={facts.min}
      max={facts.max}
      integer={facts.type === 'integer'}
      step={facts.type === 'integer' ? 1 : 0.1}
      onChange={onChange}
    />
  )
}

function Choice({ facts, value, onChange, error }: Parameters<typeof FieldControl>[0]) {
  const options = facts.choices.map((choice) => ({ value: choice, label: wordOf(choice) }))
  return (
    <Select
      label={facts.title}
      help={facts.help}
      error={error}
      value={String(value)}
      options={options}
      onChange={onChange}
    />
  )
}

/** "shuffled" → "Shuffled". */
function wordOf(choice: string): string {
  return choice.charAt(0).toUpperCase() + choice.slice(1).replaceAll('_', ' ')
}
