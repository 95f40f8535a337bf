/** The page's style nonce, from `<meta name="csp-nonce">`; undefined where the page is served without one. */
export const styleNonce: string | undefined =
  globalThis.document?.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content || undefined

/** Hands the nonce to react-remove-scroll, which writes `<style>` under dialogs and menus and looks for this global. */
export function adoptNonce(): void {
  if (styleNonce) Object.assign(globalThis, { __webpack_nonce__: styleNonce })
}
