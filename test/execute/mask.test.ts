import { describe, expect, test } from 'vitest';
import { isDeafTo, readMasks, signalNumber } from '../../src/execute/stop/mask.ts';

const status = (caught: string, ignored = '0', blocked = '0', pids = '812\t1') =>
  `Name:\tsleep\nPid:\t812\nNSpid:\t${pids}\nSigBlk:\t${blocked.padStart(16, '0')}\nSigIgn:\t${ignored.padStart(16, '0')}\nSigCgt:\t${caught.padStart(16, '0')}\n`;

const term = 15;
const bit = (1 << (term - 1)).toString(16);

describe('a first process', () => {
  test.each([
    ['handles nothing', status('0'), true],
    ['catches the signal', status(bit), false],
    ['catches another one', status('2'), true],
    ['ignores it', status('0', bit), true],
    ['blocks it, to read it when it likes', status('0', '0', bit), false],
    ['is not the first of its namespace', status('0', '0', '0', '812'), false],
    ['is the second of its namespace', status('0', '0', '0', '812\t7'), false],
  ])('%s', (_, text, deaf) => expect(isDeafTo(readMasks(text)!, term)).toBe(deaf));

  test('text without masks says nothing', () => expect(readMasks('Name: x')).toBeUndefined());
});

test.each([
  ['SIGTERM', 15],
  ['term', 15],
  ['9', 9],
  ['SIGRTMIN', 34],
  ['SIGRTMIN+3', 37],
  ['RTMAX-1', 63],
  ['nonsense', undefined],
])('signal %s is %s', (text, wanted) => expect(signalNumber(text)).toBe(wanted));
