import { createRun, fetchAhead } from './api'
import { panels } from './panels'

const LOOK_EVERY_MS = 1000

/** Starts a run of one's own. While that takes longer than a second, `panels` says how many are served first. */
export async function startRun(document: unknown): Promise<string> {
  let there = false
  const look = async () => {
    // What may be wrong is said by the answer that the run waits for.
    const ahead = await fetchAhead().catch(() => 0)
    if (!there) panels.setState({ ahead })
  }
  const looking = setInterval(look, LOOK_EVERY_MS)
  try {
    return await createRun(document)
  } finally {
    there = true
    clearInterval(looking)
    panels.setState({ ahead: 0 })
  }
}
