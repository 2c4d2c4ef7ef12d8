/**
 * Compiles `schemas/compose.json` into a validator, ahead of time: `src/schema/generated/compose.js`; the schema without
 * prose lies beside it. Git ignores both.
 * The build, the tests and the checks call it; alone: `node scripts/generate.mjs`. Does nothing when it is up to date.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'schemas', 'compose.json');
const target = join(root, 'src', 'schema', 'generated', 'compose.js');
const schemaTarget = join(dirname(target), 'schema.js');

/** What explains the schema to readers; the validator has no use for it. */
const prose = new Set(['$schema', 'title', 'description', 'deprecated']);

/** The schema without prose. Names of properties are kept, even one that is called `description`. */
function bare(node, holdsNames = false) {
  if (Array.isArray(node)) return node.map((item) => bare(item));
  if (node === null || typeof node !== 'object') return node;
  const entries = Object.entries(node).filter(([key]) => holdsNames || !prose.has(key));
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      bare(value, !holdsNames && ['properties', 'patternProperties', '$defs'].includes(key)),
    ]),
  );
}

async function compile(schema) {
  const [{ Ajv2020 }, { default: standalone }, esbuild] = await Promise.all([
    import('ajv/dist/2020.js'),
    import('ajv/dist/standalone/index.js'),
    import('esbuild'),
  ]);
  // Without inlining, a shape that is used in many places is compiled once.
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    messages: false,
    inlineRefs: false,
    code: { source: true, esm: true, lines: true },
  });
  const code = (standalone.default ?? standalone)(ajv, ajv.compile(schema));
  // Ajv leaves calls of require() for its own helpers: the bundler puts these in.
  const built = await esbuild.build({
    stdin: { contents: code, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'error',
  });
  return built.outputFiles[0].text;
}

/** Makes the validator unless it was made from the schema, by this script and with the ajv, as they are now. */
export async function generate() {
  const text = readFileSync(source, 'utf8');
  const key = createHash('sha256')
    .update(text)
    .update(readFileSync(fileURLToPath(import.meta.url)));
  key.update(readFileSync(join(root, 'node_modules', 'ajv', 'package.json')));
  const stamp = `// ${key.digest('hex').slice(0, 32)}\n`;
  const isNew = (file) => !existsSync(file) || !readFileSync(file, 'utf8').startsWith(stamp);
  if (!isNew(target) && !isNew(schemaTarget)) return;
  const schema = bare(JSON.parse(text));
  mkdirSync(dirname(target), { recursive: true });
  put(target, stamp + (await compile(schema)));
  // A large literal is read faster as JSON.
  put(schemaTarget, `${stamp}export const schema = JSON.parse(${JSON.stringify(JSON.stringify(schema))});\n`);
}

/** Moved into place at once: several processes may need it at the same time. */
function put(file, text) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generate();
