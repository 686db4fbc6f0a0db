// Sends messages through @rudderstack/rudder-sdk-node: gzipped JSON that calls itself a form. Prints what was said.
// usage: node rudder.cjs URL KEY COUNT
const Analytics = require('@rudderstack/rudder-sdk-node')

const [, , dataPlaneUrl, writeKey, count] = process.argv
const client = new Analytics(writeKey, { dataPlaneUrl, flushAt: 1000, flushInterval: 60000, logLevel: 'error' })
const made = []
for (let number = 0; number < Number(count); number++) {
  const message = { userId: `u${number}`, event: 'Product Viewed', properties: { number }, messageId: `rudder-${number}` }
  client.track(message)
  made.push(message)
}
client.flush((error) => {
  if (error) throw error
  console.log(JSON.stringify(made))
  process.exit(0)
})
