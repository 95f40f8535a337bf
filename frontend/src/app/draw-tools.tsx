import { toCss } from '../core/color'
import { classColors } from '../core/color-tables'
import { Button, NumberField, Segmented, ToggleChip } from '../primitives'
import type { DatasetItem } from '../protocol'
import { useNetloom } from '../state'
import { Marker } from '../views'
import { changeSource } from './change'
import { classNamesOf } from './class-words'
import { type Drawing, panels, usePanels } from './panels'
import { useItemFields } from './use-facts'
import { useTask } from './use-task'

const NO_ITEMS: readonly DatasetItem[] = []

/** Draw points: the tools while drawing, and the way in before. */
export function DrawTools() {
  const drawing = usePanels((open) => open.drawing)
  if (!drawing)
    return (
      <Button
        className="draw-points"
        icon="draw"
        tooltip="Set points of your own on the output picture"
        onClick={() => panels.setState({ drawing: { tool: 'brush', target: 1, cleared: false } })}
      >
        Draw points
      </Button>
    )
  return <Tools drawing={drawing} />
}

const WORDS: Record<Drawing['tool'], string> = {
  brush: 'Drag over the output picture to spray points; a click sets one.',
  erase: 'Drag over points to take them away.',
  move: 'Drag a point to another place. By keyboard: Enter picks it up, arrows move it, Enter drops it.',
}

function Tools({ drawing }: { drawing: Drawing }) {
  const set = (part: Partial<Drawing>) => panels.setState({ drawing: { ...drawing, ...part } })
  return (
    <div className="draw-tools">
      <Segmented
        label="Tool"
        value={drawing.tool}
        iconOnly
        segments={[
          { value: 'brush', label: 'Brush', icon: 'brush', tooltip: WORDS.brush },
          { value: 'erase', label: 'Erase', icon: 'eraser', tooltip: WORDS.erase },
          { value: 'move', label: 'Move', icon: 'move', tooltip: WORDS.move },
        ]}
        onChange={(tool) => set({ tool })}
      />
      <TargetChoice drawing={drawing} onChange={(target) => set({ target, tool: 'brush' })} />
      <p className="draw-words">
        {drawing.cleared ? 'Empty: the next stroke replaces the data.' : WORDS[drawing.tool]}
      </p>
      <div className="draw-ends">
        <ClearButton drawing={drawing} />
        <Button
          size="small"
          look="accent"
          icon="check"
          tooltip="Back to looking; the points stay"
          onClick={() => panels.setState({ drawing: null })}
        >
          Done
        </Button>
      </div>
    </div>
  )
}

/** The brush's class; over two inputs with values, one of three values. */
function TargetChoice({ drawing, onChange }: { drawing: Drawing; onChange: (target: number) => void }) {
  const task = useTask()
  const colors = classColors(task.classes)
  if (task.kind === 'regression') return task.inputs === 1 ? null : <ValueChoice {...{ drawing, onChange }} />
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame */}
      <div className="chips" role="group" aria-label="Class of the brush">
        {classNamesOf(task.classes).map((name, i) => (
          <ToggleChip
            key={name}
            pressed={drawing.tool !== 'erase' && drawing.target === i}
            tooltip={`The next strokes set points of the class ${name.toLowerCase()}`}
            onChange={() => onChange(i)}
          >
            <Marker shape={i} color={toCss(colors[i] ?? [90, 90, 90])} fill="full" /> {name}
          </ToggleChip>
        ))}
      </div>
      <ClassCount />
    </>
  )
}

function ValueChoice({ drawing, onChange }: { drawing: Drawing; onChange: (target: number) => void }) {
  const values = ['-1', '0', '1']
  return (
    <Segmented
      label="Value of the brush"
      value={String(Math.sign(drawing.target))}
      segments={values.map((value) => {
        const label = value.replace('-', '−')
        return { value, label, tooltip: `The next strokes set points of the value ${label}` }
      })}
      onChange={(value) => onChange(Number(value))}
    />
  )
}

/** How many classes there are to draw; only where the points are one's own already. */
function ClassCount() {
  const source = useNetloom((model) => model.experiment.data.source)
  const fields = useItemFields(useNetloom((model) => model.catalogue?.datasets) ?? NO_ITEMS, 'points')
  if (source.type !== 'points') return null
  const drawn = Math.max(1, ...source.items.map((item) => item.target)) + 1
  return (
    <NumberField
      label="Classes"
      help={fields.find(({ name }) => name === 'classes')?.help}
      value={source.classes}
      min={Math.max(2, drawn)}
      max={6}
      integer
      onChange={(classes) => void changeSource({ ...source, classes }, `${classes} classes`)}
    />
  )
}

/** The next stroke begins with an empty picture; until then nothing is lost. */
function ClearButton({ drawing }: { drawing: Drawing }) {
  return (
    <Button
      size="small"
      icon="trash"
      disabled={drawing.cleared}
      tooltip="The next stroke begins with an empty picture"
      onClick={() => panels.setState({ drawing: { ...drawing, tool: 'brush', cleared: true } })}
    >
      Clear
    </Button>
  )
}
