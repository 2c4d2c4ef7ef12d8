// Package carry moves the contents of volumes and proves that they arrived.
package carry

import (
	"fmt"
	"os"
	"syscall"
)

// Main runs `helper carry serve`: commands and answers go over its own streams, see frames.go.
func Main(args []string) int {
	if len(args) != 1 || args[0] != "serve" {
		fmt.Fprintln(os.Stderr, "usage: helper carry serve")
		return 2
	}
	syscall.Umask(0)
	return serve()
}
