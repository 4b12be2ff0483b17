/**
 * Compiles sources and tests into build/, in one pass over their types: `node compile.mjs`.
 *
 * Besides what TypeScript refuses by itself, sources may hold no value that passes unseen: nothing of type `any`, nothing
 * that is merely said to be of a type (`as`, `!`), and no comment that silences the compiler.
 */

import { rmSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

import ts from "typescript";

const DECLARATIONS = [
  ts.isVariableDeclaration,
  ts.isParameter,
  ts.isBindingElement,
  ts.isPropertyDeclaration,
  ts.isPropertySignature,
];
const ROOT = fileURLToPath(new URL(".", import.meta.url));
const host = {
  ...ts.sys,
  getCanonicalFileName: (name) => name,
  getNewLine: () => ts.sys.newLine,
  onUnRecoverableConfigFileDiagnostic: (diagnostic) => stop([told(diagnostic)]),
};

function told(diagnostic) {
  return ts.formatDiagnostic(diagnostic, host).trimEnd();
}

function stop(sentences) {
  if (sentences.length === 0) return;
  console.error(sentences.join("\n"));
  process.exit(1);
}

/** Returns where a source lets a value pass unseen. */
function leaks(file, checker) {
  const found = [];
  const say = (node, what) => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${relative(ROOT, file.fileName)}:${line + 1}: ${what}`);
  };
  const look = (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) say(node, "“any” is written");
    if (ts.isAsExpression(node) && !ts.isConstTypeReference(node.type))
      say(node, "“as” says a type that nobody checks");
    if (ts.isNonNullExpression(node)) say(node, "“!” says what nobody checks");
    const isNamed = DECLARATIONS.some((is) => is(node)) && ts.isIdentifier(node.name);
    if (isNamed && checker.getTypeAtLocation(node).flags & ts.TypeFlags.Any) say(node, `“${node.name.text}” is any`);
    node.forEachChild(look);
  };
  look(file);
  if (/@ts-(ignore|nocheck|expect-error)/.test(file.text)) say(file, "the compiler is silenced");
  return found;
}

const config = ts.getParsedCommandLineOfConfigFile(`${ROOT}tsconfig.json`, {}, host);
const program = ts.createProgram(config.fileNames, config.options);
stop(ts.getPreEmitDiagnostics(program).map(told));
const sources = program.getSourceFiles().filter((file) => file.fileName.startsWith(`${ROOT}src/`));
stop(sources.flatMap((file) => leaks(file, program.getTypeChecker())));
rmSync(config.options.outDir, { recursive: true, force: true });
stop(program.emit().diagnostics.map(told));
