// Sends messages of every kind through @segment/analytics-node and prints what the client made of them, as JSON.
// usage: node segment.js URL KEY COUNT
import { Analytics } from '@segment/analytics-node'

const [, , host, writeKey, count] = process.argv
const client = new Analytics({ writeKey, host, flushAt: 15 })
const made = []
const say = (method, message) =>
  new Promise((done, fail) =>
    client[method](message, (error, context) => {
      if (error) fail(error)
      made.push(context.event)
      done()
    }),
  )

const said = [
  say('identify', { userId: 'u1', traits: { email: 'ana@example.com', age: 41 } }),
  say('page', { anonymousId: 'a1', name: 'Inicio', properties: { url: 'https://shop.example/ñ' } }),
  say('screen', { anonymousId: 'a1', name: 'Cesta' }),
  say('group', { userId: 'u1', groupId: 'g1', traits: { name: 'Casa' } }),
  say('alias', { userId: 'u1', previousId: 'a1' }),
]
for (let number = 0; number < Number(count); number++) {
  said.push(
    say('track', {
      userId: `u${number}`,
      event: 'Product Viewed',
      timestamp: new Date(Date.now() - 60_000 * number),
      properties: { number, text: '😀 "quoted" \u0000'.slice(0, 11), nested: { list: [1, 2.5, null, true] } },
      context: { ip: '192.0.2.1' },
      integrations: { Mail: false },
    }),
  )
}
await client.closeAndFlush()
await Promise.all(said)
console.log(JSON.stringify(made))
