import type { FileRule, Rule } from './rule.ts';
import { appendedPorts } from './rules/appendedPorts.ts';
import { base60Ports } from './rules/base60.ts';
import { bindSources } from './rules/bindSources.ts';
import { cutCommands } from './rules/commands.ts';
import { drives } from './rules/drives.ts';
import { duplicates } from './rules/duplicates.ts';
import { fileSources } from './rules/fileSources.ts';
import { endless, idleStartInterval, unjudgedHealth } from './rules/health.ts';
import { hostPorts } from './rules/hostPorts.ts';
import { names } from './rules/names.ts';
import { profiles } from './rules/profiles.ts';
import { silencing } from './rules/silencing.ts';
import { unused } from './rules/unused.ts';
import { obsoleteVersion } from './rules/version.ts';

/** What the files show one by one. */
export const fileRules: readonly FileRule[] = [duplicates, base60Ports, obsoleteVersion];

/** All that `lint` looks for beyond what loading finds. */
export const rules: readonly Rule[] = [
  hostPorts,
  bindSources,
  fileSources,
  unused,
  appendedPorts,
  profiles,
  names,
  unjudgedHealth,
  idleStartInterval,
  endless,
  drives,
  cutCommands,
  silencing,
];
