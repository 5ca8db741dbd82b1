// What the page does better with a script; without one everything still works.
import { initAll } from './govuk-frontend.min.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()

// The banner that says whether the agent is at work is kept fresh, and says so when it cannot be.
const banner = document.querySelector('.app-banner[data-refresh]')
if (banner) {
  let lost = 0
  window.setInterval(async () => {
    try {
      const answer = await fetch(banner.dataset.refresh, { redirect: 'error' })
      if (!answer.ok) throw new Error()
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      const fresh = page.querySelector('.app-banner')
      banner.replaceChildren(...fresh.childNodes)
      banner.className = fresh.className
      lost = 0
    } catch {
      lost += 1
      if (lost === 3) {
        banner.textContent = banner.dataset.lost
        banner.classList.add('app-banner--bad')
      }
    }
  }, 60_000)
}
