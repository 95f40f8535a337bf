import { useEffect, useRef } from 'react'
import { Tooltip } from '../primitives'
import { lastRow } from '../state'
import { fixed, number, percent } from './metric-words'
import { useHistory } from './use-history'
import { useSplitCounts } from './use-points'
import { useMeasuredTask } from './use-task'

const TILES_EVERY_MS = 100

/** The newest numbers. Written past React, so that nothing moves but the digits. */
export function MetricTiles() {
  const { kind } = useMeasuredTask()
  const counts = useSplitCounts()
  const tiles = useRef<HTMLDivElement>(null)
  const watched = counts.validation > 0
  const draw = useRef<Parameters<typeof useHistory>[0]>(() => {})
  useEffect(() => {
    draw.current = (history) => {
      const row = lastRow(history)
      const metric = watched ? row?.validation_metric : row?.train_metric
      const words = kind === 'classification' ? percent(metric) : fixed(metric)
      write(tiles.current, [number(row?.train_loss), number(row?.validation_loss), words])
    }
  })
  const drawLatest = useRef((history: Parameters<typeof draw.current>[0]) => draw.current(history))
  useHistory(drawLatest.current, TILES_EVERY_MS)
  return (
    <div className="tiles" ref={tiles}>
      <Tile
        id="Training loss"
        label="Loss"
        of="training"
        help="How wrong on the points it learns from; lower is better"
      />
      <Tile
        id="Validation loss"
        label="Loss"
        of="validation"
        help="How wrong on points it does not learn from"
        hidden={!watched}
      />
      <Tile
        id={kind === 'classification' ? 'Accuracy' : 'R²'}
        label={kind === 'classification' ? 'Accuracy' : 'R²'}
        of={watched ? 'validation' : 'training'}
        help={
          kind === 'classification'
            ? `The share of right answers among the ${watched ? `${counts.validation} validation` : `${counts.train} training`} points`
            : `How much of the spread of the ${watched ? 'validation' : 'training'} points it explains; 1 is perfect`
        }
      />
    </div>
  )
}

type TileProps = { id: string; label: string; of: string; help: string; hidden?: boolean }

function Tile({ id, label, of, help, hidden }: TileProps) {
  return (
    <Tooltip text={help} side="top">
      <div className="tile" hidden={hidden}>
        <span>
          {label} <br />
          <small>{of}</small>
        </span>
        <b data-testid={id}>–</b>
      </div>
    </Tooltip>
  )
}

function write(root: HTMLElement | null, words: readonly string[]): void {
  root?.querySelectorAll('.tile > b').forEach((place, i) => {
    const word = words[i]
    if (word !== undefined && place.textContent !== word) place.textContent = word
  })
}
