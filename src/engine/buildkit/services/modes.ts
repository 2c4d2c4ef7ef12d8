const types = { mask: 0o170000, folder: 0o040000, file: 0o100000, link: 0o120000, pipe: 0o010000 };
const devices = { block: 0o060000, char: 0o020000 };

/** POSIX mode bits as Go's `os.FileMode`. */
export function goMode(mode: number): number {
  const type = mode & types.mask;
  let bits = mode & 0o777;
  if (type === types.folder) bits += 2 ** 31;
  if (type === types.link) bits += 2 ** 27;
  if (type === types.pipe) bits += 2 ** 25;
  if (type === devices.block || type === devices.char) bits += 2 ** 26;
  if (type === devices.char) bits += 2 ** 21;
  if (mode & 0o4000) bits += 2 ** 23;
  if (mode & 0o2000) bits += 2 ** 22;
  if (mode & 0o1000) bits += 2 ** 20;
  return bits;
}

export function isRegular(mode: number): boolean {
  return (mode & types.mask) === types.file;
}
