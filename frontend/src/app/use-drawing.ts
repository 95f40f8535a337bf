import { useMemo, useRef, useState } from 'react'
import { asOwnPoints, erased, mostPoints, pointAt, sprayed } from '../core/own-points'
import type { Task } from '../core/task'
import type { OwnPoint, OwnPoints } from '../protocol'
import { actions, store } from '../state'
import type { PathStep } from '../views'
import { changeSource } from './change'
import { type Drawing, panels } from './panels'

/** Data units; the domain is twelve wide. */
export const BRUSH_RADIUS = 0.7
const SPRAY_EVERY_MS = 45

/** One stroke on the output picture: shown at once, sent when the pointer lets go, one step of undo. */
export function useDrawing(drawing: Drawing | null, task: Task) {
  const [draft, setDraft] = useState<OwnPoints | null>(null)
  const stroke = useRef<Stroke | null>(null)
  const onPointerPath = useMemo(
    () =>
      drawing
        ? (step: PathStep) => {
            if (step.phase === 'start') actions.hoverPoint(null)
            if (step.phase === 'start') stroke.current = new Stroke(drawing, begin(drawing, task), task)
            const current = stroke.current
            if (!current) return
            current.take(step)
            setDraft(step.phase === 'cancel' ? null : current.own)
            if (step.phase === 'end') finish(current, drawing, () => setDraft(null))
            if (step.phase === 'end' || step.phase === 'cancel') stroke.current = null
          }
        : undefined,
    [drawing, task],
  )
  const empty = useMemo(() => (drawing?.cleared ? begin(drawing, task) : null), [drawing, task])
  return { draft: draft ?? empty, onPointerPath, carries: drawing?.tool === 'move' }
}

function begin(drawing: Drawing, task: Task): OwnPoints {
  const { experiment, points } = store.getState()
  const own = asOwnPoints(experiment.data.source, points, task)
  return drawing.cleared ? { ...own, items: [] } : own
}

function finish(stroke: Stroke, drawing: Drawing, shown: () => void): void {
  if (!stroke.changed) {
    shown()
    return
  }
  if (!stroke.own.items.length) {
    actions.notify('At least one point must stay. Draw others first, then erase these.', 'warn')
    shown()
    return
  }
  if (drawing.cleared) panels.setState({ drawing: { ...drawing, cleared: false } })
  void changeSource(stroke.own, stroke.label).then(shown)
}

class Stroke {
  private lastSpray = 0
  private moved = false
  changed = false
  /** Which item is being moved: the plot counts only those that are shown. */
  private held: number | null = null
  private readonly place: { x: number; y: number }[] = []

  constructor(
    private readonly drawing: Drawing,
    public own: OwnPoints,
    private readonly task: Task,
  ) {}

  get label(): string {
    return { brush: 'Draw points', erase: 'Erase points', move: 'Move a point' }[this.drawing.tool]
  }

  take(step: PathStep): void {
    if (step.phase === 'cancel') return
    if (step.erase || this.drawing.tool === 'erase') this.change(erased(this.own.items, step, BRUSH_RADIUS))
    else if (this.drawing.tool === 'move') this.move(step)
    else this.spray(step)
  }

  private move(step: PathStep): void {
    if (step.phase === 'start') this.held = step.point === null ? null : nearestShown(this.own.items, step)
    const moved = this.held === null ? undefined : this.own.items[this.held]
    if (!moved || this.held === null || step.phase !== 'move') return
    const { x } = pointAt(step, moved.target, this.task.inputs)
    const target = this.task.inputs === 1 ? step.y : moved.target
    this.change(this.own.items.with(this.held, { ...moved, x, target }))
  }

  /** A click sets one point exactly; a drag sprays around its way. */
  private spray(step: PathStep): void {
    if (step.phase === 'end') {
      const [start] = this.place
      if (!this.moved && start) this.add(start)
      return
    }
    this.place.push(step)
    const now = performance.now()
    if (step.phase === 'start' || now - this.lastSpray < SPRAY_EVERY_MS) return
    this.moved = true
    this.lastSpray = now
    this.add(sprayed(step, BRUSH_RADIUS))
  }

  private add(place: { x: number; y: number }): void {
    if (this.own.items.length >= mostPoints(store.getState().catalogue)) return
    this.change([...this.own.items, pointAt(place, this.drawing.target, this.task.inputs)])
  }

  private change(items: OwnPoint[]): void {
    this.changed ||=
      items.length !== this.own.items.length || items.some((item, i) => item !== this.own.items[i])
    this.own = { ...this.own, items }
  }
}

function nearestShown(items: readonly OwnPoint[], place: { x: number; y: number }): number | null {
  const { show_validation, show_test } = store.getState().experiment.view
  const hidden = (split: OwnPoint['split']) =>
    (split === 'validation' && !show_validation) || (split === 'test' && !show_test)
  const distances = items.map(({ x, target, split }) =>
    hidden(split) ? Number.POSITIVE_INFINITY : Math.hypot(x[0] - place.x, (x[1] ?? target) - place.y),
  )
  const least = Math.min(...distances)
  return Number.isFinite(least) ? distances.indexOf(least) : null
}
