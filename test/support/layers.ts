/**
 * Which folders of `src` a folder may import from, besides itself, `util` and `diagnostic`.
 * `packages`: npm packages; `node`: whether modules of Node may be used. Types count as imports too.
 */
export interface Layer {
  readonly imports: readonly string[];
  readonly packages: readonly string[];
  readonly node: boolean;
  readonly holds: string;
}

const pure = (holds: string, imports: readonly string[] = [], packages: readonly string[] = []): Layer => ({
  imports,
  packages,
  node: false,
  holds,
});
const effects = (holds: string, imports: readonly string[], packages: readonly string[] = []): Layer => ({
  imports,
  packages,
  node: true,
  holds,
});

/** The dependency rule. ARCHITECTURE.md prints this table, and a test keeps both the same. */
export const layers: Readonly<Record<string, Layer>> = {
  util: effects('small helpers: durations, sizes, words', [], ['fastest-levenshtein']),
  diagnostic: pure('what is wrong, where, and what helps'),
  yaml: pure('text → values, with the place of each', [], ['yaml', 'js-yaml']),
  spec: effects('what each attribute means, as rows', ['yaml', 'model']),
  schema: pure('the schema’s findings, in words', ['yaml', 'spec']),
  model: effects('the project as types; names, labels, hashes', []),
  load: effects('files → project, stage by stage', ['yaml', 'spec', 'schema', 'model']),
  lint: pure('what is legal and most likely not meant, rule by rule', [
    'yaml',
    'spec',
    'model',
    'load',
    'translate',
  ]),
  source: effects('where text comes from', ['load', 'model', 'registry']),
  lock: pure('the lock file: exact versions of what comes from elsewhere', ['model'], ['js-yaml']),
  translate: effects('project → bodies of the Engine API', ['model']),
  engine: effects(
    'one interface, its clients, the finder',
    ['model'],
    ['dockerode', 'tar-stream', 'protobufjs'],
  ),
  registry: effects('speaks to registries of images', ['engine']),
  logs: effects('the logs of several containers as one, in order', ['model', 'engine']),
  observe: pure('what is there now', ['model', 'engine']),
  plan: pure('decides: project × observed → plan', ['model', 'spec', 'observe', 'translate']),
  data: effects('volumes’ contents: the helper, and copies that prove themselves', ['engine', 'model']),
  execute: effects(
    'acts: walks the plan',
    ['plan', 'engine', 'model', 'data'],
    ['tar-stream', '@balena/dockerignore', 'ssh2'],
  ),
  watch: effects(
    'follows files, and keeps containers as they are',
    ['engine', 'model', 'data', 'execute'],
    ['chokidar', 'tar-stream'],
  ),
  revisions: effects('what the project was, kept by the engine', ['engine', 'model']),
  progress: effects('shows what happens', ['plan', 'execute'], ['listr2', 'chalk']),
  output: pure('tables, JSON and templates for people and scripts', ['model', 'engine'], ['js-yaml']),
};
