const plain = /^[^\s.[\]"]+$/;

/** A path in the model as people write it: `services.web.ports[0]`. Keys with dots or spaces are quoted. */
export function attributeName(path: readonly (string | number)[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!plain.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}
