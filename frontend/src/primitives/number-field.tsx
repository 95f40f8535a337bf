import { IconButton } from './button'
import { Field, type FieldIds, type FieldProps } from './field'
import './number-field.css'
import { TypedNumber } from './typed-number'

export type NumberFieldProps = FieldProps & {
  value: number
  min: number
  max: number
  step?: number | undefined
  integer?: boolean | undefined
  unit?: string | undefined
  disabled?: boolean | undefined
  onChange: (value: number) => void
}

/** A number to type, with one less and one more beside it. */
export function NumberField(props: NumberFieldProps) {
  return <Field {...props}>{(ids) => <Stepper {...props} ids={ids} />}</Field>
}

function Stepper({ ids, step = 1, ...props }: NumberFieldProps & { ids: FieldIds }) {
  const to = (value: number) =>
    props.onChange(Math.min(Math.max(Number(value.toPrecision(12)), props.min), props.max))
  return (
    <div className="number-field">
      <IconButton
        icon="minus"
        size="small"
        label={`${props.label}: less`}
        disabled={props.disabled || props.value <= props.min}
        onClick={() => to(props.value - step)}
      />
      <TypedNumber
        {...ids}
        value={props.value}
        min={props.min}
        max={props.max}
        step={step}
        integer={props.integer}
        disabled={props.disabled}
        onCommit={props.onChange}
      />
      {props.unit && <span className="number-field-unit">{props.unit}</span>}
      <IconButton
        icon="plus"
        size="small"
        label={`${props.label}: more`}
        disabled={props.disabled || props.value >= props.max}
        onClick={() => to(props.value + step)}
      />
    </div>
  )
}
