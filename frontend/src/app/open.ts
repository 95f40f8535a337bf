import { CLASS_KEY, decodeLink, fragmentParts, LINK_KEY } from '../core/link'
import { networkProblem } from '../core/validate'
import type { Catalogue, Experiment } from '../protocol'
import { enterClass, fetchCatalogue, Refusal } from './api'
import { type Remembered, rememberedHere } from './remembered'
import { startRun } from './start-run'

/** What the page starts with. `notes` say what a link held and could not be restored. */
export type Opening = { catalogue: Catalogue; run: string; origin: Experiment; notes: string[] }

const SECTIONS = ['data', 'network', 'training', 'seeds', 'view', 'name', 'summary', 'question'] as const

/** Finds what to show: a link's experiment, this tab's run, or the first example. Throws Refusal or TypeError. */
export async function openPage(
  showAtOnce: (catalogue: Catalogue, experiment: Experiment) => void,
): Promise<Opening> {
  const strange = strangeAddress()
  const parts = takeFragment()
  const key = parts.get(CLASS_KEY)
  if (key) await enterClass(decodeURIComponent(key))
  const catalogue = await fetchCatalogue()
  const linked = parts.get(LINK_KEY)
  if (linked !== undefined) return { catalogue, ...(await openLink(linked, catalogue)) }
  const here = rememberedHere()
  showAtOnce(catalogue, here?.experiment ?? catalogue.default)
  if (here) return { catalogue, run: here.run, origin: here.origin, notes: strange }
  return { catalogue, run: await startRun(catalogue.default), origin: catalogue.default, notes: strange }
}

/** An address that holds nothing to open is said, not passed over. */
function strangeAddress(): string[] {
  const { pathname, hash } = window.location
  const parts = fragmentParts(hash)
  const known = hash.length < 2 || parts.has(LINK_KEY) || parts.has(CLASS_KEY)
  if (pathname === '/' && known) return []
  clearFragment('/')
  return ['There is nothing at this address that Netloom knows. This is the start page.']
}

/** The server does not know the tab's run any more: the same experiment begins again. */
export async function startAgain(kept: Remembered): Promise<string> {
  return startRun(kept.experiment)
}

type Opened = Omit<Opening, 'catalogue'>

/** Starts a run of one's own from a link's value; a part that cannot be used is left out and named. */
export async function openLink(value: string, catalogue: Catalogue): Promise<Opened> {
  const opened = await decodeLink(value)
  if ('problem' in opened) {
    const run = await startRun(catalogue.default)
    return { run, origin: catalogue.default, notes: [`${opened.problem} This is the first example instead.`] }
  }
  return createSalvaged(opened.document, catalogue)
}

/** Tries the whole document; each part that is refused is replaced by the usual one, until the rest is taken. */
async function createSalvaged(document: Record<string, unknown>, catalogue: Catalogue): Promise<Opened> {
  const usual = catalogue.default
  const notes: string[] = []
  let salvaged = document
  for (let attempt = 0; ; attempt++) {
    try {
      refuseBroken(salvaged, catalogue)
      return { run: await startRun(salvaged), origin: salvaged as Experiment, notes }
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 422 || attempt === SECTIONS.length + 2) throw error
      const [next, note] = without(salvaged, error, usual)
      salvaged = next
      notes.push(note)
    }
  }
}

/** Throws the Refusal that the server would answer, as far as the page can tell, without asking it. */
function refuseBroken({ network, data }: Record<string, unknown>, catalogue: Catalogue): void {
  const features = (data as { features?: unknown } | null)?.features
  const count = Array.isArray(features) ? features.length : catalogue.default.data.features.length
  const found = networkProblem(network, count, catalogue)
  if (found) throw new Refusal(422, { ...found, code: found.kind, path: 'network' })
}

type Salvage = [document: Record<string, unknown>, note: string]

function without(document: Record<string, unknown>, refusal: Refusal, usual: Experiment): Salvage {
  const section = (refusal.problem.path ?? '').split('.')[0] ?? ''
  const reason = refusal.problem.message
  if (SECTIONS.some((name) => name === section) && !alreadyUsual(document, section, usual))
    return [
      { ...document, [section]: usual[section as keyof Experiment] },
      `From the link, ${section} could not be restored: ${reason}`,
    ]
  if (section in document && !(section in usual)) {
    const { [section]: _, ...rest } = document
    return [rest, `The link holds “${section.slice(0, 40)}”, which is not known here; it was left out.`]
  }
  return [
    { ...usual },
    `The link’s experiment could not be used: ${reason} This is the first example instead.`,
  ]
}

function alreadyUsual(document: Record<string, unknown>, section: string, usual: Experiment): boolean {
  return JSON.stringify(document[section]) === JSON.stringify(usual[section as keyof Experiment])
}

/** The fragment is used once: a reload then goes on with the run, and a key does not stay in the address. */
function takeFragment(): Map<string, string> {
  const parts = fragmentParts(window.location.hash)
  if (parts.has(LINK_KEY) || parts.has(CLASS_KEY)) clearFragment()
  return parts
}

export function clearFragment(path = window.location.pathname + window.location.search): void {
  window.history.replaceState(null, '', path)
}
