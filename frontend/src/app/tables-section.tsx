import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { formatPercent } from '../core/format'
import { Section, Tabs } from '../primitives'
import { actions, type Columns, store, useNetloom } from '../state'
import { type FrameView, frames } from '../stream'
import {
  type Column,
  ConfusionMatrix,
  type HistoryColumn,
  HistoryTable,
  type HistoryTableHandle,
  type PredictionRow,
  PredictionTable,
} from '../views'
import { classNamesOf } from './class-words'
import { exact, fixed, number, percent } from './metric-words'
import { ParameterTable, trainedNumbers } from './parameter-table'
import { useHistory } from './use-history'
import { useTask } from './use-task'

const TABLE_EVERY_MS = 300
const MOST_PREDICTIONS = 16
const MOST_PARAMETERS = 8

type Page = 'epochs' | 'confusion' | 'predictions' | 'parameters'

/** The same in numbers. Small networks and small data sets show every one of theirs. */
export function TablesSection() {
  const [page, setPage] = useState<Page>('epochs')
  const tabs = useTabs()
  const shown = tabs.some((tab) => tab.value === page) ? page : 'epochs'
  return (
    <Section title="Numbers" collapsible="closed">
      <Tabs label="Tables" value={shown} onChange={setPage} tabs={tabs} />
    </Section>
  )
}

function useTabs() {
  const { kind } = useTask()
  const few = useNetloom((model) => model.points.length > 0 && model.points.length <= MOST_PREDICTIONS)
  const parameters = useNetloom((model) =>
    Object.values(model.layout?.parameters ?? {}).reduce((a, b) => a + b, 0),
  )
  return [
    { value: 'epochs' as Page, label: 'Epochs', content: <EpochTable /> },
    ...(kind === 'classification'
      ? [{ value: 'confusion' as Page, label: 'Confusion', content: <Confusion /> }]
      : []),
    ...(few ? [{ value: 'predictions' as Page, label: 'Predictions', content: <Predictions /> }] : []),
    ...(parameters <= MOST_PARAMETERS
      ? [{ value: 'parameters' as Page, label: 'Parameters', content: <ParameterTable /> }]
      : []),
  ]
}

function EpochTable() {
  const table = useRef<HistoryTableHandle>(null)
  const classes = useTask().kind === 'classification'
  const trained = useTrainedNames()
  const columns = useMemo<HistoryColumn[]>(() => {
    const metric = classes ? { format: percent } : { format: fixed }
    const names = trained ? trained.split(' ') : []
    return [
      ...(names.length ? [{ label: 'loss before', format: exact }] : []),
      ...names.map((label) => ({ label, format: exact })),
      { label: 'train loss', format: names.length ? exact : number },
      { label: 'val. loss', format: names.length ? exact : number },
      { label: classes ? 'train acc.' : 'train R²', ...metric },
      { label: classes ? 'val. acc.' : 'val. R²', ...metric },
    ]
  }, [classes, trained])
  const draw = useCallback(
    (held: Columns) => {
      const values = [held.train_loss, held.validation_loss, held.train_metric, held.validation_metric]
      const before = trained ? trainedColumns(held, trained.split(' ').length) : []
      table.current?.draw(held.epoch, [...before, ...values], held.length)
    },
    [trained],
  )
  useHistory(draw, TABLE_EVERY_MS)
  return <HistoryTable ref={table} columns={columns} label="Losses and metrics by epoch" />
}

/**
 * As the textbooks write it: the loss that an epoch starts from, where the epoch before is kept, and every trained
 * number that it leads to.
 */
function trainedColumns({ epoch, train_loss, parameters, length }: Columns, count: number): Column[] {
  const before = Float64Array.from({ length }, (_, row) =>
    epoch[row - 1] === (epoch[row] as number) - 1 ? (train_loss[row - 1] as number) : Number.NaN,
  )
  const trained = Array.from({ length: count }, (_, i) =>
    Float64Array.from({ length }, (_, row) => parameters[row]?.[i] ?? Number.NaN),
  )
  return [before, ...trained]
}

/** The names of a tiny network's trained numbers, as one text that stays equal; empty for others. */
function useTrainedNames(): string {
  return useNetloom(({ layout, history }) => {
    const named = layout ? trainedNumbers(layout) : []
    return history.parameters.at(-1)?.length === named.length ? named.map(({ short }) => short).join(' ') : ''
  })
}

/** How often each class was answered as each; training and validation apart. */
function Confusion() {
  useEffect(() => {
    actions.want({ confusion: true })
    return () => actions.want({ confusion: false })
  }, [])
  const counts = useFrameValue(countsOf)
  if (!counts) return null
  const labels = classNamesOf(counts[0]?.length ?? 2)
  return (
    <div className="confusions">
      {['Training', 'Validation'].map((split, i) => (
        <figure key={split}>
          <figcaption>{split}</figcaption>
          <ConfusionMatrix counts={counts[i] ?? []} labels={labels} />
        </figure>
      ))}
    </div>
  )
}

function countsOf(frame: FrameView): number[][][] | null {
  const values = frame.channel('confusion')
  const [, classes = 0] = frame.shapeOf('confusion')
  if (!values || !classes) return null
  return [0, 1].map((split) =>
    Array.from({ length: classes }, (_, row) => {
      const start = (split * classes + row) * classes
      return Array.from(values.subarray(start, start + classes))
    }),
  )
}

/** A value read from frames a few times a second; the same value does not render again. */
function useFrameValue<T>(read: (frame: FrameView) => T | null): T | null {
  const [value, setValue] = useState<T | null>(null)
  useEffect(() => {
    let last = 0
    let text = ''
    return frames.subscribe((frame) => {
      if (performance.now() - last < TABLE_EVERY_MS) return
      const next = read(frame)
      const words = JSON.stringify(next)
      if (!next || words === text) return
      last = performance.now()
      text = words
      setValue(next)
    })
  }, [read])
  return value
}

function Predictions() {
  const task = useTask()
  useEffect(() => {
    actions.want({ predictions: true })
    return () => actions.want({ predictions: false })
  }, [])
  const outputs = useFrameValue(predictionsOf)
  const points = useNetloom((model) => model.points)
  if (!outputs || outputs.length !== points.length) return null
  const rows = points.map<PredictionRow>(({ x, target }, i) => {
    const output = outputs[i] ?? []
    if (task.kind === 'regression') return { inputs: x, target, output: output[0] ?? Number.NaN }
    return { inputs: x, target, ...answerOf(output, target) }
  })
  return <PredictionTable inputs={task.inputs === 1 ? ['x'] : ['x', 'y']} rows={rows} />
}

function predictionsOf(frame: FrameView): number[][] | null {
  const values = frame.channel('predictions')
  const [points = 0, outputs = 0] = frame.shapeOf('predictions')
  if (!values || !outputs) return null
  return Array.from({ length: points }, (_, i) => Array.from(values.subarray(i * outputs, (i + 1) * outputs)))
}

function answerOf(output: readonly number[], target: number): { output: number | string; right: boolean } {
  if (output.length > 1) {
    const best = output.indexOf(Math.max(...output))
    return { output: `${best} (${formatPercent(output[best] ?? 0, 0)})`, right: best === target }
  }
  const value = output[0] ?? Number.NaN
  return { output: value, right: value > (store.getState().layout?.level ?? 0.5) === target > 0 }
}
