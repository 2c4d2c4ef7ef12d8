package carry

import "io"

// end is one end of a two-way pipe in memory.
type end struct {
	*io.PipeReader
	*io.PipeWriter
}

func pipePair() (end, end) {
	r1, w1 := io.Pipe()
	r2, w2 := io.Pipe()
	return end{r1, w2}, end{r2, w1}
}

func (e end) Close() error {
	_ = e.PipeReader.Close()
	return e.PipeWriter.Close()
}
