import { memo, useRef } from 'react'
import { formatCompact, formatCount, formatPercent } from '../core/format'
import { isRemovable, isWeighted, order } from '../core/network'
import { neuronWords, shortTitle } from '../core/network-edits'
import { fieldsOf } from '../core/schema'
import { linearStops } from '../core/stops'
import { Icon, IconButton, Menu, type MenuEntry, Popover, Select, Tooltip, Track } from '../primitives'
import type { AnyLayer } from '../protocol'
import { store, useNetloom } from '../state'
import { duplicate, moveBy, removeLayer, setField, setNeurons } from './apply'
import type { DragSource } from './canvas-state'
import type { GraphLayer } from './graph'
import { LayerInspector } from './inspector'
import { Silent } from './silent'
import { useDragSource } from './use-drag-source'

/** The head of a layer's column: what it is, how big, and what is changed most often. */
export const LayerCard = memo(function LayerCard({ held }: { held: GraphLayer }) {
  const { layer } = held
  const present = useNetloom((model) => model.present)
  return (
    <div className="card nodrag nopan" data-type={layer.type} data-frozen={isFrozen(layer) || undefined}>
      <header className="card-head">
        {isRemovable(layer) && <Grip layer={layer} />}
        <Title layer={layer} />
        {isFrozen(layer) && <Frozen id={layer.id} />}
        <CardActions layer={layer} />
      </header>
      <p className="card-size" title={layerLabel(held)}>
        {sizeWords(held, present)}
      </p>
      <Controls layer={layer} />
      {layer.type === 'dense' && <Silent layer={layer} />}
    </div>
  )
})

const isFrozen = (layer: AnyLayer) => 'frozen' in layer && layer.frozen

/** For screen readers: all that the card and its column say, in one label, with the layer's full name. */
export function layerLabel({ layer, outputs, parameters }: GraphLayer): string {
  const activation = 'activation' in layer ? `, ${layer.activation}` : ''
  const frozen = isFrozen(layer) ? ', frozen' : ''
  const trained = layer.type === 'input' ? '' : `, ${formatCount(parameters)} parameters`
  return `${fullTitle(layer.type)} ${layer.id}: ${neuronWords(layer, outputs)}${trained}${activation}${frozen}`
}

function fullTitle(type: AnyLayer['type']): string {
  return store.getState().catalogue?.layers.find((item) => item.type === type)?.title ?? shortTitle(type)
}

function sizeWords({ layer, outputs, parameters }: GraphLayer, present: boolean): string {
  if (layer.type === 'input' || (present && isWeighted(layer))) return neuronWords(layer, outputs)
  if (layer.type === 'dropout') return `silences ${formatPercent(layer.rate, 0)}`
  if (!isWeighted(layer)) return `${formatCount(parameters)} parameters`
  const whole = `${neuronWords(layer, outputs)} · ${formatCount(parameters)} parameters`
  return whole.length <= FITTING
    ? whole
    : `${neuronWords(layer, outputs)} · ${formatCompact(parameters)} params`
}

/** Letters on one line of a card. */
const FITTING = 25

function Title({ layer }: { layer: AnyLayer }) {
  const item = useNetloom(({ catalogue }) => catalogue?.layers.find(({ type }) => type === layer.type))
  return (
    <Tooltip text={item ? `${item.title}: ${item.help}` : shortTitle(layer.type)}>
      <h3 className="card-title">{shortTitle(layer.type)}</h3>
    </Tooltip>
  )
}

function Grip({ layer }: { layer: AnyLayer }) {
  const handle = useRef<HTMLButtonElement>(null)
  const source = { kind: 'layer', id: layer.id, type: layer.type } as DragSource
  const dragging = useDragSource(handle, source)
  return (
    <button
      ref={handle}
      type="button"
      className="grip"
      data-grip={layer.id}
      aria-label={`Move ${layer.id}`}
      aria-roledescription="draggable layer"
      aria-description="Drag it between two other layers; Enter or Space chooses a place with the arrow keys"
      title="Drag it to another place"
      {...dragging}
    >
      <Icon name="grip" size={14} />
    </button>
  )
}

function Frozen({ id }: { id: string }) {
  return (
    <IconButton
      className="frozen"
      icon="freeze"
      size="small"
      label={`${id} is frozen`}
      tooltip="Frozen: keeps its weights while the others learn. Click to let it learn."
      onClick={() => setField(id, 'frozen', false)}
    />
  )
}

function CardActions({ layer }: { layer: AnyLayer }) {
  const all = useNetloom(({ experiment }) => experiment.view.controls === 'all')
  if (layer.type === 'input') return null
  return (
    <span className="card-actions">
      {all && (
        <Popover
          label={`Settings of ${layer.id}`}
          side="bottom"
          align="start"
          trigger={<IconButton icon="settings" size="small" label={`Settings of ${layer.id}`} />}
        >
          <LayerInspector layer={layer.id} />
        </Popover>
      )}
      <LayerMenu layer={layer} all={all} />
    </span>
  )
}

function LayerMenu({ layer, all }: { layer: AnyLayer; all: boolean }) {
  const [at, last] = useNetloomPlace(layer.id)
  const movable = isRemovable(layer)
  if (!movable && !all) return null
  const trigger = <IconButton icon="more" size="small" label={`More for ${layer.id}`} />
  const places: MenuEntry[] = [
    { label: 'Move left', icon: 'chevron-left', disabled: at <= 1, onSelect: () => moveBy(layer.id, -1) },
    {
      label: 'Move right',
      icon: 'chevron-right',
      disabled: at >= last - 1,
      onSelect: () => moveBy(layer.id, 1),
    },
    { label: 'Duplicate', icon: 'copy', onSelect: () => duplicate(layer.id) },
  ]
  const remove: MenuEntry = {
    label: 'Remove',
    icon: 'trash',
    shortcut: 'Del',
    danger: true,
    onSelect: () => removeLayer(layer.id),
  }
  const groups = [movable ? places : [], all ? switches(layer) : [], movable ? [remove] : []]
  const entries = groups
    .filter((group) => group.length)
    .flatMap((group, i): MenuEntry[] => (i ? ['line', ...group] : group))
  return <Menu trigger={trigger} align="end" entries={entries} />
}

function useNetloomPlace(id: string): [at: number, last: number] {
  const network = useNetloom(({ experiment }) => experiment.network)
  const layers = order(network)
  return [layers.findIndex((layer) => layer.id === id), layers.length - 1]
}

/** On or off, straight from the menu. */
function switches(layer: AnyLayer): MenuEntry[] {
  const toggle = (field: 'bias' | 'frozen', label: string): MenuEntry[] => {
    const value = (layer as Partial<Record<'bias' | 'frozen', boolean>>)[field]
    return value === undefined
      ? []
      : [{ label, checked: value, onSelect: () => setField(layer.id, field, !value) }]
  }
  return [...toggle('bias', 'Bias'), ...toggle('frozen', 'Freeze')]
}

function Controls({ layer }: { layer: AnyLayer }) {
  if (layer.type === 'dropout') return <Rate id={layer.id} rate={layer.rate} />
  if (!isWeighted(layer)) return null
  return (
    <div className="card-controls">
      <Activation layer={layer} />
      {layer.type === 'dense' && <Neurons id={layer.id} units={layer.units} />}
    </div>
  )
}

function Activation({ layer }: { layer: AnyLayer & { activation: string } }) {
  const options = useNetloom(({ catalogue }) =>
    layer.type === 'output' ? catalogue?.output_activations : catalogue?.activations,
  )
  const help = useHelp(layer.type, 'activation')
  const known = options?.map(({ type, title, help }) => ({ value: type, label: title, hint: help }))
  return (
    <Select
      compact
      label={`Activation of ${layer.id}`}
      help={help}
      value={layer.activation}
      options={known ?? [{ value: layer.activation, label: layer.activation }]}
      onChange={(value) => setField(layer.id, 'activation', value)}
    />
  )
}

/** What the server declares of a layer's field, in a sentence. */
function useHelp(type: AnyLayer['type'], field: string): string | undefined {
  const schema = useNetloom(({ catalogue }) => catalogue?.layers.find((item) => item.type === type)?.schema)
  return fieldsOf(schema ?? {}).find(({ name }) => name === field)?.help
}

function Neurons({ id, units }: { id: string; units: number }) {
  const most = useNetloom(({ catalogue }) => catalogue?.limits.neurons ?? 256)
  return (
    <span className="card-neurons">
      <IconButton
        icon="minus"
        size="small"
        look="plain"
        label={`One neuron less in ${id}`}
        tooltip={units <= 1 ? 'A layer has at least 1 neuron' : 'One neuron less'}
        disabled={units <= 1}
        onClick={() => setNeurons(id, units - 1)}
      />
      <IconButton
        icon="plus"
        size="small"
        look="plain"
        label={`One neuron more in ${id}`}
        tooltip={units >= most ? `At most ${most} neurons here` : 'One neuron more'}
        disabled={units >= most}
        onClick={() => setNeurons(id, units + 1)}
      />
    </span>
  )
}

const RATES = linearStops(0, 0.9, 0.05)

function Rate({ id, rate }: { id: string; rate: number }) {
  const help = useHelp('dropout', 'rate')
  return (
    <div className="card-rate" title={help}>
      <Track
        label={`Rate of ${id}`}
        help={help}
        value={rate}
        stops={RATES}
        format={(value) => formatPercent(value, 0)}
        onChange={(value) => setField(id, 'rate', value, `rate ${id}`)}
      />
    </div>
  )
}
