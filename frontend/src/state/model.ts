import type {
  Catalogue,
  DataPoint,
  Experiment,
  Layout,
  Mark,
  Pin,
  RunStatus,
  Status,
  Tested,
} from '../protocol'
import { type Columns, HistoryColumns } from './columns'
import type { Ghost } from './ghost'
import { NOTHING_DONE, type UndoState } from './undo'

export type RunInfo = {
  id: string
  status: RunStatus
  /** Whether it trains, or will go on to once a new network is compiled. */
  playing: boolean
  /** As of the newest event; frames are newer, see stream/frames. */
  epoch: number
  step: number
  reason: Status['reason']
  message: string | null
  /** How many others are served first; null when it is this run's turn. */
  queuePosition: number | null
  device: string
}

export type ConnectionState = 'connecting' | 'open' | 'reconnecting'
export type EngineState = { state: 'lost' | 'resumed'; message: string }
export type Selection = {
  layer?: string | undefined
  /** A neuron of `layer`, counted from 0. */
  neuron?: number | undefined
  /** A weight of `layer`: from its input `from` to its neuron `to`. */
  edge?: { from: number; to: number } | undefined
}
export type Tone = 'info' | 'good' | 'warn' | 'bad'
/** How many pictures a second the page asks for, and whether some were left out within the last seconds. */
export type Pace = { framesPerSecond: number; reduced: boolean; dropping: boolean }
export type Toast = {
  id: string
  text: string
  tone: Tone
  action?: Offer
  /** The undo entry that it tells of: it goes when another step is taken, so that its Undo undoes what it says. */
  step?: number
}
/** `staysMs`: longer than the usual few seconds. */
export type Offer = { label: string; onClick: () => void; staysMs?: number }
/** What slow motion lights, one after the other, for each update. */
export type Phase = 'forward' | 'loss' | 'backward' | 'update'

/** The points that an update learns from, by their place in `points`, and their mean loss before it. */
export type Batch = { points: readonly number[]; loss: number }

export type Model = {
  catalogue: Catalogue | null
  connection: ConnectionState
  /** Null until the first snapshot. */
  run: RunInfo | null
  engine: EngineState | null
  /** Why the server cannot save the run, which trains on; null while it can. */
  notSaved: string | null
  /** What the person sees: the server's document with their own unanswered changes on top. */
  experiment: Experiment
  /** The document that this run was opened with: what "Reopen example" goes back to. */
  origin: Experiment | null
  revision: number
  layout: Layout | null
  points: readonly DataPoint[]
  history: Columns
  /** The previous run's history, after a restart. */
  ghost: Ghost | null
  marks: readonly Mark[]
  tested: Tested | null
  undo: UndoState
  /** Edits that the server has not answered yet. */
  unanswered: number
  /** What was wrong with a refused edit, by the field's path. */
  problems: Readonly<Record<string, string>>
  /** The layer a refused edit is about. */
  problemLayer: { layer: string; message: string } | null
  pins: readonly Pin[]
  pinnedPoint: readonly number[] | null
  hoveredPoint: readonly number[] | null
  /** Channels that something on the page shows. */
  wanted: { predictions: boolean; confusion: boolean }
  /** Layers of which the page shows only the ends. */
  folded: readonly string[]
  selection: Selection
  pace: Pace
  phase: Phase | null
  /** Of the update that slow motion shows, or showed last. */
  batch: Batch | null
  present: boolean
  toasts: readonly Toast[]
}

/** Stands in until the first snapshot; nothing is drawn from it. */
const NO_EXPERIMENT = { version: 1, name: '', summary: '', question: '' } as Experiment

export function emptyModel(): Model {
  return {
    catalogue: null,
    connection: 'connecting',
    run: null,
    engine: null,
    notSaved: null,
    experiment: NO_EXPERIMENT,
    origin: null,
    revision: 0,
    layout: null,
    points: [],
    history: new HistoryColumns().columns,
    ghost: null,
    marks: [],
    tested: null,
    undo: NOTHING_DONE,
    unanswered: 0,
    problems: {},
    problemLayer: null,
    pins: [],
    pinnedPoint: null,
    hoveredPoint: null,
    wanted: { predictions: false, confusion: false },
    folded: [],
    selection: {},
    pace: { framesPerSecond: 60, reduced: false, dropping: false },
    phase: null,
    batch: null,
    present: false,
    toasts: [],
  }
}
