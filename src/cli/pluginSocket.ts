import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

/**
 * Tells when a socket is closed. Node can't connect to one without a file (`@name`, on Linux) that another program
 * has named: the kernel's list of sockets is looked at instead.
 * @returns ends it
 */
export function watchSocket(path: string, closed: () => void): () => void {
  if (!path.startsWith('@')) {
    const socket = connect(path).unref();
    socket.on('error', () => undefined);
    socket.once('end', closed);
    socket.resume();
    return () => socket.destroy();
  }
  const timer = setInterval(() => {
    if (isOpen(path)) return;
    clearInterval(timer);
    closed();
  }, 250).unref();
  return () => clearInterval(timer);
}

function isOpen(path: string): boolean {
  try {
    return readFileSync('/proc/net/unix', 'latin1').includes(path);
  } catch {
    // Nobody can tell here.
    return true;
  }
}
