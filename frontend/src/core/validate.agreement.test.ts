// @vitest-environment node
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import type { Catalogue } from '../protocol'
import { type NetworkProblem, networkProblem } from './validate'

type Case = {
  network: unknown
  features: number
  kind: string | null
  layers: (string | null)[]
  message: string | null
}

const COUNT = 10_000

/** What the server's own validator says of random networks. */
function told(): { catalogue: Pick<Catalogue, 'schema' | 'limits'>; cases: Case[] } {
  const command = ['../scripts/random_graphs.py', String(COUNT)]
  const options = { maxBuffer: 2 ** 28, env: { ...process.env, PYTHONPATH: '../backend' } }
  const { schema, limits, cases } = JSON.parse(
    execFileSync('../.venv/bin/python', command, options).toString(),
  )
  return { catalogue: { schema, limits }, cases }
}

function agrees(found: NetworkProblem | null, { kind, layers, message }: Case): boolean {
  if (!found || kind === null) return found === null && kind === null
  return (
    found.kind === kind && layers.includes(found.layer) && (message === null || found.message === message)
  )
}

test('I4: page and server say the same of ten thousand random networks', { timeout: 300_000 }, () => {
  const { catalogue, cases } = told()

  const differing = cases
    .map((each) => ({ ...each, found: networkProblem(each.network, each.features, catalogue) }))
    .filter((each) => !agrees(each.found, each))
    .map(({ network, ...each }) => ({ ...each, network: JSON.stringify(network).slice(0, 500) }))

  expect(cases).toHaveLength(COUNT)
  expect(differing.slice(0, 3)).toEqual([])
  const kinds = new Set(cases.map(({ kind }) => kind))
  expect(kinds.size).toBe(10)
  for (const kind of kinds)
    expect(cases.filter((each) => each.kind === kind).length, String(kind)).toBeGreaterThan(20)
})
