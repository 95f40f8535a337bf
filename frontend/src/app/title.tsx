import { TypedText } from '../primitives'
import { useNetloom } from '../state'
import { changeWords } from './change'
import { useFacts } from './use-facts'

/** The experiment's name, which can be typed over. */
export function Title() {
  const name = useNetloom((model) => model.experiment.name)
  const { help, longest } = useFacts('name')
  return (
    <TypedText
      className="title"
      title={help}
      aria-label="Name of this experiment"
      value={name}
      longest={longest}
      required
      onCommit={(text) => changeWords('name', text)}
    />
  )
}
