#!/usr/bin/env bash
# Packs the package, checks its entry points, installs it in an empty folder and uses it as its users will:
# by import, by require, with types for both, and as the command `npx inception`.
# Usage: bash scripts/checkPackage.sh FOLDER   (made anew)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$1
rm -rf "$folder"
mkdir -p "$folder/packed" "$folder/app"
cd "$root"
npm pack --silent --pack-destination "$folder/packed" >&2
tarball=$(ls "$folder"/packed/*.tgz)
npx publint run "$tarball" --strict
npx attw "$tarball" --profile node16

cd "$folder/app"
cat > package.json <<'JSON'
{ "name": "app", "private": true }
JSON
npm install --silent --ignore-scripts "$tarball"

cat > app.mjs <<'JS'
import { createRequire } from 'node:module';
import * as imported from 'tfjs-inception';
const required = createRequire(import.meta.url)('tfjs-inception');
const { googLeNet, readRecipe, RECIPE_NAMES, useBackend, InceptionModel, tf } = imported;
for (const name of Object.keys(required)) {
  if (imported[name] !== required[name]) throw new Error(`${name} exists twice: import and require differ`);
}
const { name } = await useBackend('wasm');
const model = googLeNet({ classes: 3, inputShape: [48, 48, 3], stem: 'stride4', widthMultiplier: 0.125, seed: 1 });
if (!(model instanceof required.InceptionModel)) throw new Error('instanceof fails across import and require');
console.log(`import and require: one copy; ${name}; ${model.countParams()} parameters; ${tf.version_core} ${InceptionModel.className}`);
const recipes = await Promise.all(RECIPE_NAMES.map((recipe) => readRecipe(recipe)));
console.log(`recipes: ${recipes.map((recipe) => `${recipe.name} (${recipe.source})`).join('; ')}`);
JS
node app.mjs

# Types, as an application on either side sees them.
cat > app.mts <<'TS'
import { googLeNet, networkSpec, type InceptionModel } from 'tfjs-inception';
const model: InceptionModel = googLeNet({ classes: networkSpec('googlenet').classes });
export const classes: number = model.spec.classes;
TS
sed 's/from .*//; s/import {\(.*\)}/import {\1} from "tfjs-inception";/' app.mts > app.cts
cat > tsconfig.json <<'JSON'
{ "compilerOptions": { "module": "nodenext", "strict": true, "noEmit": true, "skipLibCheck": true, "types": [] }, "files": ["app.mts", "app.cts"] }
JSON
"$root/node_modules/.bin/tsc" -p .
echo 'types: .mts and .cts compile'

npx --no-install inception --version
npx --no-install inception summary googlenet --variant paper | tail -3

# Training by a packed recipe; and once more: there is nothing left to do.
cat > pictures.cjs <<'JS'
const { mkdirSync } = require('node:fs');
const sharp = require('sharp');
const colors = { red: [200, 40, 40], blue: [40, 40, 200] };
(async () => {
  for (const [name, [r, g, b]] of Object.entries(colors)) {
    mkdirSync(`photos/${name}`, { recursive: true });
    for (let i = 0; i < 8; i++) {
      await sharp({ create: { width: 40, height: 40, channels: 3, background: { r: r + 5 * i, g, b } } }).toFile(`photos/${name}/${i}.png`);
    }
  }
})();
JS
node pictures.cjs
npx --no-install inception train photos --out model --recipe fast --epochs 1 --backend wasm
ls model
npx --no-install inception train photos --out model --recipe fast --epochs 1 --backend wasm --resume 2>&1 | grep '^complete '
echo 'the packed package works in an empty folder'
