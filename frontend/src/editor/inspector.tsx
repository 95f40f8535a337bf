import { Fragment } from 'react'
import { concerns } from '../core/layer-fields'
import { layerOf } from '../core/network'
import { type FieldFacts, fieldsOf, type Schema } from '../core/schema'
import { Button, Chip, NumberField, Select, Switch } from '../primitives'
import type { AnyLayer, Catalogue } from '../protocol'
import { useNetloom } from '../state'
import { setField, setNeurons } from './apply'

/** Every setting of a layer, as the server declares it: title, bounds, help, and whether it applies while training. */
export function LayerInspector({ layer: id }: { layer?: string }) {
  const selected = useNetloom(({ selection }) => selection.layer)
  const layer = useNetloom(({ experiment }) => layerOf(experiment.network, id ?? selected ?? ''))
  const catalogue = useNetloom((model) => model.catalogue)
  const item = catalogue?.layers.find(({ type }) => type === layer?.type)
  if (!layer || !catalogue || !item) return null
  const properties = item.schema.properties as Record<string, Schema>
  const fields = fieldsOf(item.schema).filter((field) => field.name !== 'id' && concerns(layer, field.name))
  return (
    <section className="inspector" aria-label={`Settings of ${layer.id}`}>
      <header>
        <h3>{item.title}</h3>
        <span className="inspector-id">{layer.id}</span>
      </header>
      {fields.map((field) => (
        <Fragment key={field.name}>
          <LayerField
            layer={layer}
            field={field}
            live={properties[field.name]?.live === true}
            open={typeof properties[field.name]?.exclusiveMinimum === 'number'}
            catalogue={catalogue}
          />
        </Fragment>
      ))}
      {fields.length === 0 && <p>{item.help}</p>}
      <p className="inspector-note">All apply while it trains; “restarts” begins again at epoch 0.</p>
    </section>
  )
}

type FieldProps = {
  layer: AnyLayer
  field: FieldFacts
  live: boolean
  /** Its least value itself is not allowed. */
  open: boolean
  catalogue: Catalogue
}

function LayerField({ layer, field, live, open, catalogue }: FieldProps) {
  const shown = { label: field.title, help: field.help }
  const value = (layer as Record<string, unknown>)[field.name]
  const change = (next: unknown) => setField(layer.id, field.name, next, `${field.name} ${layer.id}`)
  const control = () => {
    if (field.type === 'boolean') return <Switch {...shown} checked={value === true} onChange={change} />
    if (field.type === 'choice')
      return (
        <Select
          {...shown}
          value={String(value)}
          options={optionsOf(layer, field, catalogue)}
          onChange={change}
        />
      )
    if (field.type === 'integer' || field.type === 'number')
      return <LayerNumber layer={layer} field={field} open={open} change={change} />
    return value === null ? null : <GivenValues change={change} />
  }
  const made = control()
  if (!made) return null
  return (
    <div className="inspector-field" data-live={live}>
      {made}
      {!live && <Chip tone="warn">restarts</Chip>}
    </div>
  )
}

type NumberProps = Pick<FieldProps, 'layer' | 'field' | 'open'> & { change: (value: number) => void }

function LayerNumber({ layer, field, open, change }: NumberProps) {
  const value = (layer as Record<string, unknown>)[field.name] as number
  const units = field.name === 'units' && layer.type === 'dense'
  const usual = typeof field.fallback === 'number' ? field.fallback : 0
  return (
    <NumberField
      label={field.title}
      help={field.help}
      value={value}
      min={open ? field.min + usual / 1000 : field.min}
      max={field.max}
      step={stepOf(field, usual)}
      integer={field.type === 'integer'}
      onChange={(next) => (units ? setNeurons(layer.id, next) : change(next))}
    />
  )
}

/** As fine as the usual value asks for: 0.00001 for ε. */
function stepOf({ type, min, max }: FieldFacts, usual: number): number {
  if (type === 'integer') return 1
  const coarse = max - min <= 1 ? 0.05 : 0.1
  return usual > 0 ? Math.min(usual, coarse) : coarse
}

function GivenValues({ change }: { change: (value: null) => void }) {
  return (
    <div className="inspector-given">
      <span>Starts from given values</span>
      <Button size="small" onClick={() => change(null)}>
        Draw them instead
      </Button>
    </div>
  )
}

function optionsOf(layer: AnyLayer, field: FieldFacts, catalogue: Catalogue) {
  const activations = layer.type === 'output' ? catalogue.output_activations : catalogue.activations
  const items: readonly { type: string; title: string; help: string }[] =
    field.name === 'activation' ? activations : field.name === 'initializer' ? catalogue.initializers : []
  return field.choices.map((value) => {
    const item = items.find(({ type }) => type === value)
    return { value, label: item?.title ?? value, hint: item?.help }
  })
}
