import { type Duplex, PassThrough, Writable } from 'node:stream';
import { flagOf, numberOf, objectOf, textOf } from '../../util/json.ts';
import type { Attachment, Engine, TerminalSize } from '../engine.ts';
import { FrameSplitter } from '../http/frames.ts';
import { type Api, segment } from './api.ts';

type ProcessCalls = Pick<
  Engine,
  'attach' | 'createExec' | 'startExec' | 'inspectExec' | 'resizeExec' | 'resizeContainer'
>;

const tcp = { protocol: 'tcp' };

/** Connections to running processes: attach and exec. */
export function processCalls(api: Api): ProcessCalls {
  return {
    attach: async (id, options) => {
      const { stdin, tty, stdout = true, stderr = true, logs, detachKeys } = options;
      const query = { stream: true, stdin, stdout, stderr, logs: logs || undefined, detachKeys };
      const path = `/containers/${segment(id)}/attach`;
      return attachment(await api.upgrade('POST', path, { query, ...tcp }), tty, stdin);
    },
    createExec: async (id, options) => {
      const body = {
        AttachStdin: options.stdin,
        AttachStdout: true,
        AttachStderr: true,
        Tty: options.tty,
        Cmd: options.command,
        Env: options.env ?? [],
        User: options.user ?? '',
        WorkingDir: options.workingDir ?? '',
        Privileged: options.privileged ?? false,
        ...(options.detachKeys === undefined ? {} : { DetachKeys: options.detachKeys }),
      };
      return textOf(objectOf(await api.json('POST', `/containers/${segment(id)}/exec`, { body }))['Id']);
    },
    startExec: async (id, { tty, stdin, detach = false }) => {
      const path = `/exec/${segment(id)}/start`;
      const body = { Detach: detach, Tty: tty };
      if (!detach) return attachment(await api.upgrade('POST', path, { body, ...tcp }), tty, stdin);
      await api.run('POST', path, { body });
      return endedAttachment();
    },
    inspectExec: async (id) => {
      const raw = objectOf(await api.json('GET', `/exec/${segment(id)}/json`));
      const running = flagOf(raw['Running']);
      const known = !running && raw['ExitCode'] !== null && raw['ExitCode'] !== undefined;
      return { running, exitCode: known ? numberOf(raw['ExitCode']) : undefined, pid: numberOf(raw['Pid']) };
    },
    resizeExec: (id, size) => resize(api, `/exec/${segment(id)}/resize`, size),
    resizeContainer: (id, size) => resize(api, `/containers/${segment(id)}/resize`, size),
  };
}

async function resize(api: Api, path: string, { rows, columns }: TerminalSize): Promise<void> {
  await api.run('POST', path, { query: { h: rows, w: columns } });
}

function endedAttachment(): Attachment {
  const none = () => new PassThrough().end();
  return { stdin: undefined, stdout: none(), stderr: none(), ended: Promise.resolve(), close: () => {} };
}

/**
 * The streams of a hijacked connection. Both outputs have to be read: when one is full the
 * connection waits.
 */
function attachment(
  { socket, head }: { socket: Duplex; head: Buffer },
  tty: boolean,
  withStdin: boolean,
): Attachment {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const splitter = new FrameSplitter();
  const full = new Set<Writable>();
  const push = (bytes: Buffer) => {
    const chunks = tty ? [{ stream: 'stdout' as const, data: bytes }] : splitter.push(bytes);
    for (const { stream, data } of chunks) {
      const target = stream === 'stdout' ? stdout : stderr;
      if (!target.write(data) && !target.destroyed) wait(socket, target, full);
    }
  };
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      stdout.end();
      stderr.end();
      resolve();
    };
    socket.once('end', end);
    socket.once('close', end);
    // A connection that breaks ends the streams; the exit code tells what became of the process.
    socket.on('error', end);
  });
  if (head.length > 0) push(head);
  socket.on('data', push);
  return {
    stdin: withStdin ? stdinOf(socket) : undefined,
    stdout,
    stderr,
    ended,
    close: () => socket.destroy(),
  };
}

/** Stops reading until the stream has room again, and all others that are full too. */
function wait(socket: Duplex, target: Writable, full: Set<Writable>): void {
  if (full.has(target)) return;
  full.add(target);
  socket.pause();
  const go = () => {
    target.off('drain', go);
    target.off('close', go);
    full.delete(target);
    if (full.size === 0) socket.resume();
  };
  target.on('drain', go);
  target.on('close', go);
}

/** Ending it closes the process's input and leaves its output open. */
function stdinOf(socket: Duplex): Writable {
  return new Writable({
    write: (chunk, _, done) => {
      if (socket.destroyed || socket.writableEnded) done();
      else socket.write(chunk, () => done());
    },
    final: (done) => {
      socket.end();
      done();
    },
  });
}
