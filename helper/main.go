// The helper is the one program that tscompose runs in containers of its own. It is static and needs nothing of an image.
package main

import (
	"fmt"
	"os"

	"tscompose/helper/carry"
	"tscompose/helper/forward"
	"tscompose/helper/remove"
)

// Each subcommand is a package of its own; it gets the words after its name and returns the exit code.
var commands = map[string]func(args []string) int{
	"carry":   carry.Main,
	"forward": forward.Main,
	"remove":  remove.Main,
}

func main() {
	if len(os.Args) > 1 {
		if command, ok := commands[os.Args[1]]; ok {
			os.Exit(command(os.Args[2:]))
		}
	}
	fmt.Fprintln(os.Stderr, "usage: helper COMMAND")
	os.Exit(2)
}
