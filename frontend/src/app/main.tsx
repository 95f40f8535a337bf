import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '../theme/base.css'
import { adoptNonce } from '../theme/nonce'
import { App } from './app'

adoptNonce()
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
