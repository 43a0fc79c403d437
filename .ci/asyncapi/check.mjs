// Reads an AsyncAPI document with its own parser: prints errors and warnings, and ends with 1 where there is an error.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const SEVERITIES = ["error", "warning"];
const [file] = process.argv.slice(2);
const { document, diagnostics } = await new Parser().parse(readFileSync(file, "utf8"), { source: file });
for (const { severity, code, message, path } of diagnostics) {
  if (severity in SEVERITIES) console.error(`${file}: ${SEVERITIES[severity]}: ${path.join(".")}: ${message} (${code})`);
}
process.exitCode = !document || diagnostics.some(({ severity }) => severity === 0) ? 1 : 0;
