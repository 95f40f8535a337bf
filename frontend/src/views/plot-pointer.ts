import type { KeyboardEvent, PointerEvent } from 'react'
import { clampTo, type DataPlace, type Domain, type PlotPlace, toData, toPlot } from '../core/plot-scale'

/** A place on the plot and, where the pointer is on one, the index of a data point. */
export type PlotTarget = DataPlace & { point: number | null }

/**
 * One step of drawing, erasing or moving; `point` is the data point under the pointer when it went down. `cancel` takes
 * the whole path back.
 */
export type PathStep = DataPlace & {
  phase: 'start' | 'move' | 'end' | 'cancel'
  point: number | null
  erase: boolean
}

export type PlotPointerProps = {
  onHover?: ((target: PlotTarget | null) => void) | undefined
  onPin?: ((target: PlotTarget) => void) | undefined
  /** While given, the pointer draws instead of pinning. The right button, or Shift, erases. */
  onPointerPath?: ((step: PathStep) => void) | undefined
  /** Paths take a point along: Enter picks it up, arrows move it, Enter drops it, Escape puts it back. */
  carries?: boolean | undefined
}

const KEY_STEPS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
}

/** Turns pointer and keyboard events on a plot's surface into places in the data; moves the crosshair itself. */
export class PlotPointer {
  props: PlotPointerProps = {}
  readonly domain: Domain
  private readonly marks: readonly (HTMLElement | null)[]
  pointAt: (place: PlotPlace) => number | null = () => null
  place: DataPlace
  private held: { point: number | null; erase: boolean } | null = null
  /** A point is held with the keyboard. */
  private carrying = false

  constructor(domain: Domain, marks: readonly (HTMLElement | null)[]) {
    this.domain = domain
    this.marks = marks
    this.place = { x: (domain.x[0] + domain.x[1]) / 2, y: (domain.y[0] + domain.y[1]) / 2 }
  }

  down = (event: PointerEvent<HTMLElement>): void => {
    if (!this.props.onPointerPath || event.button === 1) return
    this.drop()
    event.currentTarget.setPointerCapture(event.pointerId)
    const target = this.targetOf(event)
    this.held = { point: target.point, erase: event.button === 2 || event.shiftKey }
    this.step('start', target)
  }

  move = (event: PointerEvent<HTMLElement>): void => {
    if (this.carrying) return
    const target = this.targetOf(event)
    this.show(target)
    if (this.held) this.step('move', target)
    else this.props.onHover?.(target)
  }

  up = (event: PointerEvent<HTMLElement>): void => {
    const target = this.targetOf(event)
    if (this.held) this.step('end', target)
    else if (event.button === 0) this.props.onPin?.(target)
    this.held = null
  }

  leave = (): void => {
    if (this.held) return
    this.hide()
    this.props.onHover?.(null)
  }

  /** The focus goes elsewhere: what is held is dropped here. */
  blur = (): void => {
    this.drop()
    this.leave()
  }

  cancel = (): void => {
    if (this.held) this.step('end', this.place)
    this.held = null
    this.leave()
  }

  key = (event: KeyboardEvent<HTMLElement>): void => {
    const direction = KEY_STEPS[event.key]
    if (direction) this.walk(direction, event.shiftKey ? 1 / 8 : 1 / 48)
    else if (event.key === 'Enter') this.enter(event.shiftKey)
    else if (event.key === 'Escape') this.escape()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  private walk([right, up]: readonly [number, number], share: number): void {
    const { x, y } = this.domain
    const moved = {
      x: this.place.x + right * share * (x[1] - x[0]),
      y: this.place.y + up * share * (y[1] - y[0]),
    }
    const target = this.withPoint(clampTo(moved, this.domain))
    this.show(target)
    if (this.held) this.step('move', target)
    else this.props.onHover?.(target)
  }

  private escape(): void {
    if (this.held) this.step('cancel', this.place)
    this.held = null
    this.carrying = false
    this.leave()
  }

  private drop(): void {
    if (!this.carrying) return
    this.step('end', this.place)
    this.held = null
    this.carrying = false
  }

  private enter(erase: boolean): void {
    const target = this.withPoint(this.place)
    if (!this.props.onPointerPath) {
      this.props.onPin?.(target)
      return
    }
    if (this.carrying) this.drop()
    else this.touch(target, erase)
  }

  private touch(target: PlotTarget, erase: boolean): void {
    this.held = { point: target.point, erase }
    this.step('start', target)
    this.carrying = Boolean(this.props.carries) && !erase && target.point !== null
    if (this.carrying) return
    this.step('end', target)
    this.held = null
  }

  private targetOf(event: PointerEvent<HTMLElement>): PlotTarget {
    const box = event.currentTarget.getBoundingClientRect()
    const place = {
      left: (event.clientX - box.left) / box.width,
      top: (event.clientY - box.top) / box.height,
    }
    return this.withPoint(clampTo(toData(place, this.domain), this.domain))
  }

  private withPoint(place: DataPlace): PlotTarget {
    return { ...place, point: this.pointAt(toPlot(place, this.domain)) }
  }

  private step(phase: PathStep['phase'], { x, y }: DataPlace): void {
    if (this.held) this.props.onPointerPath?.({ phase, x, y, ...this.held })
  }

  private show(place: DataPlace): void {
    this.place = { x: place.x, y: place.y }
    const { left, top } = toPlot(place, this.domain)
    this.marks[0]?.parentElement?.toggleAttribute('data-low', top > 0.6) // the readout makes room
    for (const mark of this.marks) {
      if (!mark) continue
      mark.hidden = false
      mark.style.left = `${100 * left}%`
      mark.style.top = `${100 * top}%`
    }
  }

  private hide(): void {
    for (const mark of this.marks) if (mark) mark.hidden = true
  }
}
