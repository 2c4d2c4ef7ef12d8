package carry

import (
	"math/bits"
	"sync"
)

// Buffers come back to be used again: a volume of small files would otherwise go through the collector once as a whole.
var buffers [bits.UintSize]sync.Pool // by the power of two that is their capacity

// take gives a buffer of a length; what is in it is of no meaning.
func take(length int) []byte {
	power := bits.Len(uint(length))
	if found, ok := buffers[power].Get().(*[]byte); ok {
		return (*found)[:length]
	}
	return make([]byte, length, 1<<power)
}

// give returns what take gave, or the beginning of it. Nothing may refer to it any more.
func give(buffer []byte) {
	if cap(buffer) == 0 {
		return
	}
	whole := buffer[:cap(buffer)]
	buffers[bits.Len(uint(cap(buffer)))-1].Put(&whole)
}
