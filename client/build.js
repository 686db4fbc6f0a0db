// Bundles what an instance serves to browsers: node build.js FOLDER
//
// analytics.js runs in shops' pages and so speaks to old browsers; ui.js and charts.js are for the people who work here.
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const [folder] = process.argv.slice(2)
const PACKAGES = new URL('node_modules/', import.meta.url)

// Web Awesome's chunks have made-up names, so the one of its icon is known by what it holds.
const ownIcons = {
  name: 'own icons',
  setup(build) {
    const own = fileURLToPath(new URL('icons.js', import.meta.url))
    build.onLoad({ filter: /webawesome\/dist\/chunks\/.*\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      if (!text.includes('// src/components/icon/icon.ts')) return undefined
      return { contents: `export { WaIcon } from ${JSON.stringify(own)}` }
    })
  },
}

function bundle(target, more) {
  return build({ bundle: true, minify: true, legalComments: 'eof', logLevel: 'warning', outdir: folder, target, ...more })
}

async function copy(path, name = basename(path)) {
  await copyFile(new URL(path, PACKAGES), `${folder}/${name}`)
}

// What stands inside each `<svg>`, by name.
async function icons() {
  const drawings = new URL('lucide-static/icons/', PACKAGES)
  const names = (await readdir(drawings)).filter((name) => name.endsWith('.svg')).sort()
  const drawn = names.map(async (name) => [basename(name, '.svg'), inside(await readFile(new URL(name, drawings), 'utf8'))])
  return JSON.stringify(Object.fromEntries(await Promise.all(drawn)))
}

function inside(svg) {
  return svg
    .replace(/^.*?<svg[^>]*>/s, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/\s*\n\s*/g, '')
}

await bundle('es2018', {
  entryPoints: ['analytics.js'],
  format: 'iife',
  define: { 'process.env.IS_WEBPACK_BUILD': 'false', global: 'window' },
})
await bundle('es2022', {
  entryPoints: ['ui.js', 'charts.js'],
  format: 'esm',
  loader: { '.svg': 'text' },
  plugins: [ownIcons],
})
for (const part of ['latin', 'latin-ext']) await copy(`@fontsource-variable/inter/files/inter-${part}-wght-normal.woff2`)
await copy('@fontsource-variable/inter/LICENSE', 'inter-licence.txt')
await writeFile(`${folder}/icons.json`, await icons())
