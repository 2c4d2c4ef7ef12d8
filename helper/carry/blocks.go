package carry

import (
	"bytes"
	"crypto/sha256"
	"io"
	"os"
	"runtime"
	"sync"
	"syscall"
)

const (
	largeFrom   = 1 << 20 // files from this size on are compared by blocks
	blockDigest = 16      // bytes kept of each block's sha256
	chunkSize   = 256 << 10
	maxBlocks   = 4 << 20
)

// blockSize grows with the file, so that the digests of the largest files stay within 64 MiB. 8 KiB is the page of a
// database.
func blockSize(size int64) int64 {
	block := int64(8 << 10)
	for size/block > maxBlocks && block < chunkSize {
		block *= 2
	}
	return block
}

func isLarge(size int64) bool { return size >= largeFrom }

// digestOfBlocks is the content's digest of a large file.
func digestOfBlocks(blocks []byte) []byte {
	sum := sha256.Sum256(blocks)
	return sum[:]
}

func digestOfBytes(data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:]
}

// hashBlocks appends the digests of the blocks of one chunk, which begins on a block's border.
func hashBlocks(into []byte, chunk []byte, block int64) []byte {
	for len(chunk) > 0 {
		n := len(chunk)
		if int64(n) > block {
			n = int(block)
		}
		sum := sha256.Sum256(chunk[:n])
		into = append(into, sum[:blockDigest]...)
		chunk = chunk[n:]
	}
	return into
}

type extent struct{ from, to int64 }

// extentsOf lists where a file has data. A file system that can't tell has data everywhere.
func extentsOf(file *os.File, size, allocated int64) []extent {
	if allocated >= size {
		return []extent{{0, size}}
	}
	found := []extent{}
	for at := int64(0); at < size; {
		from, err := syscall.Seek(int(file.Fd()), at, seekData)
		if err == syscall.ENXIO {
			break
		}
		if err != nil {
			return []extent{{0, size}}
		}
		to, err := syscall.Seek(int(file.Fd()), from, seekHole)
		if err != nil || to > size {
			to = size
		}
		if from < to {
			found = append(found, extent{from, to})
		}
		at = to
	}
	return found
}

// dataIn counts the bytes of a file that are no holes.
func dataIn(file *os.File, size, allocated int64) (sum int64) {
	for _, one := range extentsOf(file, size, allocated) {
		sum += one.to - one.from
	}
	return sum
}

// A chunk is a piece of a large file, on block borders; its data is nil where the file has a hole.
type chunk struct {
	offset int64
	length int64
	data   []byte
	sums   []byte
}

var chunkBuffers = sync.Pool{New: func() interface{} { return make([]byte, chunkSize) }}

func (c *chunk) free() {
	if c.data != nil {
		chunkBuffers.Put(c.data[:chunkSize]) //nolint:staticcheck
	}
}

// eachChunk reads a large file from begin to end, hashes on all processors, and hands over the chunks in order. A file
// that gets shorter meanwhile ends where it ends. It returns how far it came.
func eachChunk(file *os.File, size, allocated int64, use func(*chunk) error) (int64, error) {
	extents := extentsOf(file, size, allocated)
	block := blockSize(size)
	zeros := zeroSums(block)
	pending := make(chan chan *chunk, 2*runtime.NumCPU())
	stop := make(chan struct{})
	defer close(stop)
	var end int64
	var failure error
	go func() {
		defer close(pending)
		for at := int64(0); at < size; at += chunkSize {
			length := size - at
			if length > chunkSize {
				length = chunkSize
			}
			result := make(chan *chunk, 1)
			select {
			case pending <- result:
			case <-stop:
				return
			}
			for len(extents) > 0 && extents[0].to <= at {
				extents = extents[1:]
			}
			if len(extents) == 0 || extents[0].from >= at+length {
				result <- &chunk{offset: at, length: length, sums: zeros(length)}
				end = at + length
				continue
			}
			data := chunkBuffers.Get().([]byte)
			n, err := file.ReadAt(data[:length], at)
			end = at + int64(n)
			if err != nil && err != io.EOF {
				failure = err
				n = 0
			}
			one := &chunk{offset: at, length: int64(n), data: data[:n]}
			go func() {
				one.sums = hashBlocks(nil, one.data, block)
				result <- one
			}()
			if int64(n) < length {
				return
			}
		}
	}()
	for result := range pending {
		one := <-result
		if one.length > 0 {
			if err := use(one); err != nil {
				return 0, err
			}
		}
		one.free()
	}
	return end, failure
}

// zeroSums gives the digests of blocks of zeros without reading any.
func zeroSums(block int64) func(length int64) []byte {
	whole := hashBlocks(nil, make([]byte, block), block)
	full := bytes.Repeat(whole, int(chunkSize/block))
	return func(length int64) []byte {
		if length == chunkSize {
			return full
		}
		return hashBlocks(nil, make([]byte, length), block)
	}
}

// readDigest reads a file's content for its digest, from the disk where that can be had.
func readDigest(path string, st *syscall.Stat_t) (digest, blocks []byte, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	if !isLarge(st.Size) {
		data := take(int(st.Size))
		defer give(data)
		n, err := io.ReadFull(file, data)
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			err = nil
		}
		return digestOfBytes(data[:n]), nil, err
	}
	_, err = eachChunk(file, st.Size, st.Blocks*512, func(one *chunk) error {
		blocks = append(blocks, one.sums...)
		return nil
	})
	return digestOfBlocks(blocks), blocks, err
}
