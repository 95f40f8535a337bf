import { IconButton } from './button'
import { Field, type FieldIds, type FieldProps } from './field'
import './number-field.css'
import { TypedNumber } from './typed-number'
import { useRemark } from './use-remark'

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
  const [remark, setRemark] = useRemark()
  return (
    <Field {...props} error={props.error ?? remark ?? undefined}>
      {(ids) => <Stepper {...props} ids={ids} onRemark={setRemark} />}
    </Field>
  )
}

type StepperProps = NumberFieldProps & { ids: FieldIds; onRemark: (sentence: string | null) => void }

function Stepper({ ids, step = 1, onRemark, ...props }: StepperProps) {
  const to = (value: number) => {
    onRemark(null)
    props.onChange(Math.min(Math.max(Number(value.toPrecision(12)), props.min), props.max))
  }
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
        onRemark={onRemark}
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
