import { type KeyboardEvent, memo, useEffect, useRef } from 'react'
import { samePin } from '../core/edge-geometry'
import { formatFixed } from '../core/format'
import type { AnyLayer, Pin } from '../protocol'
import { store, useNetloom } from '../state'
import { frames } from '../stream'
import { hover, togglePin, typeOver, useCanvas } from './canvas-state'
import { clickedBy, isPlayKey, leftBy } from './clicked'
import { pointNumbers } from './frame-values'
import { LiveText } from './live-text'
import { neuronPin, steps } from './neuron-pins'
import { paintInput, paintThumb } from './thumb-painter'
import { useTheme } from './use-theme'

export type NeuronProps = {
  layer: AnyLayer
  index: number
  label: string
  y: number
  size: number
  /** One neuron of a layer is a stop of the Tab key. */
  tabStop: boolean
  inputs: number
  onFocus: (index: number) => void
}

/** One neuron: its live picture, and the door to its numbers. */
export const Neuron = memo(function Neuron({
  layer,
  index,
  label,
  y,
  size,
  tabStop,
  inputs,
  onFocus,
}: NeuronProps) {
  const pin = neuronPin(layer, index)
  const pinned = useCanvas(({ pinned }) => pin !== null && pinned.some((held) => samePin(held, pin)))
  return (
    <button
      type="button"
      className="neuron nodrag nopan"
      style={{ transform: `translate(-50%, -50%) translateY(${y}px)`, width: size, height: size }}
      tabIndex={tabStop ? 0 : -1}
      aria-label={label}
      aria-pressed={pin ? pinned : undefined}
      data-index={index}
      onPointerEnter={(event) => event.pointerType === 'mouse' && pin && hover(pin)}
      onPointerLeave={() => hover(null)}
      onFocus={(event) => {
        onFocus(index)
        if (pin && event.currentTarget.matches(':focus-visible')) hover(pin)
      }}
      onPointerDown={(event) => clickedBy(event)}
      onBlur={(event) => {
        leftBy(event)
        hover(null)
      }}
      onClick={() => pin && togglePin(pin)}
      onKeyDown={(event) => takeKey(event, layer, index, inputs)}
    >
      <Picture layer={layer} index={index} />
      <PointNumbers layer={layer} index={index} />
    </button>
  )
})

function Picture({ layer, index }: { layer: AnyLayer; index: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const tone = useTheme()
  const layout = useNetloom((model) => (layer.type === 'input' ? model.layout : null))
  const newest = useRef({ layer, tone })
  newest.current = { layer, tone }
  useEffect(() => {
    const paint = (frame: Parameters<Parameters<typeof frames.subscribe>[0]>[0]) => {
      const { catalogue } = store.getState()
      const { layer, tone } = newest.current
      const element = canvas.current as HTMLCanvasElement
      if (paintThumb(element, layer, index, frame, { tone, catalogue })) shown(element)
    }
    return frames.subscribe(paint)
  }, [index])
  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement
    if (layer.type === 'input' && layout && paintInput(element, layout, index, tone)) shown(element)
    const frame = frames.current
    const look = { tone, catalogue: store.getState().catalogue }
    if (frame && paintThumb(element, layer, index, frame, look)) shown(element)
  }, [layer, layout, index, tone])
  return <canvas ref={canvas} className="neuron-picture" width={20} height={20} />
}

/** Until its first picture a neuron is hatched: it is there, and the engine has not answered for it yet. */
function shown(element: HTMLCanvasElement): void {
  if (!element.dataset.painted) element.dataset.painted = 'true'
}

/** z and output at the place that is hovered or pinned: a forward pass by hand. */
function PointNumbers({ layer, index }: { layer: AnyLayer; index: number }) {
  const shown = useNetloom(({ hoveredPoint, pinnedPoint }) => Boolean(hoveredPoint ?? pinnedPoint))
  if (!shown) return null
  return (
    <span className="neuron-point" aria-hidden="true">
      <LiveText
        awaited
        read={(frame) => {
          const numbers = pointNumbers(frame, layer, index)
          if (!numbers) return null
          const output = formatFixed(numbers.output, 2)
          return layer.type === 'input' ? output : `${formatFixed(numbers.z, 2)} → ${output}`
        }}
      />
    </span>
  )
}

const ACROSS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 }
const DOWN: Readonly<Record<string, 'next' | 'previous'>> = { ArrowUp: 'previous', ArrowDown: 'next' }

/** Up and down: neurons. Left and right: the bias and the incoming weights. Enter pins, digits type over. */
function takeKey(event: KeyboardEvent<HTMLElement>, layer: AnyLayer, index: number, inputs: number): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isPlayKey(event)) return
  const across = ACROSS[event.key]
  const down = DOWN[event.key]
  if (down) focusNeighbor(event.currentTarget, down)
  else if (across) steps(layer, index, inputs, across)
  else if (!actOnHovered(event.key, layer, index)) return
  event.stopPropagation()
  if (down || across || event.key === 'Enter' || event.key === ' ') event.preventDefault()
}

function focusNeighbor(element: HTMLElement, to: 'next' | 'previous'): void {
  const all = [...(element.parentElement?.querySelectorAll<HTMLElement>('.neuron') ?? [])]
  all[all.indexOf(element) + (to === 'next' ? 1 : -1)]?.focus()
}

function actOnHovered(key: string, layer: AnyLayer, index: number): boolean {
  const pin: Pin | null = steps.current() ?? neuronPin(layer, index)
  if (!pin) return false
  if (key === 'Enter' || key === ' ') togglePin(pin)
  else if (/^[-−+.\d]$/.test(key)) typeOver(pin)
  else return false
  return true
}
