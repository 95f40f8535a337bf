import type { NodeProps } from '@xyflow/react'
import { type KeyboardEvent, memo } from 'react'
import { isRemovable, order } from '../core/network'
import { actions, store, useNetloom } from '../state'
import { removeLayer } from './apply'
import { useCanvas } from './canvas-state'
import { useGraph } from './graph'
import { LayerCard, layerLabel } from './layer-card'
import { NeuronColumn, PortColumn } from './neuron-column'

/** One layer on the canvas: its card above its column, one group for screen readers. */
export const LayerNode = memo(function LayerNode({ id }: NodeProps) {
  const graph = useGraph()
  const held = graph.byId.get(id)
  const selected = useNetloom(({ selection }) => selection.layer === id)
  const problem = useNetloom(({ problemLayer }) => (problemLayer?.layer === id ? problemLayer.message : null))
  const dragged = useCanvas(({ drag }) => drag?.source.kind === 'layer' && drag.source.id === id)
  if (!held) return null
  const Column = held.column.kind === 'thumbs' ? NeuronColumn : PortColumn
  return (
    <fieldset
      className="layer"
      aria-label={layerLabel(held)}
      data-layer={id}
      data-type={held.layer.type}
      data-selected={selected || undefined}
      data-dragged={dragged || undefined}
      onFocus={() => actions.select({ layer: id })}
      onKeyDown={(event) => takeDelete(event, id)}
    >
      <LayerCard held={held} />
      {problem && (
        <p className="layer-problem" role="alert">
          {problem}
        </p>
      )}
      <Column held={held} thumb={graph.layout.thumb} />
    </fieldset>
  )
})

/** Delete removes the layer; the focus goes to the layer before it. */
function takeDelete(event: KeyboardEvent<HTMLElement>, id: string): void {
  const typing = (event.target as HTMLElement).matches('input, textarea, [role=slider]')
  const layers = order(store.getState().experiment.network)
  const at = layers.findIndex((layer) => layer.id === id)
  if (typing || (event.key !== 'Delete' && event.key !== 'Backspace') || !isRemovable(layers[at])) return
  event.preventDefault()
  event.stopPropagation()
  const before = layers[at - 1]?.id
  if (removeLayer(id)) requestAnimationFrame(() => focusLayer(before))
}

function focusLayer(id: string | undefined): void {
  const layer = document.querySelector(`.layer[data-layer="${id}"]`)
  const target = layer?.querySelector<HTMLElement>('.grip') ?? layer?.querySelector<HTMLElement>('button')
  target?.focus({ preventScroll: true })
}
