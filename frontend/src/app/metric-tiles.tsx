import { useEffect, useRef } from 'react'
import { formatFixed, formatNumber, formatPercent } from '../core/format'
import { Button, Tooltip } from '../primitives'
import { actions, lastRow, useNetloom } from '../state'
import { useHistory } from './use-history'
import { useSplitCounts } from './use-points'
import { useTask } from './use-task'

const TILES_EVERY_MS = 100

/** The newest numbers. Written past React, so that nothing moves but the digits. */
export function MetricTiles() {
  const { kind } = useTask()
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
  const split = watched ? 'Validation' : 'Training'
  return (
    <div className="tiles" ref={tiles}>
      <Tile label="Training loss" help="How wrong on the points it learns from; lower is better" />
      <Tile label="Validation loss" help="How wrong on points it does not learn from" hidden={!watched} />
      <Tile
        label={kind === 'classification' ? `${split} accuracy` : `${split} R²`}
        help={
          kind === 'classification'
            ? `The share of right answers among ${watched ? counts.validation : counts.train} points`
            : 'The share of the variance that the network explains; 1 is perfect'
        }
      />
      {counts.test > 0 && <FinalTest />}
    </div>
  )
}

function Tile({ label, help, hidden }: { label: string; help: string; hidden?: boolean }) {
  return (
    <Tooltip text={help} side="top">
      <div className="tile" hidden={hidden}>
        <span>{label}</span>
        <b data-testid={label}>–</b>
      </div>
    </Tooltip>
  )
}

/** The test points are measured once asked for, and the answer says of which epoch it is. */
function FinalTest() {
  const tested = useNetloom((model) => model.tested)
  const { kind } = useTask()
  const counts = useSplitCounts()
  const words = tested && (kind === 'classification' ? percent(tested.metric) : fixed(tested.metric))
  return (
    <div className="tile tile-test">
      {tested ? (
        <p>
          <span>
            Final test at epoch {tested.epoch}, {tested.points} points
          </span>
          <b>
            {words} · loss {number(tested.loss)}
          </b>
        </p>
      ) : (
        <p>
          <span>{counts.test} points are kept for one last measurement.</span>
        </p>
      )}
      <Button size="small" icon="target" onClick={() => void actions.finalTest()}>
        Final test
      </Button>
    </div>
  )
}

function write(root: HTMLElement | null, words: readonly string[]): void {
  root?.querySelectorAll('.tile > b').forEach((place, i) => {
    const word = words[i]
    if (word !== undefined && place.textContent !== word) place.textContent = word
  })
}

type Maybe = number | null | undefined
const known = (value: Maybe): value is number => typeof value === 'number' && Number.isFinite(value)
const number = (value: Maybe): string => (known(value) ? formatNumber(value) : '–')
const percent = (value: Maybe): string => (known(value) ? formatPercent(value) : '–')
const fixed = (value: Maybe): string => (known(value) ? formatFixed(value) : '–')
