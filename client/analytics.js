// The browser client as an instance serves it: Segment's own, whole in one file, asking nobody but the instance.
//
//   <script src="https://INSTANCE/sdk/analytics.js" data-write-key="KEY"></script>
//   <script>analytics.page()</script>
//
// or the snippet of `trenza.events.browser_snippet`, which keeps what is called before this file has arrived.
import { install } from '@segment/analytics-next/dist/pkg/browser/standalone-analytics'
import { setVersionType } from '@segment/analytics-next/dist/pkg/lib/version-type'

const METHODS =
  'trackSubmit trackClick trackLink trackForm pageview identify reset group track ready alias debug page screen once ' +
  'off on addSourceMiddleware addIntegrationMiddleware setAnonymousId addDestinationMiddleware register'

// What is called until the client has its settings is kept in the array, as the snippet does it.
function keepCalls(analytics) {
  if (analytics.initialize || analytics.invoked) return
  analytics.invoked = true
  for (const method of METHODS.split(' ')) {
    analytics[method] = (...given) => {
      if (window.analytics.initialized) return window.analytics[method](...given)
      analytics.push([method, ...given])
      return analytics
    }
  }
}

const own = document.currentScript
const analytics = (window.analytics = window.analytics || [])
if (own) {
  analytics._cdn = analytics._cdn || new URL(own.src).href.replace(/\/sdk\/analytics\.js.*$/, '')
  analytics._writeKey = analytics._writeKey || own.dataset.writeKey
}
keepCalls(analytics)
setVersionType('web')
install().catch((error) => console.error('[analytics.js] did not start', error))
