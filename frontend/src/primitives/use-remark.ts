import { useEffect, useState } from 'react'

const STAYS_MS = 8000

/** Why what was typed was not taken as it is: it goes as one types on or leaves, at the latest after eight seconds. */
export function useRemark(): [string | null, (sentence: string | null) => void] {
  const [remark, setRemark] = useState<string | null>(null)
  useEffect(() => {
    if (remark === null) return
    const timer = setTimeout(() => setRemark(null), STAYS_MS)
    return () => clearTimeout(timer)
  }, [remark])
  return [remark, setRemark]
}
