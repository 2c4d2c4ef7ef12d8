// Package forward holds the published ports of a service and passes connections on to its containers, so that those
// can be replaced without anyone outside noticing.
package forward

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

const usage = `usage: helper forward run
       helper forward status
       helper forward set TABLE [GENERATION]
       helper forward wait BACKEND MILLISECONDS
       helper forward upgrade PROGRAM
       helper forward probe BACKEND MILLISECONDS`

// Main is the subcommand `forward`. Exit codes: 0 done, 1 failed, 2 bad words, 3 the table is another generation's.
func Main(args []string) int {
	folder := os.Getenv("FORWARD_STATE")
	if folder == "" {
		folder = "/state"
	}
	if len(args) == 1 && args[0] == "run" {
		return fail(run(folder))
	}
	if len(args) == 3 && args[0] == "probe" {
		return fail(probe(folder, args[1], args[2]))
	}
	asked, err := requestOf(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, usage)
		return 2
	}
	status, err := ask(folder, asked)
	if err != nil {
		if asked.Expect != nil && status.Generation != 0 && status.Generation != *asked.Expect {
			fmt.Fprintln(os.Stderr, err)
			return 3
		}
		return fail(err)
	}
	json.NewEncoder(os.Stdout).Encode(status)
	return 0
}

func requestOf(args []string) (request, error) {
	bad := errors.New("bad words")
	switch {
	case len(args) == 1 && args[0] == "status":
		return request{}, nil
	case len(args) >= 2 && len(args) <= 3 && args[0] == "set":
		var table Table
		if err := json.Unmarshal([]byte(args[1]), &table); err != nil {
			return request{}, err
		}
		if len(args) == 2 {
			return request{Set: &table}, nil
		}
		generation, err := strconv.Atoi(args[2])
		return request{Set: &table, Expect: &generation}, err
	case len(args) == 2 && args[0] == "upgrade":
		return request{Upgrade: args[1]}, nil
	case len(args) == 3 && args[0] == "wait":
		limit, err := strconv.Atoi(args[2])
		return request{Wait: args[1], Milliseconds: limit}, err
	}
	return request{}, bad
}

func fail(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func run(folder string) error {
	given := inherit()
	s, err := newServer(folder, given.sockets)
	if err != nil {
		return err
	}
	if err := s.succeed(given); err != nil {
		return err
	}
	// As the first process of a container it gets no signal that it does not ask for.
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)
	failed := make(chan error, 1)
	go func() { failed <- s.obey(given.ready) }()
	fmt.Println("ready")
	select {
	case <-end:
		return nil
	case <-lifetime():
		return nil
	case err := <-s.over:
		return err
	case err := <-failed:
		return err
	}
}

// A lifetime ends after the seconds that FORWARD_SECONDS names; without it, never.
func lifetime() <-chan time.Time {
	seconds, err := strconv.Atoi(os.Getenv("FORWARD_SECONDS"))
	if err != nil || seconds <= 0 {
		return nil
	}
	return time.After(time.Duration(seconds) * time.Second)
}

// Waits until a backend takes connections on one of the TCP ports. Without any there is nothing to wait for.
func probe(folder, host, limit string) error {
	milliseconds, err := strconv.Atoi(limit)
	if err != nil {
		return err
	}
	status, err := ask(folder, request{})
	if err != nil {
		return err
	}
	names := newResolver()
	deadline := time.Now().Add(time.Duration(milliseconds) * time.Millisecond)
	for {
		var last error
		for _, port := range status.Table.Ports {
			if port.Protocol != "tcp" {
				continue
			}
			upstream, err := names.connect(host, port.target(), time.Second, true)
			if err == nil {
				upstream.Close()
				return nil
			}
			last = err
		}
		if last == nil || time.Now().After(deadline) {
			return last
		}
		time.Sleep(50 * time.Millisecond)
	}
}
