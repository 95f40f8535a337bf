import { Slider } from '../primitives'
import { useNetloom } from '../state'
import { changeTraining } from './change'
import { useFacts } from './use-facts'

const SIZES = [1, 2, 3, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128, 256, 512, 1000]
const ALL = 10_001 // past the largest size: the stop that means "all"

/** From one point an update to all at once. */
export function BatchField() {
  const facts = useFacts('training.batch_size')
  const size = useNetloom((model) => model.experiment.training.batch_size)
  const points = useNetloom((model) => model.points.filter((point) => point.split === 'train').length)
  const stops = [...SIZES.filter((each) => each < points), ALL]
  const words = (value: number) => (value === ALL ? `all ${points}` : String(value))
  return (
    <Slider
      label={facts.title}
      help={facts.help}
      value={size === 'all' ? ALL : size}
      stops={stops}
      integer
      format={words}
      onChange={(value) =>
        changeTraining(
          { batch_size: value >= ALL ? 'all' : value },
          `Batch ${words(value)}`,
          'training.batch_size',
        )
      }
    />
  )
}
