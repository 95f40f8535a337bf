import { useRef } from 'react'
import { noPlaceFor } from '../core/can-insert'
import type { OfferedType } from '../core/network'
import { insertLimits, shortTitle } from '../core/network-edits'
import { Icon, Tooltip } from '../primitives'
import type { LayerItem } from '../protocol'
import { useNetloom } from '../state'
import { defaultSlot, dropInto } from './apply'
import { useCanvas } from './canvas-state'
import { useDragSource } from './use-drag-source'

/** The layers to choose from, docked below the network; while a layer is dragged, the bin. */
export function Palette() {
  const items = useNetloom(({ catalogue }) => catalogue?.layers)
  const moving = useCanvas(({ drag }) => drag?.source.kind === 'layer' && drag.pointer !== null)
  const over = useCanvas(({ drag }) => drag?.over === 'bin')
  return (
    <div className="palette" role="toolbar" aria-label="Layers to add" data-bin={moving || undefined}>
      {items
        ?.filter(({ offered }) => offered)
        .map((item) => (
          <PaletteItem key={item.type} item={item} />
        ))}
      {moving && (
        <p className="bin" data-over={over || undefined}>
          <Icon name="trash" /> Drop here to remove
        </p>
      )}
    </div>
  )
}

function PaletteItem({ item }: { item: LayerItem }) {
  const handle = useRef<HTMLButtonElement>(null)
  const type = item.type as OfferedType
  const held = useCanvas(({ drag }) => drag?.source.kind === 'new' && drag.source.type === type)
  const refusal = useNetloom(({ experiment, catalogue }) =>
    catalogue ? noPlaceFor(type, experiment.network, insertLimits(experiment, catalogue)) : null,
  )
  const dragging = useDragSource(handle, { kind: 'new', type }, refusal === null)
  const words = refusal ?? `${item.help} Drag it between two layers, or click.`
  return (
    <Tooltip text={`${item.title}: ${words}`} side="top">
      <button
        ref={handle}
        type="button"
        className="palette-item"
        data-type={type}
        data-held={held || undefined}
        aria-disabled={refusal !== null || undefined}
        aria-description={refusal ?? 'Drag between two layers; Enter chooses a place with the arrow keys'}
        onClick={() => dropInto({ kind: 'new', type }, defaultSlot())}
        {...dragging}
      >
        <span className="palette-dot" aria-hidden="true" />
        {shortTitle(type)}
      </button>
    </Tooltip>
  )
}
