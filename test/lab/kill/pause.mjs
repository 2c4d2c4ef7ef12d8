/**
 * Loaded into tscompose before all else: it stands still, to the instruction, when its events come to a point that
 * LAB_PAUSE tells. What is outside can then do to it what it wants, and let it go on.
 */
const text = process.env.LAB_PAUSE;
if (text !== undefined) {
  const { operation, engine, status, nth, notice, delay } = JSON.parse(text);
  const nodes = new Set();
  let over = false;
  const isIt = (event) => {
    if (notice !== undefined) return event.type === 'notice' && event.message.startsWith(notice);
    if (event.operation !== operation || event.status !== status || event.engine !== engine) return false;
    nodes.add(event.node);
    return nodes.size === nth;
  };
  const stop = () => process.kill(process.pid, 'SIGSTOP');
  const look = (line) => {
    if (over || !line.startsWith('{')) return;
    try {
      over = isIt(JSON.parse(line));
    } catch {
      return;
    }
    if (!over) return;
    if (delay > 0) setTimeout(stop, delay);
    else stop();
  };
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    stream.write = (chunk, ...rest) => {
      const answer = write(chunk, ...rest);
      for (const line of String(chunk).split('\n')) look(line);
      return answer;
    };
  }
}
