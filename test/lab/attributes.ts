import { execFileSync } from 'node:child_process';

/** Numbers of lsetxattr, llistxattr and lgetxattr: Perl is on every Debian, tools for attributes are not. */
const calls = process.arch === 'arm64' ? ['6', '12', '9'] : ['189', '195', '192'];

const setting = `my ($set, $file, $key, $value) = @ARGV; $value = pack("H*", $value);
  syscall($set + 0, $file, $key, $value, length $value, 0) == 0 or die "$file: $!";`;

const listing = `my ($list, $get, $folder) = @ARGV; chdir $folder or die; open my $all, "-|", "find", ".", "-print0"; $/ = "\\0";
  while (my $file = <$all>) {
    chomp $file; my $keys = "\\0" x 65536; my $n = syscall($list + 0, $file, $keys, 65536); next if $n <= 0;
    for my $key (sort split /\\0/, substr $keys, 0, $n) {
      my $value = "\\0" x 65536; my $m = syscall($get + 0, $file, $key, $value, 65536);
      print "$file $key ", unpack("H*", substr $value, 0, $m), "\\n";
    }
  }`;

/** @param value in hexadecimal digits */
export function setAttribute(file: string, key: string, value: string): void {
  execFileSync('perl', ['-e', setting, calls[0]!, file, key, value]);
}

/** Extended attributes of all in a folder. */
export function attributesIn(folder: string): readonly string[] {
  const text = execFileSync('perl', ['-e', listing, calls[1]!, calls[2]!, folder]).toString();
  return text.split('\n').filter(Boolean).sort();
}

/** `user:1234:r--` besides the usual rights, as the kernel keeps it. */
export const acl = '0200000001000600ffffffff02000400d204000004000400ffffffff10000400ffffffff20000000ffffffff';

/** A program that may open ports below 1024. */
export const capability = '0100000200040000000000000000000000000000';
