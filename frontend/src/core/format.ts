/** Numbers as the page writes them: a true minus sign, a full stop, a narrow space between thousands' groups never. */

const MINUS = '−'

/** `value` to `digits` significant digits; powers of ten for the very large and very small; words for what is not finite. */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return formatNonFinite(value)
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e6 || size < 1e-4) return trueMinus(shortExponent(value.toExponential(digits - 1)))
  return trueMinus(plain(value, digits))
}

function plain(value: number, digits: number): string {
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(decimals, 100))
}

function shortExponent(text: string): string {
  return text.replace(/\.?0*e\+?(-?\d+)$/, 'e$1')
}

function formatNonFinite(value: number): string {
  if (Number.isNaN(value)) return 'not a number'
  return value > 0 ? '∞' : `${MINUS}∞`
}

function trueMinus(text: string): string {
  return text.replaceAll('-', MINUS)
}

/** The shortest text that reads back as `value`, for settings that a learner typed or chose. */
export function formatSetting(value: number): string {
  if (!Number.isFinite(value)) return formatNonFinite(value)
  return trueMinus(shortExponent(String(Number(value.toPrecision(12)))))
}

/** `value` with `decimals` places, so that a column of them or a running number keeps its width. */
export function formatFixed(value: number, decimals = 3): string {
  return Number.isFinite(value) ? trueMinus(value.toFixed(decimals)) : formatNonFinite(value)
}

/** As `formatFixed`, and a plus sign where positive: for changes and gradients. */
export function formatSigned(value: number, decimals = 4): string {
  return value > 0 ? `+${formatFixed(value, decimals)}` : formatFixed(value, decimals)
}

/** A share of one as a percentage; 100 % only when nothing is missing. */
export function formatPercent(share: number, decimals = 1): string {
  if (!Number.isFinite(share)) return formatNonFinite(share)
  const step = 10 ** -(decimals + 2)
  const shown = share < 1 ? Math.min(share, 1 - step) : share
  return `${trueMinus((shown * 100).toFixed(decimals).replace(/\.0+$/, ''))} %`
}

/** A count with comma groups: 1,284. */
export function formatCount(count: number): string {
  return Number.isFinite(count)
    ? trueMinus(Math.round(count).toLocaleString('en-US'))
    : formatNonFinite(count)
}

/** A count in at most four characters: 950, 1.2k, 34k, 5.6M. */
export function formatCompact(count: number): string {
  const [scale, suffix] =
    count >= 1e9 ? [1e9, 'G'] : count >= 1e6 ? [1e6, 'M'] : count >= 1e3 ? [1e3, 'k'] : [1, '']
  const value = count / Number(scale)
  const text =
    value < 10 && scale !== 1 ? (Math.floor(value * 10) / 10).toString() : String(Math.floor(value))
  return text + suffix
}

/** What a learner typed as a number: true minus, decimal comma and a trailing unit are understood; NaN where it is none. */
export function parseNumber(text: string): number {
  const plainText = text
    .trim()
    .replaceAll(MINUS, '-')
    .replace(/^([^,.]*),([^,.]*)$/, '$1.$2')
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*[^\d\s.,+-]*$/i.exec(plainText)
  return match ? Number(match[1]) : Number.NaN
}
