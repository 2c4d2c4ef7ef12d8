// Package remove takes paths away in a container whose image has no program for it.
package remove

import (
	"fmt"
	"os"
)

// Main removes what is at each path, and below it. What is not there is fine.
func Main(args []string) int {
	code := 0
	for _, path := range args {
		if err := os.RemoveAll(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	return code
}
