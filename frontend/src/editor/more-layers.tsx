import { useReactFlow, useStore } from '@xyflow/react'
import { type Box, beyond, keepInView } from '../core/layout-graph'
import { IconButton } from '../primitives'
import { useGraph } from './graph'

/** Where a network goes on beyond the frame: it fades out there, and a button brings more of it. */
export function MoreLayers({ area }: { area: Box }) {
  const { layout } = useGraph()
  const [x, y, zoom] = useStore((state) => state.transform)
  const width = useStore((state) => state.width)
  const { getViewport, setViewport } = useReactFlow()
  const { left, right, cutLeft, cutRight } = beyond(layout, { x, y, zoom }, width)
  const show = (by: -1 | 1) => {
    const held = getViewport()
    void setViewport(keepInView(held, layout, area, held.x - by * PAGE * area.width), { duration: 200 })
  }
  return (
    <>
      {cutLeft && <More side="left" count={left} onClick={() => show(-1)} />}
      {cutRight && <More side="right" count={right} onClick={() => show(1)} />}
    </>
  )
}

/** How much of the frame one press goes on, so that something known stays in sight. */
const PAGE = 0.7

type MoreProps = { side: 'left' | 'right'; count: number; onClick: () => void }

function More({ side, count, onClick }: MoreProps) {
  const layers = count > 1 ? `${count} more layers` : count ? '1 more layer' : 'More'
  return (
    <div className="more-layers" data-side={side}>
      <IconButton
        icon={side === 'left' ? 'chevron-left' : 'chevron-right'}
        look="plain"
        label={`${layers} on the ${side}`}
        tooltipSide={side === 'left' ? 'right' : 'left'}
        onClick={onClick}
      />
      {count > 0 && <span aria-hidden="true">{count}</span>}
    </div>
  )
}
