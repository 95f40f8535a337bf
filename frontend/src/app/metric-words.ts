import { formatFixed, formatNumber, formatPercent } from '../core/format'

type Maybe = number | null | undefined

const known = (value: Maybe): value is number => typeof value === 'number' && Number.isFinite(value)

/** Numbers that may not exist: a dash then. */
export const number = (value: Maybe): string => (known(value) ? formatNumber(value) : '–')
export const percent = (value: Maybe): string => (known(value) ? formatPercent(value) : '–')
export const exact = (value: Maybe): string => (known(value) ? formatFixed(value, 4) : '–')
export const fixed = (value: Maybe): string => (known(value) ? formatFixed(value) : '–')
