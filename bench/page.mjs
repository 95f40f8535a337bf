// `node bench/page.mjs http://127.0.0.1:8000 REPETITIONS`: a browser on a running server; prints JSON, milliseconds.
// `page.py` starts the server and calls this.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const { chromium } = createRequire(new URL('../frontend/package.json', import.meta.url))('@playwright/test')
const PROBE = fileURLToPath(new URL('page_probe.js', import.meta.url))
const [, , address = 'http://127.0.0.1:8000', repetitions = '5'] = process.argv
const REPETITIONS = Number(repetitions)
const PAINTING_SECS = 5
const PATIENCE_MS = 60_000

const browser = await chromium.launch(process.env.CHROMIUM ? { executablePath: process.env.CHROMIUM } : {})

async function openContext(throttle) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.addInitScript({ path: PROBE })
  await page.route('**/api/runs', lengthened)
  const devtools = await context.newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: throttle })
  return { context, page }
}

/** The first example on a spiral that it never quite learns, without an end: so the picture has a reason to move. */
async function lengthened(route) {
  const request = route.request()
  if (request.method() !== 'POST') return route.continue()
  const document = request.postDataJSON()
  document.training = { ...document.training, epoch_limit: 10_000_000 }
  document.data = { ...document.data, source: { type: 'spiral' }, noise: 0.3 }
  return route.continue({ postData: JSON.stringify(document) })
}

async function open(page) {
  await page.goto(address)
  await page
    .waitForFunction(() => window.probe.playReady && window.probe.firstPicture, null, { timeout: PATIENCE_MS })
    .catch(async () => {
      throw new Error(`The page shows no picture: ${(await page.locator('body').innerText()).slice(0, 600)}`)
    })
  return page.evaluate(() => ({ play: window.probe.playReady, picture: window.probe.firstPicture }))
}

/** Loading with an empty browser cache, then again in the same browser: a tab of its own, hence a run of its own. */
async function loading(throttle) {
  const times = { coldPlay: [], coldPicture: [], warmPlay: [], warmPicture: [] }
  for (let i = 0; i < REPETITIONS; i++) {
    const { context, page } = await openContext(throttle)
    const cold = await open(page)
    await page.evaluate(() => sessionStorage.clear())
    const warm = await open(page)
    times.coldPlay.push(cold.play)
    times.coldPicture.push(cold.picture)
    times.warmPlay.push(warm.play)
    times.warmPicture.push(warm.picture)
    await context.close()
  }
  return times
}

const settle = (page, ms) => page.waitForTimeout(ms)

/** From the key to the first frame of the run that came, and to the first repaint that shows another picture. */
async function playing(throttle) {
  const times = { arrived: [], changed: [] }
  for (let i = 0; i < REPETITIONS; i++) {
    const { context, page } = await openContext(throttle)
    await open(page)
    await settle(page, 1000)
    await page.evaluate(() => Object.assign(window.probe, { changes: [], arrivals: [] }))
    await page.keyboard.press('Space')
    await page.waitForFunction(() => window.probe.changes.length, null, { timeout: PATIENCE_MS })
    const found = await page.evaluate(() => window.probe)
    times.arrived.push(found.arrivals[0] - found.lastInput)
    times.changed.push(found.changes[0] - found.lastInput)
    await context.close()
  }
  return times
}

/** By second: repaints that showed another picture, all repaints, frames that came; and tasks over 50 ms. */
async function painting(throttle, speed) {
  const { context, page } = await openContext(throttle)
  await open(page)
  if (speed === 'max') for (let i = 0; i < 3; i++) await page.keyboard.press(']')
  await page.keyboard.press('Space')
  await settle(page, 2000)
  const seconds = { changed: [], painted: [], repaints: [], arrived: [], longTasks: [], frameBytes: [] }
  for (let i = 0; i < PAINTING_SECS; i++) {
    await page.evaluate(() =>
      Object.assign(window.probe, {
        changes: [], arrivals: [], frameBytes: [], longTasks: [], repaints: 0, paints: 0, since: performance.now(),
      }),
    )
    await settle(page, 1000)
    const found = await page.evaluate(() => ({ ...window.probe, secs: (performance.now() - window.probe.since) / 1000 }))
    seconds.changed.push(found.changes.length / found.secs)
    seconds.painted.push(found.paints / found.secs)
    seconds.repaints.push(found.repaints / found.secs)
    seconds.arrived.push(found.arrivals.length / found.secs)
    seconds.longTasks.push(...found.longTasks.map(({ duration }) => duration))
    seconds.frameBytes.push(...found.frameBytes)
  }
  await context.close()
  return seconds
}

async function addNeuron(page) {
  await page.getByRole('button', { name: 'One neuron more in hidden1' }).focus()
  await page.keyboard.press('Enter')
}

async function changeActivation(page) {
  await page.getByRole('combobox', { name: /Activation of hidden2/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('option', { name: /^ReLU/ }).click()
}

async function dropLayer(page) {
  await page.locator('.palette').getByRole('button', { name: 'Dense' }).focus()
  for (const key of ['Enter', 'ArrowLeft', 'Enter']) await page.keyboard.press(key)
}

/**
 * From the key or click that edits to the first changed picture after the server told the edit, while it trains. Once
 * before it counts, so that the program is there.
 */
async function editing(throttle, edit) {
  const times = { told: [], changed: [] }
  for (let i = -1; i < REPETITIONS; i++) {
    const { context, page } = await openContext(throttle)
    await open(page)
    await page.keyboard.press('Space')
    await settle(page, 1500)
    await page.evaluate(() => Object.assign(window.probe, { edits: [] }))
    await edit(page)
    const shown = () => window.probe.edits[0]?.told && window.probe.changes.at(-1) > window.probe.edits[0].told
    await page.waitForFunction(shown, null, { timeout: PATIENCE_MS })
    const { edits, changes } = await page.evaluate(() => window.probe)
    await context.close()
    if (i < 0) continue
    times.told.push(edits[0].told - edits[0].asked)
    times.changed.push(changes.find((at) => at > edits[0].told) - edits[0].asked)
  }
  return times
}

async function measured(throttle) {
  return {
    loading: await loading(throttle),
    playing: await playing(throttle),
    painting: { '4 epochs/s': await painting(throttle, '4 epochs/s'), max: await painting(throttle, 'max') },
    editing: {
      activation: await editing(throttle, changeActivation),
      'a neuron more': await editing(throttle, addNeuron),
      'a layer dropped in': await editing(throttle, dropLayer),
    },
  }
}

try {
  process.stdout.write(JSON.stringify({ 'full speed': await measured(1), 'processor 4 × slower': await measured(4) }))
} finally {
  await browser.close()
}
