import { useMemo, useState } from 'react'
import { linearStops } from '../core/stops'
import { Button, Section, Slider, Swatches } from '../primitives'
import type { DatasetItem, Source, SourceType } from '../protocol'
import { useNetloom } from '../state'
import { type PlotPoints, PointsThumb } from '../views'
import { BatchField } from './batch-field'
import { changeData, changeSource } from './change'
import { DrawTools } from './draw-tools'
import { FieldControl } from './field-control'
import { SharesField } from './shares-field'
import { useFacts, useItemFields } from './use-facts'

const SIMPLE_SETS: readonly SourceType[] = ['circle', 'xor', 'gauss', 'spiral']
const STAMP = { x: [-6, 6], y: [-6, 6] } as const

/** Which points there are to learn from. */
export function DataSection({ all }: { all: boolean }) {
  const source = useNetloom((model) => model.experiment.data.source)
  const datasets = useNetloom((model) => model.catalogue?.datasets) ?? []
  const item = datasets.find((dataset) => dataset.type === source.type)
  return (
    <Section title="Data">
      <DataSwatches all={all} datasets={datasets} chosen={source.type} />
      <DrawTools />
      <SourceFields source={source} datasets={datasets} />
      {item?.noisy && <NoiseField />}
      {all && item?.sized && <CountField />}
      {all && (item?.sized || source.type === 'points') && <SharesField />}
      {all && <BatchField />}
    </Section>
  )
}

/** Four by name, and the rest on demand; the chosen one is always among them. */
function DataSwatches(props: { all: boolean; datasets: readonly DatasetItem[]; chosen: SourceType }) {
  const [more, setMore] = useState(false)
  const offered = props.datasets.filter((item) => item.type !== 'points')
  const few = offered.filter((item) => SIMPLE_SETS.some((type) => type === item.type))
  const hidden = !few.some((item) => item.type === props.chosen) && props.chosen !== 'points'
  const shown = props.all || more || hidden ? offered : few
  const choose = (type: string) => {
    const item = offered.find((each) => each.type === type)
    if (item) void changeSource(item.defaults as unknown as Source, item.title)
  }
  return (
    <>
      <Swatches
        label="Data set"
        value={props.chosen}
        columns={4}
        swatches={shown.map((item) => ({
          value: item.type as SourceType,
          label: shortName(item.title),
          picture: <Stamp item={item} />,
          hint: item.help,
        }))}
        onChange={choose}
      />
      {!props.all && !hidden && (
        <Button
          look="quiet"
          size="small"
          className="more-data"
          tooltip="Other shapes, several classes, values instead of classes"
          onClick={() => setMore(!more)}
        >
          {more ? 'Fewer data sets' : `More data sets (${offered.length - few.length})`}
        </Button>
      )}
    </>
  )
}

/** "Exclusive or (XOR)" → "XOR": below a stamp there is room for one or two words. */
function shortName(title: string): string {
  return /\(([^)]+)\)/.exec(title)?.[1] ?? title
}

function Stamp({ item }: { item: DatasetItem }) {
  const points = useMemo(() => stampPoints(item), [item])
  const domain = item.inputs === 1 ? oneInputDomain(points) : STAMP
  return <PointsThumb points={points} domain={domain} />
}

function stampPoints({ preview, classes }: DatasetItem): PlotPoints {
  const flat = preview[0]?.x.length === 1
  const target = preview.map((point) => point.target)
  return {
    x: preview.map((point) => point.x[0] ?? 0),
    y: preview.map((point) => (flat ? point.target : (point.x[1] ?? 0))),
    target,
    split: preview.map(() => 0),
    classes,
    range: [Math.min(...target), Math.max(...target)],
  }
}

function oneInputDomain({ x, y }: PlotPoints) {
  const wide = (values: ArrayLike<number>): [number, number] => {
    const [low, high] = [Math.min(...Array.from(values)), Math.max(...Array.from(values))]
    const margin = (high - low || 1) * 0.08
    return [low - margin, high + margin]
  }
  return { x: wide(x), y: wide(y) }
}

/** A data set's own settings: how many arms, how many turns. */
function SourceFields({ source, datasets }: { source: Source; datasets: readonly DatasetItem[] }) {
  const fields = useItemFields(datasets, source.type)
  if (source.type === 'points') return null
  const values = source as unknown as Record<string, unknown>
  return fields.map((facts) => (
    <FieldControl
      key={facts.name}
      facts={facts}
      value={values[facts.name]}
      onChange={(value) =>
        void changeSource({ ...source, [facts.name]: value } as Source, `${facts.title} ${String(value)}`)
      }
    />
  ))
}

function NoiseField() {
  const facts = useFacts('data.noise')
  const noise = useNetloom((model) => model.experiment.data.noise)
  const error = useNetloom((model) => model.problems['data.noise'])
  const stops = useMemo(() => linearStops(0, facts.max * facts.factor, 5), [facts])
  return (
    <Slider
      label={facts.title}
      help={facts.help}
      error={error}
      unit={facts.unit}
      value={Math.round(noise * facts.factor)}
      stops={stops}
      onChange={(percent) =>
        changeData({ noise: percent / facts.factor }, `Noise ${percent} %`, 'data.noise')
      }
    />
  )
}

const COUNTS = [10, 20, 30, 40, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000, 3000, 5000]

function CountField() {
  const facts = useFacts('data.count')
  const count = useNetloom((model) => model.experiment.data.count)
  const most = useNetloom((model) => model.catalogue?.limits.points) ?? facts.max
  const stops = useMemo(() => [facts.min, ...COUNTS.filter((each) => each <= most)], [facts, most])
  return (
    <Slider
      label={facts.title}
      help={facts.help}
      value={count}
      stops={stops}
      integer
      onChange={(value) => changeData({ count: value }, `${value} points`, 'data.count')}
    />
  )
}
