// Judges the OpenAPI document of a running server: `node tests/openapi.mjs http://localhost:8080/openapi.json`.
import { createConfig, formatProblems, getTotals, lintFromString } from "@redocly/openapi-core";

const address = process.argv[2];
const source = await (await fetch(address)).text();
const config = await createConfig({ extends: ["recommended-strict"] });
const problems = await lintFromString({ source, absoluteRef: address, config });
const totals = getTotals(problems);
formatProblems(problems, { format: "stylish", totals, version: "", maxProblems: 100 });
process.exit(totals.errors + totals.warnings > 0 ? 1 : 0);
