import { ViewportPortal } from '@xyflow/react'
import type { CSSProperties } from 'react'
import { type GraphLayout, slotBetween } from '../core/layout-graph'
import type { OfferedType } from '../core/network'
import { IconButton, Menu, type MenuEntry } from '../primitives'
import { useNetloom } from '../state'
import { dropInto, slotWords } from './apply'
import { type Drag, useCanvas } from './canvas-state'
import { refusalOf, staysPut } from './drag'
import { useGraph } from './graph'

/** The places between layers: a plus at rest, a lit frame while something is dragged. */
export function Slots() {
  const { layout } = useGraph()
  const drag = useCanvas((state) => state.drag)
  const slots = layout.columns.slice(1).map((_, slot) => slot)
  return (
    <ViewportPortal>
      {slots.map((slot) =>
        drag ? (
          <DropSlot key={slot} slot={slot} layout={layout} drag={drag} />
        ) : (
          <PlusSlot key={slot} slot={slot} layout={layout} />
        ),
      )}
    </ViewportPortal>
  )
}

const MARGIN = 14

function DropSlot({ slot, layout, drag }: { slot: number; layout: GraphLayout; drag: Drag }) {
  const place = slotBetween(layout, slot)
  if (!place || staysPut(drag.source, slot)) return null
  const over = drag.over === slot
  const refusal = refusalOf(drag.source, slot)
  const width = Math.max(Math.min(place.width - 2 * MARGIN, 104), 56)
  const style = {
    left: place.center - width / 2,
    top: layout.columnsTop,
    width,
    height: layout.columnsBottom - layout.columnsTop,
  } as CSSProperties
  return (
    <div
      className="slot"
      data-over={over || undefined}
      data-refused={refusal ? true : undefined}
      style={style}
    >
      {over && <span className="slot-words">{refusal ?? 'drop here'}</span>}
    </div>
  )
}

function PlusSlot({ slot, layout }: { slot: number; layout: GraphLayout }) {
  const place = slotBetween(layout, slot)
  const passing = useGraph().layers[slot]?.outputs ?? 0
  const entries = useEntries(slot)
  if (!place) return null
  const words = slotWords(slot)
  return (
    <div className="plus nodrag nopan" style={{ left: place.center, top: layout.columnsBottom }}>
      <Menu
        align="center"
        header={<p className="plus-title">Insert {words}</p>}
        entries={entries}
        trigger={
          <IconButton className="plus-button" icon="plus" size="small" label={`Insert a layer ${words}`} />
        }
      />
      <span
        className="plus-shape"
        title={`For each point, ${passing} ${passing === 1 ? 'value flows' : 'values flow'} here`}
      >
        {passing} {passing === 1 ? 'value' : 'values'}
      </span>
    </div>
  )
}

function useEntries(slot: number): MenuEntry[] {
  const catalogue = useNetloom((model) => model.catalogue)
  useNetloom(({ experiment }) => experiment.network)
  useNetloom(({ experiment }) => experiment.training?.batch_size)
  return (catalogue?.layers ?? [])
    .filter(({ offered }) => offered)
    .map(({ type, title, help }) => {
      const source = { kind: 'new', type: type as OfferedType } as const
      const refusal = refusalOf(source, slot)
      return {
        label: title,
        hint: refusal ?? help,
        disabled: refusal !== null,
        onSelect: () => dropInto(source, slot),
      }
    })
}
