import { Slider as Radix } from 'radix-ui'
import { formatSetting } from '../core/format'
import { positionOf, stopAt } from '../core/stops'
import { Field, type FieldProps } from './field'
import './slider.css'
import { TypedNumber } from './typed-number'
import { useRemark } from './use-remark'

export type SliderProps = FieldProps & {
  value: number
  /** The round values it stands on, ascending: see `core/stops.ts`. A typed value may lie between two. */
  stops: readonly number[]
  onChange: (value: number) => void
  /** Once, when the pointer lets go or a typed value is entered: for what restarts or is one step of undo. */
  onCommit?: ((value: number) => void) | undefined
  unit?: string | undefined
  /** Words for special values: 0 as "off". Typing then still sees the number. */
  format?: ((value: number) => string) | undefined
  integer?: boolean | undefined
  disabled?: boolean | undefined
}

/** Label, present value (which can be typed over) and a track of round stops, evenly spaced whatever their scale. */
export function Slider(props: SliderProps) {
  const [remark, setRemark] = useRemark()
  return (
    <Field
      {...props}
      error={props.error ?? remark ?? undefined}
      aside={(ids) => <Value {...props} describedBy={ids['aria-describedby']} onRemark={setRemark} />}
    >
      {(ids) => (
        <Track
          {...props}
          onChange={(value) => {
            setRemark(null)
            props.onChange(value)
          }}
          nameId={ids['aria-labelledby']}
          describedBy={ids['aria-describedby']}
        />
      )}
    </Field>
  )
}

type ValueProps = SliderProps & {
  describedBy: string | undefined
  onRemark: (sentence: string | null) => void
}

function Value(props: ValueProps) {
  const commit = (value: number) => {
    props.onChange(value)
    props.onCommit?.(value)
  }
  return (
    <span className="slider-value">
      <TypedNumber
        aria-label={`${props.label}, exact value`}
        aria-describedby={props.describedBy}
        value={props.value}
        min={props.stops[0] as number}
        max={props.stops.at(-1) as number}
        integer={props.integer}
        disabled={props.disabled}
        format={props.format}
        onCommit={commit}
        onRemark={props.onRemark}
      />
      {props.unit && <span>{props.unit}</span>}
    </span>
  )
}

type TrackProps = Pick<
  SliderProps,
  'value' | 'stops' | 'onChange' | 'onCommit' | 'disabled' | 'format' | 'unit'
>

/** The track alone, for a toolbar; Arrow keys go stop by stop, Page keys by ten, Home and End to the ends. */
export function Track(
  props: TrackProps & {
    label?: string
    /** One sentence about it, where no field around it says it. */
    help?: string | undefined
    nameId?: string | undefined
    describedBy?: string | undefined
  },
) {
  const { stops, value, format = formatSetting } = props
  const words = props.unit ? `${format(value)} ${props.unit}` : format(value)
  return (
    <Radix.Root
      className="slider"
      min={0}
      max={stops.length - 1}
      value={[positionOf(value, stops)]}
      disabled={props.disabled ?? false}
      onValueChange={([position = 0]) => props.onChange(stopAt(position, stops))}
      onValueCommit={([position = 0]) => props.onCommit?.(stopAt(position, stops))}
    >
      <Radix.Track className="slider-track">
        <Radix.Range className="slider-range" />
      </Radix.Track>
      <Radix.Thumb
        className="slider-thumb"
        aria-label={props.label}
        aria-labelledby={props.nameId}
        aria-describedby={props.describedBy}
        aria-description={props.help}
        aria-valuetext={words}
      />
    </Radix.Root>
  )
}
