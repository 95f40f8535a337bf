import { Select as Radix } from 'radix-ui'
import { styleNonce } from '../theme/nonce'
import { classNames } from './class-names'
import { Field, type FieldIds, type FieldProps } from './field'
import { Icon } from './icon'
import { Tooltip } from './tooltip'
import './select.css'

export type SelectOption<Value extends string> = {
  value: Value
  label: string
  /** One line below the label: what it is good for. */
  hint?: string | undefined
  disabled?: boolean | undefined
}

export type SelectGroup<Value extends string> = { heading: string; options: readonly SelectOption<Value>[] }

export type SelectProps<Value extends string> = FieldProps & {
  value: Value
  options: readonly (SelectOption<Value> | SelectGroup<Value>)[]
  onChange: (value: Value) => void
  disabled?: boolean | undefined
  /** Small enough for a layer card; its label is then for screen readers only. */
  compact?: boolean | undefined
  placeholder?: string | undefined
}

/** One of several, in a list that opens; typing the first letters finds an option. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  return (
    <Field {...props} hideLabel={props.hideLabel ?? props.compact}>
      {(ids) => <Box {...props} ids={ids} />}
    </Field>
  )
}

function Box<Value extends string>({ ids, ...props }: SelectProps<Value> & { ids: FieldIds }) {
  const trigger = (
    <Radix.Trigger
      {...ids}
      aria-labelledby={`${ids['aria-labelledby']} ${ids.id}`}
      className={classNames('select', props.compact && 'select-compact')}
    >
      <span className="select-value">
        <Radix.Value placeholder={props.placeholder} />
      </span>
      <Radix.Icon className="select-chevron">
        <Icon name="chevron-down" size={14} />
      </Radix.Icon>
    </Radix.Trigger>
  )
  return (
    <Radix.Root
      value={props.value}
      onValueChange={(value) => props.onChange(value as Value)}
      disabled={props.disabled ?? false}
    >
      {props.compact && props.help ? <Tooltip text={props.help}>{trigger}</Tooltip> : trigger}
      <List options={props.options} />
    </Radix.Root>
  )
}

function List<Value extends string>({ options }: Pick<SelectProps<Value>, 'options'>) {
  return (
    <Radix.Portal>
      <Radix.Content className="select-list" position="popper" sideOffset={4} collisionPadding={8}>
        <Radix.Viewport nonce={styleNonce}>
          {options.map((entry) =>
            'heading' in entry ? (
              <Group key={entry.heading} group={entry} />
            ) : (
              <Option key={entry.value} option={entry} />
            ),
          )}
        </Radix.Viewport>
      </Radix.Content>
    </Radix.Portal>
  )
}

function Group<Value extends string>({ group }: { group: SelectGroup<Value> }) {
  return (
    <Radix.Group>
      <Radix.Label className="menu-heading heading">{group.heading}</Radix.Label>
      {group.options.map((option) => (
        <Option key={option.value} option={option} />
      ))}
    </Radix.Group>
  )
}

function Option<Value extends string>({ option }: { option: SelectOption<Value> }) {
  return (
    <Radix.Item className="select-option" value={option.value} disabled={option.disabled ?? false}>
      <span className="select-tick">
        <Radix.ItemIndicator>
          <Icon name="check" size={14} />
        </Radix.ItemIndicator>
      </span>
      <span className="menu-words">
        <Radix.ItemText>{option.label}</Radix.ItemText>
        {option.hint && <small>{option.hint}</small>}
      </span>
    </Radix.Item>
  )
}
