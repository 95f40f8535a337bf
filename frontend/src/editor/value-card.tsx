import { type FocusEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { samePin } from '../core/edge-geometry'
import { formatFixed, formatSigned } from '../core/format'
import { layerOf } from '../core/network'
import { IconButton, TypedNumber, useRemark } from '../primitives'
import type { Pin } from '../protocol'
import { actions, store, useNetloom } from '../state'
import { type FrameView, frames } from '../stream'
import { set, unpin, useCanvas } from './canvas-state'
import { parameterValue, pinNumbers, pointNumbers } from './frame-values'
import { LiveText } from './live-text'
import { pinTitle } from './neuron-pins'

/** A trained number, live: its value, gradient and last update; what passes its neuron at the watched point. */
export function ValueCard({ pin, pinned }: { pin: Pin; pinned: boolean }) {
  const { layer, what, value } = pinTitle(pin)
  const watching = useNetloom(({ hoveredPoint, pinnedPoint }) => Boolean(hoveredPoint ?? pinnedPoint))
  const [remark, setRemark] = useRemark()
  const neuron = pin.parameter === 'weight' || pin.parameter === 'scale' ? null : (pin.index.at(-1) as number)
  return (
    <section className="value-card" data-pinned={pinned || undefined} aria-label={`${layer} ${what}`.trim()}>
      <header>
        <h3>{what}</h3>
        <span className="value-layer">{layer}</span>
        {pinned && (
          <IconButton icon="close" size="small" label={`Unpin ${what}`} onClick={() => unpin(pin)} />
        )}
      </header>
      <dl>
        <dt>{value}</dt>
        <dd>
          {pinned ? (
            <Editable pin={pin} label={`${value} of ${what}`} onRemark={setRemark} />
          ) : (
            <LiveText read={(frame) => valueWords(frame, pin)} />
          )}
        </dd>
        <dt>gradient</dt>
        <dd>
          <LiveText read={(frame) => numberWords(frame, pin, 'gradient')} />
        </dd>
        <dt>last update</dt>
        <dd>
          <LiveText read={(frame) => numberWords(frame, pin, 'update')} />
        </dd>
        {watching && neuron !== null && <PointRows layer={pin.layer} neuron={neuron} />}
      </dl>
      {remark && (
        <p className="field-error" role="alert">
          {remark}
        </p>
      )}
    </section>
  )
}

function PointRows({ layer: id, neuron }: { layer: string; neuron: number }) {
  const read = (name: 'z' | 'output') => (frame: FrameView) => {
    const layer = layerOf(store.getState().experiment.network, id)
    const numbers = layer ? pointNumbers(frame, layer, neuron) : null
    return numbers && formatFixed(numbers[name], 4)
  }
  return (
    <>
      <dt>z</dt>
      <dd>
        <LiveText read={read('z')} />
      </dd>
      <dt>output</dt>
      <dd>
        <LiveText read={read('output')} />
      </dd>
    </>
  )
}

function valueWords(frame: FrameView, pin: Pin): string | null {
  const value = parameterValue(frame, pin)
  return value === null ? null : formatFixed(value, 4)
}

function numberWords(frame: FrameView, pin: Pin, name: 'gradient' | 'update'): string | null {
  const numbers = pinNumbers(frame, pin, store.getState().pins)
  return numbers && Number.isFinite(numbers[name]) ? formatSigned(numbers[name], 5) : null
}

const LARGEST = 1e6

type Remark = (sentence: string | null) => void

/** Live until it is clicked; then a field to type over, which holds still. */
function Editable({ pin, label, onRemark }: { pin: Pin; label: string; onRemark: Remark }) {
  const typing = useCanvas(({ typing }) => typing !== null && samePin(typing, pin))
  const [start, setStart] = useState(0)
  const open = () => {
    onRemark(null)
    setStart(presentValue(pin))
    set({ typing: pin })
  }
  const button = useRef<HTMLButtonElement>(null)
  const [closedByKey, setClosedByKey] = useState(false)
  useEffect(() => {
    if (typing || !closedByKey) return
    setClosedByKey(false)
    button.current?.focus({ preventScroll: true })
  }, [typing, closedByKey])
  if (!typing)
    return (
      <button
        ref={button}
        type="button"
        className="value-edit"
        aria-label={`Type over the ${label}`}
        onClick={open}
      >
        <LiveText read={(frame) => valueWords(frame, pin)} />
      </button>
    )
  return (
    <Typing
      pin={pin}
      label={label}
      value={start || presentValue(pin)}
      onRemark={onRemark}
      onKeyClose={() => setClosedByKey(true)}
    />
  )
}

function presentValue(pin: Pin): number {
  const frame = frames.current
  return Number(((frame && parameterValue(frame, pin)) ?? 0).toFixed(6))
}

type TypingProps = { pin: Pin; label: string; value: number; onRemark: Remark; onKeyClose: () => void }

function Typing({ pin, label, value, onRemark, onKeyClose }: TypingProps) {
  const [before] = useState(value)
  const close = () => set({ typing: null })
  const onBlur = (event: FocusEvent) => !event.currentTarget.contains(event.relatedTarget) && close()
  const onKeyDownCapture = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return
    onKeyClose()
    setTimeout(close) // the field takes the key first
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches the field inside
    <span ref={focusInside} onBlur={onBlur} onKeyDownCapture={onKeyDownCapture}>
      <TypedNumber
        aria-label={label}
        value={before}
        min={-LARGEST}
        max={LARGEST}
        onRemark={onRemark}
        onCommit={(next) => void actions.setParameter(pin, next, before)}
      />
    </span>
  )
}

function focusInside(element: HTMLElement | null): void {
  element?.querySelector('input')?.focus({ preventScroll: true })
}
