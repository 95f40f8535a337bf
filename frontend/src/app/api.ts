import type { Catalogue, Experiment, Health, Opening, Problem } from '../protocol'

/** The server said no, in a sentence. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.message)
  }
}

export const fetchCatalogue = (): Promise<Catalogue> => ask('/api/catalogue')
export const fetchHealth = (): Promise<Health> => ask('/api/health')

/** Starts a run of one's own; the id names it from then on. */
export async function createRun(document: unknown): Promise<string> {
  const { run } = await ask<{ run: string }>('/api/runs', { method: 'POST', body: JSON.stringify(document) })
  return run
}

/** How many networks are compiled before that of the run which is being opened. */
export async function fetchAhead(): Promise<number> {
  return (await ask<Opening>('/api/runs/opening')).ahead
}

/** Opens the class's door with the key of its address. */
export function enterClass(key: string): Promise<void> {
  return ask('/api/enter', { method: 'POST', body: JSON.stringify({ key }) })
}

/** For own points too many for a command: answered over the socket, as an edit is. */
export function putData(run: string, data: Experiment['data']): Promise<void> {
  return ask(`/api/runs/${run}/data`, { method: 'PUT', body: JSON.stringify(data) })
}

export async function fetchText(path: string): Promise<string> {
  return (await answerOf(path)).text()
}

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await answerOf(path, init)
  return response.status === 204 ? (undefined as T) : response.json()
}

async function answerOf(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = init.body ? { 'Content-Type': 'application/json' } : {}
  const response = await fetch(path, { ...init, headers })
  if (!response.ok) throw new Refusal(response.status, await problemOf(response))
  return response
}

async function problemOf(response: Response): Promise<Problem> {
  const nothing = {
    code: 'error',
    message: `The server answered ${response.status}.`,
    path: null,
    layer: null,
  }
  try {
    return ((await response.json()) as { error?: Problem }).error ?? nothing
  } catch {
    return nothing
  }
}
