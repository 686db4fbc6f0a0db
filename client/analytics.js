// The browser client as an instance serves it: Segment's own, whole in one file, asking nobody but the instance.
//
//   <script src="https://INSTANCE/sdk/analytics.js" data-write-key="KEY" async></script>
//
// or the snippet of docs/howto/collect-from-a-website.md, which keeps what is called before this file has arrived.
import { install } from '@segment/analytics-next/dist/pkg/browser/standalone-analytics'
import { setVersionType } from '@segment/analytics-next/dist/pkg/lib/version-type'

const own = document.currentScript
const analytics = (window.analytics = window.analytics || [])
if (own) {
  analytics._cdn = analytics._cdn || new URL(own.src).href.replace(/\/sdk\/analytics\.js.*$/, '')
  analytics._writeKey = analytics._writeKey || own.dataset.writeKey
}
setVersionType('web')
install().catch((error) => console.error('[analytics.js] did not start', error))
