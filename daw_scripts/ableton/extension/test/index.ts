/** Every test, in one process: beginning one takes longer than most tests. */

import { readdirSync } from "node:fs";
import { join } from "node:path";

for (const name of readdirSync(__dirname).filter((found) => found.endsWith(".test.js"))) {
  require(join(__dirname, name));
}
