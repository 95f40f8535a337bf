import { formatFixed } from '../core/format'
import { IconButton, Popover } from '../primitives'
import type { AnyLayer } from '../protocol'
import { useNetloom } from '../state'
import type { FrameView } from '../stream'
import { pointNumbers } from './frame-values'
import './folded-numbers.css'
import { LiveText } from './live-text'

/** At a watched place: a list of what every neuron of a folded layer sums up and passes on there. */
export function FoldedNumbers({ layer, count, top }: { layer: AnyLayer; count: number; top: number }) {
  const pinned = useNetloom((model) => model.pinnedPoint !== null)
  if (!pinned) return null
  const label = `z and output of all ${count} neurons of ${layer.id} at the pinned place`
  return (
    <span
      className="folded-numbers nodrag nopan"
      style={{ transform: `translate(-50%, 0) translateY(${top + 4}px)` }}
    >
      <Popover
        label={label}
        side="right"
        trigger={<IconButton icon="table" size="small" look="plain" label={label} />}
      >
        <ol className="folded-list">
          {Array.from({ length: count }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a neuron is its place
            <li key={index}>
              <span>neuron {index + 1}</span>{' '}
              <LiveText awaited read={(frame) => words(frame, layer, index)} />
            </li>
          ))}
        </ol>
      </Popover>
    </span>
  )
}

function words(frame: FrameView, layer: AnyLayer, index: number): string | null {
  const numbers = pointNumbers(frame, layer, index)
  return numbers && `${formatFixed(numbers.z, 2)} → ${formatFixed(numbers.output, 2)}`
}
