import { linearStops } from '../core/stops'
import { Field, Slider } from '../primitives'
import type { Shares } from '../protocol'
import { useNetloom } from '../state'
import { changeData } from './change'
import { useFacts } from './use-facts'

const TRAIN = linearStops(5, 100, 5)
const VALIDATION = linearStops(0, 95, 5)

/** How the points are shared out; the test share is what is left. */
export function SharesField() {
  const facts = useFacts('data.shares')
  const train = useFacts('data.shares.train')
  const validation = useFacts('data.shares.validation')
  const shares = useNetloom((model) => model.experiment.data.shares)
  const set = (next: Shares) => changeData({ shares: next }, `Shares ${words(next)}`, 'data.shares')
  return (
    <>
      <Field label={facts.title} help={facts.help}>
        {(ids) => (
          <div className="shares">
            <div id={ids.id} className="shares-bar" role="img" aria-label={`${words(shares)} percent`}>
              <i style={{ flexGrow: shares.train }} />
              <i style={{ flexGrow: shares.validation }} />
              <i style={{ flexGrow: shares.test }} />
            </div>
            <b className="shares-words">{words(shares)}</b>
          </div>
        )}
      </Field>
      <Slider
        label={train.title}
        help={train.help}
        unit="%"
        integer
        value={shares.train}
        stops={TRAIN}
        onChange={(value) => set(withTrain(shares, value))}
      />
      <Slider
        label={validation.title}
        help={validation.help}
        unit="%"
        integer
        value={shares.validation}
        stops={VALIDATION.filter((share) => share <= 100 - shares.train)}
        onChange={(value) => set(withValidation(shares, value))}
      />
    </>
  )
}

const words = ({ train, validation, test }: Shares): string => `${train} · ${validation} · ${test}`

/** Validation keeps its share where there is room. */
function withTrain(shares: Shares, train: number): Shares {
  const validation = Math.min(shares.validation, 100 - train)
  return { train, validation, test: 100 - train - validation }
}

function withValidation({ train }: Shares, share: number): Shares {
  const validation = Math.min(share, 100 - train)
  return { train, validation, test: 100 - train - validation }
}
