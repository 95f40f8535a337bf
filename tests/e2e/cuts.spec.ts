import { deflateRawSync } from 'node:zlib'
import type { Page } from '@playwright/test'
import { formatNumber } from '../../frontend/src/core/format'
import { expect, Netloom, test as story } from './netloom'
import { Network } from './network'

/** A browser tells its console of every lost connection: here they are lost on purpose. */
const test = story.extend<{ network: Network; quiet: undefined }>({
  quiet: async ({ page: _ }, use) => use(undefined),
  network: async ({ baseURL }, use) => {
    const network = await Network.open(baseURL ?? '')
    await use(network)
    network.end()
  },
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

type Row = readonly [epoch: number, loss: string]

/** All epochs, as long as there are no more than sixty. */
function historyOfPage(page: Page): Promise<Row[]> {
  return page
    .locator('.data-table tbody tr')
    .evaluateAll((rows) =>
      rows
        .map(({ children }) => [Number(children[0]?.textContent), children[1]?.textContent ?? ''] as const)
        .reverse(),
    )
}

/** Told by the server itself, past the network that is cut. */
async function ofServer(page: Page, baseURL: string, what: string): Promise<string> {
  const run = await page.evaluate(() => JSON.parse(sessionStorage.getItem('netloom.run') ?? '{}').run)
  return (await page.request.get(`${baseURL}/api/runs/${run}/${what}`)).text()
}

async function historyOfServer(page: Page, baseURL: string): Promise<Row[]> {
  const [header = '', ...lines] = (await ofServer(page, baseURL, 'history.csv')).trim().split('\n')
  const place = header.split(',').indexOf('train_loss')
  const rows = lines.map((line) => line.split(','))
  return rows.map((row) => [Number(row[0]), formatNumber(Number(row[place]))])
}

const rateOfServer = async (page: Page, baseURL: string): Promise<number> =>
  JSON.parse(await ofServer(page, baseURL, 'experiment')).training.learning_rate

/** So many that the page's table shows every one of them. */
const EPOCHS = 55

async function linkThatEndsAt(epoch: number, page: Page, baseURL: string): Promise<string> {
  const usual = (await (await page.request.get(`${baseURL}/api/catalogue`)).json()).default
  const document = { ...usual, training: { ...usual.training, epoch_limit: epoch } }
  return deflateRawSync(JSON.stringify(document)).toString('base64url')
}

const viewport = (page: Page) => page.locator('.react-flow__viewport').getAttribute('style')

test('across cuts and a long silence the history is the server’s, and what was typed and zoomed stays', async ({
  network,
  page,
  baseURL,
}) => {
  test.slow()
  const netloom = new Netloom(page)
  await netloom.open(`${network.address}/#x=${await linkThatEndsAt(EPOCHS, page, baseURL ?? '')}`)
  await netloom.button('Numbers').click()
  await page.locator('.react-flow__pane').hover()
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -120)
  await page.keyboard.up('Control')
  await expect.poll(() => viewport(page)).toContain('scale')
  await netloom.play()
  await expect.poll(() => netloom.epoch()).toBeGreaterThan(2)
  const zoomed = await viewport(page)
  const rate = page.getByLabel('Learning rate, exact value')
  await rate.fill('0.0')

  for (const cut of [network.reset, network.close, network.reset]) {
    await pause(700)
    await cut()
    await pause(500)
  }
  await network.hold()
  await pause(4000)
  await network.reset()
  await network.flow()

  await expect.poll(() => netloom.epoch(), { timeout: 90_000 }).toBe(EPOCHS)
  await expect(rate).toHaveValue('0.0')
  await expect(rate).toBeFocused()
  expect(await viewport(page)).toBe(zoomed)
  await rate.press('Escape')
  const held = await historyOfServer(page, baseURL ?? '')
  expect(held.map(([epoch]) => epoch)).toEqual(Array.from({ length: EPOCHS + 1 }, (_, epoch) => epoch))
  await expect.poll(() => historyOfPage(page)).toEqual(held)
})

test('what is asked of a network that swallows everything is carried out once, when it is back', async ({
  network,
  page,
  baseURL,
}) => {
  const netloom = new Netloom(page)
  await netloom.open(network.address)
  await network.hold()
  await netloom.button('+1 epoch').click()
  await page.getByRole('slider', { name: 'Learning rate' }).press('ArrowRight')
  const chosen = Number(await page.getByLabel('Learning rate, exact value').inputValue())
  await expect(page.getByText('Reconnecting …')).toBeVisible({ timeout: 20_000 })
  await network.reset()
  await network.flow()

  await expect.poll(() => netloom.epoch(), { timeout: 30_000 }).toBe(1)
  await expect(page.getByText('Reconnecting …')).toBeHidden()
  await expect.poll(() => rateOfServer(page, baseURL ?? '')).toBe(chosen)
  expect(await netloom.epoch()).toBe(1)
})

test('what waits for the network longer than half a minute is said not to be sent, and nothing pretends it was', async ({
  network,
  page,
  baseURL,
}) => {
  test.slow()
  const netloom = new Netloom(page)
  await netloom.open(network.address)
  const rate = page.getByLabel('Learning rate, exact value')
  const before = await rate.inputValue()
  await network.hold()
  await network.reset()
  await expect(page.getByText('Reconnecting …')).toBeVisible()
  await page.getByRole('slider', { name: 'Learning rate' }).press('ArrowRight')
  await netloom.button(/^Play/).click()
  await expect(rate).not.toHaveValue(before)

  await expect(page.getByText(/was not sent, as the connection was lost/)).toHaveCount(2, { timeout: 60_000 })
  await expect(rate).toHaveValue(before)
  await network.reset()
  await network.flow()
  await expect(page.getByText('Reconnecting …')).toBeHidden({ timeout: 30_000 })
  expect(await rateOfServer(page, baseURL ?? '')).toBe(Number(before))
  expect(await netloom.epoch()).toBe(0)
  await netloom.trainTo(2)
})
