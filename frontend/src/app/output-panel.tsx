import { useNetloom } from '../state'
import { ChartsSection } from './charts-section'
import { FinalTest } from './final-test'
import { MetricTiles } from './metric-tiles'
import { OutputSection } from './output-section'
import { TablesSection } from './tables-section'
import './output-panel.css'

/** What the network answers and how well. */
export function OutputPanel() {
  const present = useNetloom((model) => model.present)
  return (
    <div className="output">
      <OutputSection />
      {!present && <MetricTiles />}
      <ChartsSection />
      {!present && <FinalTest />}
      {!present && <TablesSection />}
    </div>
  )
}
