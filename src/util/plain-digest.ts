/** 128 bits of four FNV-1a lanes: notices accidents, is no seal against malice. */
export function plainDigest(text: string): string {
  const lanes = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    for (let lane = 0; lane < 4; lane += 1)
      lanes[lane] = Math.imul(lanes[lane]! ^ (code + lane * i), 0x01000193);
  }
  return lanes.map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}
