import {
  type CSSProperties,
  memo,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { divergingTable } from '../core/color-tables'
import { formatNumber } from '../core/format'
import { type Box, EXPAND_UP_TO } from '../core/layout-graph'
import { IconButton, paintHeat } from '../primitives'
import { actions, useNetloom } from '../state'
import { type FrameView, frames } from '../stream'
import { hover, toggleExpanded, togglePin, useCanvas } from './canvas-state'
import { FoldedNumbers } from './folded-numbers'
import type { GraphLayer } from './graph'
import { LiveText } from './live-text'
import { Neuron } from './neuron'
import { neuronPin } from './neuron-pins'
import { paintInputs } from './thumb-painter'
import { useTheme } from './use-theme'

/** A layer's neurons below its card; a big layer's first and last around a picture of all its weights. */
export const NeuronColumn = memo(function NeuronColumn({ held, thumb }: { held: GraphLayer; thumb: number }) {
  const { layer, column, inputs } = held
  const [stop, setStop] = useState(0)
  const labels = useNetloom((model) => (layer.type === 'input' ? model.layout?.inputs : undefined))
  const onFocus = useCallback((index: number) => setStop(index), [])
  const center = column.center - column.left
  const first = column.spots.some(({ index }) => index === stop) ? stop : column.spots[0]?.index
  return (
    <div className="neurons" style={{ left: center } as CSSProperties}>
      {column.spots.map(({ index, y }) => (
        <Neuron
          key={index}
          layer={layer}
          index={index}
          label={
            labels?.[index]?.label ?? `${layer.type === 'output' ? 'Output' : layer.id} neuron ${index + 1}`
          }
          y={y}
          size={thumb}
          tabStop={index === first}
          inputs={inputs}
          onFocus={onFocus}
        />
      ))}
      {labels && <InputLabels names={labels.map(({ label }) => label)} held={held} thumb={thumb} />}
      {column.image &&
        (layer.type === 'input' ? (
          <FoldedInputs held={held} box={column.image} />
        ) : (
          <Folded held={held} box={column.image} />
        ))}
      {column.image && layer.type !== 'input' && (
        <FoldedNumbers layer={layer} count={held.outputs} top={column.image.top} />
      )}
      <Unfold held={held} />
    </div>
  )
})

/** From the first column to the canvas's left edge, at least. */
const MARGIN = 14

const LINE = 15

/** Left of the pictures; a formula takes as many lines as a picture is high, and the pointer reads all of it. */
function InputLabels({ names, held, thumb }: { names: string[]; held: GraphLayer; thumb: number }) {
  const maxWidth = held.column.center + MARGIN - thumb / 2 - 8
  const WebkitLineClamp = Math.floor(thumb / LINE)
  return held.column.spots.map(({ index, y }) => (
    <span
      key={index}
      className="input-label"
      aria-hidden="true"
      title={names[index]}
      style={{
        maxWidth,
        WebkitLineClamp,
        transform: `translate(-100%, -50%) translate(${-thumb / 2 - 8}px, ${y}px)`,
      }}
    >
      {names[index]}
    </span>
  ))
}

function Folded({ held, box }: { held: GraphLayer; box: Box }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const tone = useTheme()
  const { id } = held.layer
  useEffect(() => {
    const colors = divergingTable(tone, 1)
    return frames.subscribe((frame) => {
      const data = frame.channel('weight_image', id, 'weight')
      const [height = 0, width = 0] = frame.shapeOf('weight_image', id, 'weight')
      if (canvas.current && data instanceof Uint8Array && width)
        paintHeat(canvas.current, { data, width, height }, colors)
    })
  }, [id, tone])
  useFolded(id, true)
  const label = `All weights of ${id}: a row for each value it reads, a column for each neuron`
  return <Fold held={held} box={box} canvas={canvas} label={label} />
}

/** Only the ends of a folded layer, and a small picture of its weights, are asked for. */
function useFolded(id: string, folded: boolean): void {
  useEffect(() => {
    if (!folded) return
    actions.fold(id, true)
    return () => actions.fold(id, false)
  }, [id, folded])
}

/** The inputs that have no place of their own, as small pictures. */
function FoldedInputs({ held, box }: { held: GraphLayer; box: Box }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const tone = useTheme()
  const layout = useNetloom((model) => model.layout)
  const { column, outputs } = held
  const hidden = useMemo(() => {
    const shown = new Set(column.spots.map(({ index }) => index))
    return Array.from({ length: outputs }, (_, index) => index).filter((index) => !shown.has(index))
  }, [column, outputs])
  useEffect(() => {
    if (canvas.current && layout) paintInputs(canvas.current, layout, hidden, tone)
  }, [layout, hidden, tone])
  const names = hidden.map((index) => layout?.inputs[index]?.label).filter(Boolean)
  return <Fold held={held} box={box} canvas={canvas} label={`More inputs: ${names.join(', ')}`} />
}

type FoldProps = { held: GraphLayer; box: Box; canvas: RefObject<HTMLCanvasElement | null>; label: string }

function Fold({ held, box, canvas, label }: FoldProps) {
  const style = {
    transform: `translate(-50%, 0) translateY(${box.top}px)`,
    width: box.width,
    height: box.height,
  }
  return (
    <figure className="folded" style={style} title={label}>
      <canvas ref={canvas} role="img" aria-label={label} width={1} height={1} />
      <figcaption>
        {held.outputs - held.column.spots.length} more
        {held.layer.type !== 'input' && <Reach id={held.layer.id} />}
      </figcaption>
    </figure>
  )
}

/** What the strongest color of a weight image stands for. */
function Reach({ id }: { id: string }) {
  const read = (frame: FrameView) => {
    const reach = frame.channel('weight_reach', id, 'weight')?.[0]
    return reach === undefined ? '' : `\u00a0· ±${formatNumber(reach, 2)}`
  }
  return <LiveText read={read} />
}

/** Opens and folds a layer of 11 to 32 neurons. */
function Unfold({ held }: { held: GraphLayer }) {
  const { layer, folded, outputs, column } = held
  const open = useCanvas(({ expanded }) => expanded.has(layer.id))
  if ((!folded && !open) || outputs > EXPAND_UP_TO || column.kind === 'ports') return null
  const y = folded ? (column.image?.top ?? 0) + 4 : (column.spots[0]?.y ?? 0) - 42
  return (
    <span className="unfold nodrag nopan" style={{ transform: `translate(${folded ? 22 : -13}px, ${y}px)` }}>
      <IconButton
        icon={folded ? 'chevron-down' : 'chevron-up'}
        size="small"
        look="plain"
        label={folded ? `Show all ${outputs} neurons` : 'Fold'}
        onClick={() => toggleExpanded(layer.id)}
      />
    </span>
  )
}

/** Where values pass a layer without pictures: a point each, which stands for the shift of a normalization. */
export const PortColumn = memo(function PortColumn({ held }: { held: GraphLayer }) {
  const { layer, column } = held
  const [first, last] = [column.spots[0]?.y ?? 0, column.spots.at(-1)?.y ?? 0]
  useFolded(layer.id, column.spots.length < held.outputs)
  const style = {
    left: column.center - column.left,
    '--band-top': `${first - 26}px`,
    '--band-height': `${last - first + 52}px`,
  } as CSSProperties
  return (
    <div className="ports" data-type={layer.type} style={style}>
      <span className="ports-band" aria-hidden="true" />
      {column.spots.map(({ index, y }) => (
        <Port key={index} held={held} index={index} y={y} />
      ))}
    </div>
  )
})

function Port({ held, index, y }: { held: GraphLayer; index: number; y: number }) {
  const pin = neuronPin(held.layer, index)
  const style = { transform: `translate(-50%, -50%) translateY(${y}px)` }
  if (!pin) return <span className="port" style={style} aria-hidden="true" />
  return (
    <button
      type="button"
      className="port port-live nodrag nopan"
      style={style}
      tabIndex={index === 0 ? 0 : -1}
      aria-label={`${held.layer.id} value ${index + 1}`}
      onPointerEnter={() => hover(pin)}
      onPointerLeave={() => hover(null)}
      onFocus={(event) => event.currentTarget.matches(':focus-visible') && hover(pin)}
      onBlur={() => hover(null)}
      onClick={() => togglePin(pin)}
    />
  )
}
