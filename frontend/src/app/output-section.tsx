import { useEffect, useMemo, useRef } from 'react'
import { divergingTable } from '../core/color-tables'
import { formatFixed, formatNumber, formatPercent, formatSetting } from '../core/format'
import type { Task } from '../core/task'
import { Section, ToggleChip } from '../primitives'
import type { Layout, OwnPoints } from '../protocol'
import { actions, store, useNetloom } from '../state'
import { type FrameView, frames } from '../stream'
import {
  type BoundaryHandle,
  BoundaryView,
  ClassLegend,
  type CurveHandle,
  CurveView,
  HeatLegend,
  type PlotTarget,
  SplitLegend,
  type SplitName,
} from '../views'
import { classNamesOf } from './class-words'
import { usePanels } from './panels'
import { BRUSH_RADIUS, useDrawing } from './use-drawing'
import { useFacts } from './use-facts'
import { useLit } from './use-lit'
import { type ShownPoints, useShownPoints, useSplitCounts } from './use-points'
import { useMeasured, useMeasuredTask, usePreparing, useTask } from './use-task'
import { useTheme } from './use-theme'

/** The answer everywhere: a map over two inputs, a curve over one. Another task's comes as a whole, veiled until then. */
export function OutputSection() {
  const asked = useTask()
  const measured = useMeasuredTask()
  const preparing = usePreparing()
  const drawing = usePanels((open) => open.drawing)
  const { draft, onPointerPath, carries } = useDrawing(drawing, asked)
  const task = draft ? asked : measured
  const points = useLit(useShownPoints(task, draft))
  const picture = { task, points, draft, onPointerPath, carries }
  return (
    <Section
      title="Output"
      actions={task.kind === 'classification' && task.inputs === 2 ? <DecisionOnly /> : null}
    >
      <div className="output-picture" data-drawing={drawing ? true : undefined}>
        {task.inputs === 1 ? <CurvePicture {...picture} /> : <MapPicture {...picture} />}
        {preparing && !draft && <p className="output-veil">Preparing …</p>}
      </div>
      <Legends task={task} />
    </Section>
  )
}

type PictureProps = {
  task: Task
  points: ShownPoints
  draft: OwnPoints | null
  onPointerPath: ReturnType<typeof useDrawing>['onPointerPath']
  carries: boolean
}

function MapPicture({ task, points, onPointerPath, carries }: PictureProps) {
  const view = useRef<BoundaryHandle>(null)
  const { theme } = useTheme()
  const layout = useNetloom((model) => model.layout)
  const decisionOnly = useNetloom((model) => model.experiment.view.decision_only)
  const pinned = useNetloom((model) => model.pinnedPoint)
  const domain = useMapDomain(layout)
  const outputs = layout?.channels.find((channel) => channel.name === 'boundary')?.shape[0] ?? 1
  useEffect(() => frames.subscribe((frame) => drawMap(frame, view.current)), [])
  const look = useReadout(view, points)
  return (
    <BoundaryView
      ref={view}
      label="What the network answers at each place. Arrow keys move the place, Enter pins it."
      domain={domain}
      tone={theme}
      points={points}
      level={task.kind === 'classification' ? (layout?.level ?? null) : null}
      classes={task.kind === 'regression' ? 0 : outputs > 1 ? Math.max(3, task.classes) : 2}
      decisionOnly={decisionOnly && task.kind === 'classification'}
      contour={task.kind === 'classification'}
      pin={pinned ? { x: pinned[0] ?? 0, y: pinned[1] ?? 0 } : null}
      brushRadius={onPointerPath ? BRUSH_RADIUS : undefined}
      onHover={look.hover}
      onPin={look.pin}
      onPointerPath={onPointerPath}
      carries={carries}
    />
  )
}

function drawMap(frame: FrameView, view: BoundaryHandle | null): void {
  const cells = frame.channel('boundary') as Uint8Array | null
  const ranges = frame.channel('ranges') as Float32Array | null
  const [planes = 1, height = 0, width = 0] = frame.shapeOf('boundary')
  if (!cells || !height) return
  const size = width * height
  const range = { low: ranges?.[0] ?? 0, high: ranges?.[1] ?? 1 }
  const shares = planes > 1 ? { shares: cells.subarray(size, 2 * size) } : {}
  view?.draw({ width, height, data: cells.subarray(0, size), ...range, ...shares })
}

function CurvePicture({ points, onPointerPath, carries }: PictureProps) {
  const view = useRef<CurveHandle>(null)
  const { theme } = useTheme()
  const layout = useNetloom((model) => model.layout)
  const pinned = useNetloom((model) => model.pinnedPoint)
  const domain = useCurveDomain(layout, points)
  useEffect(
    () =>
      frames.subscribe((frame) => {
        const curve = frame.channel('curve')
        const [, steps = 0] = frame.shapeOf('curve')
        if (curve instanceof Float32Array) view.current?.draw(curve.subarray(0, steps))
      }),
    [],
  )
  const look = useReadout(view, points)
  return (
    <CurveView
      ref={view}
      label="What the network answers for each x. Arrow keys move the place, Enter pins it."
      domain={domain}
      tone={theme}
      points={points}
      pin={pinned ? { x: pinned[0] ?? 0, y: 0 } : null}
      brushRadius={onPointerPath ? BRUSH_RADIUS : undefined}
      onHover={look.hover}
      onPin={look.pin}
      onPointerPath={onPointerPath}
      carries={carries}
    />
  )
}

/** Where the pointer is, every neuron shows its numbers; a click keeps the place. A data point is met exactly. */
function useReadout(view: { current: BoundaryHandle | CurveHandle | null }, shown: ShownPoints) {
  const hovered = useRef<readonly number[] | null>(null)
  useEffect(
    () =>
      frames.subscribe((frame) => {
        const place = hovered.current ?? store.getState().pinnedPoint
        view.current?.setReadout(place ? readoutOf(frame, place) : '')
      }),
    [view],
  )
  return useMemo(() => {
    const placeOf = ({ x, y, point }: PlotTarget) => {
      const at = point === null ? { x, y } : { x: shown.x[point] ?? x, y: shown.y[point] ?? y }
      return shown.indices.length && store.getState().layout?.domain && oneInput() ? [at.x] : [at.x, at.y]
    }
    return {
      hover: (target: PlotTarget | null) => {
        hovered.current = target ? placeOf(target) : null
        actions.hoverPoint(hovered.current)
        if (!target && !store.getState().pinnedPoint) view.current?.setReadout('')
      },
      pin: (target: PlotTarget) => {
        const place = placeOf(target)
        const before = store.getState().pinnedPoint
        const same = before?.every((value, i) => Math.abs(value - (place[i] ?? 0)) < 0.2)
        actions.setPoint(same ? null : place)
      },
    }
  }, [shown, view])
}

const oneInput = (): boolean =>
  store.getState().layout?.channels.some((channel) => channel.name === 'curve') ?? false

/** The exact numbers at a place, as the engine computed them for this frame. */
function readoutOf(frame: FrameView, place: readonly number[]): string {
  const values = frame.channel('point')
  if (!values) return ''
  const count = frame.layout.shapes[outputId()]?.[0] ?? 1
  const outputs = Array.from(
    { length: count },
    (_, i) => values[values.length - 2 * (count - i) + 1] ?? Number.NaN,
  )
  const at = place.map((value, i) => `${'xy'[i]} ${formatFixed(value, 2)}`).join('  ')
  return `${at}  →  ${outputs.length === 1 ? formatFixed(outputs[0] as number, 4) : sharesOf(outputs)}`
}

function sharesOf(outputs: readonly number[]): string {
  const best = outputs.indexOf(Math.max(...outputs))
  return `${classNamesOf(outputs.length)[best]} ${formatPercent(outputs[best] as number)}`
}

function outputId(): string {
  return store.getState().experiment.network.layers.find((layer) => layer.type === 'output')?.id ?? 'output'
}

/** Until the engine says what it shows: the square in which the ready-made sets lie. */
const USUAL_DOMAIN = [-6, 6, -6, 6] as const

function useMapDomain(layout: Layout | null) {
  const [left, right, bottom, top] = layout?.domain ?? USUAL_DOMAIN
  return useMemo(
    () => ({ x: [left, right] as [number, number], y: [bottom, top] as [number, number] }),
    [left, right, bottom, top],
  )
}

/** Tall enough for every target, with some air. */
function useCurveDomain(layout: Layout | null, points: ShownPoints) {
  const [left, right] = layout?.domain ?? USUAL_DOMAIN
  return useMemo(() => {
    const targets = Array.from(points.y)
    const [low, high] = targets.length ? [Math.min(...targets), Math.max(...targets)] : [-1, 1]
    const air = (high - low || 2) * 0.2
    return { x: [left, right] as [number, number], y: [low - air, high + air] as [number, number] }
  }, [left, right, points])
}

function Legends({ task }: { task: Task }) {
  const { theme } = useTheme()
  const counts = useSplitCounts()
  const colors = useMemo(() => divergingTable(theme), [theme])
  const view = useNetloom((model) => model.experiment.view)
  const shown = { validation: view.show_validation, test: view.show_test }
  const toggle = (split: SplitName) =>
    void actions.setView(
      split === 'test' ? { show_test: !view.show_test } : { show_validation: !view.show_validation },
    )
  const { layers } = useMeasured().network
  const activation = layers.find((layer) => layer.type === 'output')?.activation ?? 'linear'
  return (
    <div className="legends">
      {task.classes > 2 && <ClassLegend labels={classNamesOf(task.classes)} />}
      {task.classes === 2 && <HeatLegend {...endsOf(activation)} colors={colors} />}
      {task.kind === 'regression' && task.inputs === 2 && <ValueLegend colors={colors} />}
      <SplitLegend counts={counts} shown={shown} onToggle={toggle} />
    </div>
  )
}

/** What the ends of the colors mean under the output's activation. */
function endsOf(activation: string): { low: string; high: string; middle?: string } {
  if (activation === 'sigmoid' || activation === 'softmax')
    return { low: '0 = orange', middle: '0.5', high: '1 = blue' }
  if (activation === 'tanh') return { low: '−1 = orange', middle: '0', high: '1 = blue' }
  return { low: 'orange', high: 'blue' }
}

/** The range of the values that the picture shows, which moves as the network learns. */
function ValueLegend({ colors }: { colors: ReturnType<typeof divergingTable> }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(
    () =>
      frames.subscribe((frame) => {
        const ranges = frame.channel('ranges')
        const ends = place.current?.querySelectorAll('.heat-legend-ends span')
        if (!ranges || !ends?.[0] || !ends[1]) return
        ends[0].textContent = formatNumber(ranges[0] as number)
        ends[1].textContent = formatNumber(ranges[1] as number)
      }),
    [],
  )
  return (
    <div ref={place}>
      <HeatLegend low={formatSetting(0)} high={formatSetting(1)} colors={colors} />
    </div>
  )
}

/** Only which class, not how sure: the decision as a new point would meet it. */
function DecisionOnly() {
  const on = useNetloom((model) => model.experiment.view.decision_only)
  const facts = useFacts('view.decision_only')
  return (
    <ToggleChip
      pressed={on}
      tooltip={facts.help}
      onChange={(decision_only) => void actions.setView({ decision_only })}
    >
      {facts.title}
    </ToggleChip>
  )
}
