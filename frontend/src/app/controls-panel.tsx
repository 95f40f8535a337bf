import { Segmented } from '../primitives'
import { actions, useNetloom } from '../state'
import { DataSection } from './data-section'
import { HiddenSettings } from './hidden-settings'
import { InputsSection } from './inputs-section'
import { SeedsSection } from './seeds-section'
import { SimpleTraining, TrainingSection } from './training-section'
import { RunTo, Speed } from './transport'
import { useMedia } from './use-media'
import './controls-panel.css'

/** What is learned and how: few controls in Simple, every one in All. */
export function ControlsPanel() {
  const controls = useNetloom((model) => model.experiment.view.controls)
  const all = controls === 'all'
  const phone = useMedia('(max-width: 640px)')
  return (
    <div className="controls">
      <Segmented
        label="Controls"
        value={controls}
        segments={[
          { value: 'simple', label: 'Simple', tooltip: 'The few controls to start with' },
          { value: 'all', label: 'All', tooltip: 'Every control' },
        ]}
        onChange={(value) => void actions.setView({ controls: value })}
      />
      {phone && (
        <div className="phone-pace">
          <Speed />
          <RunTo />
        </div>
      )}
      <DataSection all={all} />
      {all && <InputsSection />}
      {all ? <TrainingSection /> : <SimpleTraining />}
      {all && <SeedsSection />}
      {!all && <HiddenSettings />}
    </div>
  )
}
