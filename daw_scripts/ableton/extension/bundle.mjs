/**
 * Makes dist/extension.js, the one file that Live loads: `node bundle.mjs`.
 *
 * Ableton's SDK must be installed, `npm install --no-save PATH/ableton-extensions-sdk-VERSION.tgz`, and becomes a part of
 * that file; so it is for your own machine, and not to be passed on. `--without-sdk FILE` leaves the SDK out, for tests.
 */

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const SDK = "@ableton-extensions/sdk";
const [option, file] = process.argv.slice(2);
const isWithoutSdk = option === "--without-sdk";

if (!isWithoutSdk) {
  try {
    createRequire(import.meta.url).resolve(SDK);
  } catch {
    console.error("Ableton's Extensions SDK is not installed here: docs/live-extension.md says how.");
    process.exit(1);
  }
}

await build({
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: ["src/extension.ts"],
  outfile: isWithoutSdk ? file : "dist/extension.js",
  external: isWithoutSdk ? [SDK] : [],
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
});
