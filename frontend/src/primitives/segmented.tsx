import { ToggleGroup as Radix } from 'radix-ui'
import { Icon, type IconName } from './icon'
import './segmented.css'
import { Tooltip } from './tooltip'

export type Segment<Value extends string> = {
  value: Value
  label: string
  icon?: IconName | undefined
  tooltip?: string | undefined
  disabled?: boolean | undefined
}

/** One of a few, all in sight; with `iconOnly` the labels become tooltips. */
export function Segmented<Value extends string>(props: {
  label: string
  value: Value
  segments: readonly Segment<Value>[]
  onChange: (value: Value) => void
  iconOnly?: boolean | undefined
  disabled?: boolean | undefined
}) {
  return (
    <Radix.Root
      type="single"
      className="segmented"
      aria-label={props.label}
      value={props.value}
      disabled={props.disabled ?? false}
      onValueChange={(value) => value && props.onChange(value as Value)}
    >
      {props.segments.map((segment) => (
        <Piece key={segment.value} segment={segment} iconOnly={props.iconOnly ?? false} />
      ))}
    </Radix.Root>
  )
}

function Piece<Value extends string>({ segment, iconOnly }: { segment: Segment<Value>; iconOnly: boolean }) {
  const piece = (
    <Radix.Item
      className="segmented-piece"
      value={segment.value}
      disabled={segment.disabled ?? false}
      aria-label={iconOnly ? segment.label : undefined}
    >
      {segment.icon && <Icon name={segment.icon} />}
      {!iconOnly && segment.label}
    </Radix.Item>
  )
  const words = segment.tooltip ?? (iconOnly ? segment.label : undefined)
  return words ? <Tooltip text={words}>{piece}</Tooltip> : piece
}
