import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { defineConfig } from 'vite';
import { editorWords, onePreact } from './editor-words-plugin.mjs';

const require = createRequire(import.meta.url);

/* The tokens are used as the package ships them; ui.css imports the copy. */
const copyTokens = {
  name: 'copy-tokens',
  generateBundle() {
    const source = readFileSync(require.resolve('@digital-go-jp/design-tokens/dist/tokens.css'));
    this.emitFile({ type: 'asset', fileName: 'tokens.css', source });
  },
};

/* Each folder of src with an index.js is a page of its own: src/modeler/index.js -> modeler. */
const rooms = readdirSync('src').filter((name) => existsSync(`src/${name}/index.js`));

/* One entry per kind of page; the server reads dist/.vite/manifest.json. */
export default defineConfig({
  base: '/static/dist/',
  publicDir: false,
  plugins: [copyTokens, editorWords(), onePreact()],
  build: {
    outDir: '../static/dist',
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0, // no data: URLs, so that font-src 'self' holds
    modulePreload: { polyfill: false }, // the polyfill would be an inline script
    target: 'es2022',
    rolldownOptions: {
      input: {
        page: 'src/page.js',
        task: 'src/task.js',
        viewer: 'src/viewer.js',
        ...Object.fromEntries(rooms.map((name) => [name, `src/${name}/index.js`])),
      },
    },
  },
});
