import { constants } from 'node:os';

/** The parts of `/proc/PID/status` that tell what a process does with signals. */
export interface SignalMasks {
  readonly caught: bigint;
  readonly ignored: bigint;
  readonly blocked: bigint;
  /** True for the first process of a PID namespace of its own. */
  readonly firstProcess: boolean;
}

/** Reads the text of `/proc/PID/status`; undefined if it lacks a part. */
export function readMasks(text: string): SignalMasks | undefined {
  const field = (name: string) => new RegExp(`^${name}:\\s*(.+)$`, 'm').exec(text)?.[1]?.trim();
  const mask = (name: string) => {
    const hex = field(name);
    return hex !== undefined && /^[0-9a-f]+$/i.test(hex) ? BigInt(`0x${hex}`) : undefined;
  };
  const [caught, ignored, blocked] = [mask('SigCgt'), mask('SigIgn'), mask('SigBlk')];
  const pids = field('NSpid')?.split(/\s+/) ?? [];
  if (caught === undefined || ignored === undefined || blocked === undefined) return undefined;
  return { caught, ignored, blocked, firstProcess: pids.length > 1 && pids.at(-1) === '1' };
}

/** Number of a signal as written in a stop signal: `SIGTERM`, `TERM`, `15`, `SIGRTMIN+3`. */
export function signalNumber(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const name = text.toUpperCase().replace(/^(?!SIG)/, 'SIG');
  const realtime = /^SIGRTM(IN|AX)(?:([+-])(\d+))?$/.exec(name);
  if (realtime !== null) {
    const base = realtime[1] === 'IN' ? 34 : 64;
    return base + Number(`${realtime[2] ?? ''}${realtime[3] ?? 0}`);
  }
  return Object.entries(constants.signals).find(([known]) => known === name)?.[1];
}

/**
 * True if a signal to this process is lost: the kernel drops what the first process of a namespace neither
 * handles nor blocks. A blocked signal is kept for it (small inits read theirs so).
 */
export function isDeafTo(masks: SignalMasks, signal: number): boolean {
  if (!masks.firstProcess) return false;
  const bit = 1n << BigInt(signal - 1);
  if ((masks.blocked & bit) !== 0n) return false;
  return (masks.caught & bit) === 0n || (masks.ignored & bit) !== 0n;
}
