import { describe, expect, it } from 'vitest'
import type { Dense } from '../protocol'
import { order, updateLayer } from './network'
import {
  addLayer,
  changeField,
  dropLayer,
  duplicateLayer,
  type NetworkEdit,
  nudge,
  relocate,
  resize,
} from './network-edits'
import { CATALOGUE, chain, dense, experimentWith, xor } from './networks.fixture'

const XOR = experimentWith(xor())
const ids = (edit: NetworkEdit) => order(edit.network).map(({ id }) => id)
const titles = (_: string, value: unknown) =>
  value === 'relu' ? 'ReLU' : value === 'tanh' ? 'Tanh' : String(value)

function done(edit: NetworkEdit | string | null): NetworkEdit {
  if (edit === null || typeof edit === 'string') throw new Error(`refused: ${edit}`)
  return edit
}

describe('an edit', () => {
  it('adds a layer with the catalogue’s defaults in the slot that was chosen', () => {
    const edit = done(addLayer(XOR, CATALOGUE, 'dropout', 1))
    expect(ids(edit)).toEqual(['input', 'hidden1', 'dropout1', 'hidden2', 'output'])
    expect(edit.network.layers[2]).toMatchObject({ rate: 0.2 })
    expect(edit.label).toBe('Dropout added')
  })

  it('adds a dense layer that all values fit through', () => {
    const added = (slot: number) => done(addLayer(XOR, CATALOGUE, 'dense', slot)).network.layers
    expect(added(0)).toContainEqual(expect.objectContaining({ id: 'hidden3', units: 4 }))
    expect(added(1)).toContainEqual(expect.objectContaining({ id: 'hidden3', units: 6 }))
  })

  it('says why where a layer may not stand', () => {
    const full = experimentWith(chain(...Array.from({ length: 12 }, (_, i) => dense(`hidden${i + 1}`))))
    expect(addLayer(full, CATALOGUE, 'dense', 0)).toMatch(/At most 12/)
    expect(duplicateLayer(full, CATALOGUE, 'hidden1')).toMatch(/At most 12/)
  })

  it('counts neurons in its label', () => {
    expect(done(resize(XOR, CATALOGUE, 'hidden1', 7)).label).toBe('+1 neuron in hidden1')
    expect(done(resize(XOR, CATALOGUE, 'hidden2', 1)).label).toBe('−3 neurons in hidden2')
  })

  it('is none when nothing changes', () => {
    expect(resize(XOR, CATALOGUE, 'hidden1', 6)).toBeNull()
    expect(changeField(XOR, 'hidden1', 'activation', 'tanh', titles)).toBeNull()
    expect(relocate(XOR, CATALOGUE, 'hidden1', 0)).toBeNull()
    expect(relocate(XOR, CATALOGUE, 'hidden1', 1)).toBeNull()
  })

  it('names activations as the page does, and other fields with their layer', () => {
    expect(done(changeField(XOR, 'hidden1', 'activation', 'relu', titles)).label).toBe('Tanh → ReLU')
    expect(done(changeField(XOR, 'hidden1', 'frozen', true, titles)).label).toBe('hidden1 frozen')
    expect(done(changeField(XOR, 'hidden1', 'bias', false, titles)).label).toBe('hidden1: bias off')
  })

  it('moves a layer one place and stops at the ends', () => {
    expect(ids(done(nudge(XOR, CATALOGUE, 'hidden1', 1)))).toEqual(['input', 'hidden2', 'hidden1', 'output'])
    expect(ids(done(nudge(XOR, CATALOGUE, 'hidden2', -1)))).toEqual(['input', 'hidden2', 'hidden1', 'output'])
    expect(nudge(XOR, CATALOGUE, 'hidden1', -1)).toBeNull()
    expect(nudge(XOR, CATALOGUE, 'hidden2', 1)).toBeNull()
  })

  it('doubles a layer under a new name, right behind it', () => {
    expect(ids(done(duplicateLayer(XOR, CATALOGUE, 'hidden1')))).toEqual([
      'input',
      'hidden1',
      'hidden3',
      'hidden2',
      'output',
    ])
  })

  it('never removes the input or the output', () => {
    expect(dropLayer(XOR, 'output')).toBeNull()
    expect(ids(done(dropLayer(XOR, 'hidden1')))).toEqual(['input', 'hidden2', 'output'])
  })

  it('lets go of explicit values that no longer fit', () => {
    const initial = { weight: [[1, 2, 3, 4]], bias: null }
    const network = updateLayer<Dense>(chain(dense('hidden1', 1), dense('hidden2')), 'hidden2', { initial })
    const edit = done(resize(experimentWith(network), CATALOGUE, 'hidden1', 2))
    expect(edit.network.layers[2]).toMatchObject({ id: 'hidden2', initial: null })
  })
})
