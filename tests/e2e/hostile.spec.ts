import { deflateRawSync } from 'node:zlib'
import type { Page } from '@playwright/test'
import { ForeignPage } from './foreign'
import { expect, Netloom, test as story } from './netloom'

/** A browser tells its console of everything that it refuses: here it refuses on purpose. */
const test = story.extend<{ quiet: undefined }>({ quiet: async ({ page: _ }, use) => use(undefined) })

const runOf = (page: Page): Promise<string> =>
  page.evaluate(() => JSON.parse(sessionStorage.getItem('netloom.run') ?? '{}').run)

type Asked = { base: string; run: string }

/** With every way that a page has to send what the browser keeps for Netloom along. */
async function attack(page: Page, asked: Asked): Promise<string[]> {
  return page.evaluate(async ({ base, run }) => {
    const headers = { 'content-type': 'text/plain' }
    const tries = [
      fetch(`${base}/api/runs`, {
        method: 'POST',
        credentials: 'include',
        mode: 'no-cors',
        headers,
        body: '{}',
      }),
      fetch(`${base}/api/runs`, { method: 'POST', credentials: 'include', body: '{}' }),
      fetch(`${base}/api/runs/${run}/data`, { method: 'PUT', credentials: 'include', body: '{}' }),
      fetch(`${base}/api/runs/${run}/experiment`, { credentials: 'include' }).then((answer) => answer.text()),
    ]
    const settled = await Promise.allSettled(tries)
    const told = settled.map((each) =>
      each.status === 'rejected' ? 'blocked' : each.value instanceof Response ? each.value.type : each.value,
    )
    const socket = await new Promise<string>((resolve) => {
      const opened = new WebSocket(`${base.replace('http', 'ws')}/ws`)
      opened.onmessage = () => resolve('heard something')
      opened.onclose = ({ code }) => resolve(`closed ${code}`)
      opened.onopen = () => resolve('open')
    })
    return [...told, socket]
  }, asked)
}

async function sendForm(page: Page, base: string): Promise<number> {
  const answered = page.waitForResponse(`${base}/api/runs`)
  await page.evaluate((action) => {
    const form = Object.assign(document.createElement('form'), {
      method: 'post',
      action,
      enctype: 'text/plain',
    })
    form.append(Object.assign(document.createElement('input'), { name: '{"name":"', value: '"}' }))
    document.body.append(form)
    form.submit()
  }, `${base}/api/runs`)
  return (await answered).status()
}

for (const name of ['127.0.0.1', 'localhost'] as const)
  test(`a foreign page at ${name} changes nothing, reads nothing and hears nothing`, async ({
    netloom,
    page,
    context,
    baseURL,
  }) => {
    const base = baseURL ?? ''
    const foreign = await ForeignPage.open(name)
    await netloom.open()
    const run = await runOf(page)
    const documentOf = async () => (await page.request.get(`${base}/api/runs/${run}/experiment`)).text()
    const runs = async () => (await (await page.request.get(`${base}/api/health`)).json()).runs
    const before = [await documentOf(), await runs()]
    const elsewhere = await context.newPage()
    await elsewhere.goto(foreign.address)
    const sent: string[] = []
    elsewhere.on('request', (request) =>
      request
        .allHeaders()
        .then((headers) => headers.cookie?.includes('netloom') && sent.push(request.method())),
    )

    expect(await attack(elsewhere, { base, run })).toEqual([
      'blocked',
      'blocked',
      'blocked',
      'blocked',
      'closed 1006',
    ])
    expect(await sendForm(elsewhere, base)).toBe(403)
    expect([await documentOf(), await runs()]).toEqual(before)
    // On the same site the cookie did come along: it was the gate that refused.
    if (name === '127.0.0.1') expect(sent).toContain('POST')
    await netloom.trainTo(2)
    foreign.end()
  })

const packed = (text: string | Uint8Array): string => deflateRawSync(text).toString('base64url')

const BROKEN: [what: string, value: () => string, words: RegExp][] = [
  [
    'that was cut off',
    () => packed('{"network": {"layers": []}, "data": {}}').slice(0, -9),
    /This link is incomplete/,
  ],
  ['of a megabyte of nothing', () => 'a'.repeat(1_000_000), /This link is incomplete/],
  ['that is a bomb', () => packed(new Uint8Array(100_000_000)), /more than 2 MB/],
  ['of an older version', () => packed('{"version": 0, "network": {}, "data": {}}'), /first example instead/],
  ['of a newer version', () => packed('{"version": 99, "network": {}, "data": {}}'), /first example instead/],
  [
    'whose names are JavaScript’s own',
    () =>
      packed(
        '{"network": {"layers": [{"type": "constructor", "id": "__proto__"}]}, "data": {"__proto__": {"polluted": 1}}, "__proto__": {"polluted": 1}}',
      ),
    /could not be (restored|used)/,
  ],
]

for (const [what, value, words] of BROKEN)
  test(`a link ${what} is answered in a sentence, and the page works`, async ({ page, baseURL }) => {
    const netloom = new Netloom(page)
    await netloom.open(`${baseURL}/#x=${value()}`)

    await expect(page.getByText(words).first()).toBeVisible()
    await expect(page.getByLabel('Name of this experiment')).toHaveValue('XOR')
    expect(await page.evaluate(() => (({}) as Record<string, unknown>).polluted)).toBeUndefined()
    expect(page.url()).not.toContain('#')
  })
