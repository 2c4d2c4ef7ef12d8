package carry

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash"
	"os"
	"sort"
	"sync"
	"syscall"
)

// readBack reads what arrived in this pass from the disk, and compares it with the digests of what was sent. Of an
// updated file that was proved before, only the blocks that were written are read.
func (r *Receiver) readBack() error {
	paths := make([]string, 0, len(r.fresh))
	for path := range r.fresh {
		paths = append(paths, path)
	}
	sort.Strings(paths)
	return each(paths, func(path string) error {
		one := r.fresh[path]
		entry, err := r.readOne(path, one)
		if err != nil {
			return err
		}
		if len(one.digest) > 0 && !bytes.Equal(one.digest, entry.Digest) {
			return fmt.Errorf("%s: what was read back is not what was sent", path)
		}
		r.mu.Lock()
		r.proved[path] = entry
		r.mu.Unlock()
		return nil
	})
}

func (r *Receiver) readOne(path string, one *arrival) (*Entry, error) {
	file, err := os.OpenFile(r.full(path), os.O_RDONLY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var st syscall.Stat_t
	if err := syscall.Fstat(int(file.Fd()), &st); err != nil {
		return nil, err
	}
	entry := &Entry{Path: path}
	entry.fill(&st)
	forget(file)
	r.mu.Lock()
	before := r.proved[path]
	r.mu.Unlock()
	if !one.whole && before != nil && isLarge(entry.Size) && blockSize(entry.Size) == blockSize(before.Size) {
		entry.Blocks, err = rehash(file, entry.Size, before.Blocks, one.spans)
		entry.Digest = digestOfBlocks(entry.Blocks)
		return entry, err
	}
	entry.Digest, entry.Blocks, err = readDigest(r.full(path), &st)
	return entry, err
}

// rehash reads the given stretches, which begin on borders of blocks.
func rehash(file *os.File, size int64, before []byte, spans []extent) ([]byte, error) {
	block := blockSize(size)
	blocks := make([]byte, (size+block-1)/block*blockDigest)
	copy(blocks, before)
	buffer := make([]byte, block)
	for _, span := range spans {
		for at := span.from; at < span.to && at < size; at += block {
			length := size - at
			if length > block {
				length = block
			}
			if _, err := file.ReadAt(buffer[:length], at); err != nil {
				return nil, err
			}
			copy(blocks[at/block*blockDigest:], hashBlocks(nil, buffer[:length], block))
		}
	}
	return blocks, nil
}

// each calls for several names at a time. The first error ends it.
func each(names []string, call func(name string) error) error {
	var wait sync.WaitGroup
	var once sync.Once
	var failure error
	queue := make(chan string)
	stop := make(chan struct{})
	for i := 0; i < 4; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for name := range queue {
				if err := call(name); err != nil {
					once.Do(func() { failure = err; close(stop) })
				}
			}
		}()
	}
feed:
	for _, name := range names {
		select {
		case queue <- name:
		case <-stop:
			break feed
		}
	}
	close(queue)
	wait.Wait()
	return failure
}

// contents fills in the digests of files that have none, from the disk; of all with `all`.
func contents(root string, tree *Tree, all bool) error {
	var paths []string
	for _, entry := range tree.Entries {
		if entry.Kind == kindFile && (all || entry.Digest == nil) {
			paths = append(paths, entry.Path)
		}
	}
	return each(paths, func(path string) error {
		entry := tree.ByPath[path]
		full := root + "/" + path
		var st syscall.Stat_t
		if err := syscall.Lstat(full, &st); err != nil {
			return &os.PathError{Op: "read", Path: full, Err: err}
		}
		digest, blocks, err := readDigest(full, &st)
		if err != nil {
			return err
		}
		if all && entry.Digest != nil && !bytes.Equal(entry.Digest, digest) {
			return fmt.Errorf("%s: its content is another one than what was sent, though its time is the same", path)
		}
		entry.Digest, entry.Blocks = digest, blocks
		return nil
	})
}

// Digest is one over everything that a copy must have. Without contents it says less, and is another one.
func (t *Tree) Digest(withContents bool) string {
	sum := sha256.New()
	sorted := append([]*Entry(nil), t.Entries...)
	sort.Slice(sorted, func(i, j int) bool { return sorted[i].Path < sorted[j].Path })
	for _, entry := range sorted {
		digestEntry(sum, entry, withContents)
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}

func digestEntry(sum hash.Hash, entry *Entry, withContents bool) {
	mode := entry.Mode
	if entry.Kind == kindSymlink {
		mode = 0
	}
	fmt.Fprintf(sum, "%q %c %o %d %d %d %d %d %q", entry.Path, entry.Kind, mode, entry.Uid, entry.Gid, entry.Mtime,
		entry.Size, entry.Device, entry.Link)
	for _, one := range entry.Attributes {
		fmt.Fprintf(sum, " %q=%x", one.Name, one.Value)
	}
	if withContents {
		fmt.Fprintf(sum, " %x", entry.Digest)
	}
	fmt.Fprintln(sum)
}
