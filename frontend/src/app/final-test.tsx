import { formatCount } from '../core/format'
import { Button } from '../primitives'
import { actions, useNetloom } from '../state'
import { fixed, number, percent } from './metric-words'
import { useSplitCounts } from './use-points'
import { useTask } from './use-task'

/** The test points are measured when asked for, and the answer says of which epoch it is. */
export function FinalTest() {
  const tested = useNetloom((model) => model.tested)
  const { kind } = useTask()
  const counts = useSplitCounts()
  if (!counts.test) return null
  const metric =
    kind === 'classification' ? `accuracy ${percent(tested?.metric)}` : `R² ${fixed(tested?.metric)}`
  return (
    <div className="tile tile-test" role="status">
      {tested ? (
        <p>
          <span>
            Test of {tested.points} points at epoch {formatCount(tested.epoch)}
          </span>
          <b>
            {metric}, loss {number(tested.loss)}
          </b>
        </p>
      ) : (
        <p>
          <span>{counts.test} points are kept for one last measurement.</span>
        </p>
      )}
      <Button
        size="small"
        icon="target"
        tooltip="Measures once on points that neither learned nor watched"
        onClick={() => void actions.finalTest()}
      >
        Final test
      </Button>
    </div>
  )
}
