// SPDX-License-Identifier: Apache-2.0

// Writes a bbolt database from a JSON description, to make the fixtures of src/format/testdata and src/db/testdata:
//
//	go mod init fixtures && go get go.etcd.io/bbolt@v1.4.0 && go run bbolt_from_json.go [-page BYTES] IN.json OUT.db
//
// A member whose name ends in "/" is a bucket (the slash is not part of its name), any other one a key: its value is
// written as the JSON text that stands there, a string of the form "raw:TEXT" as TEXT. "fill:PREFIX:N:BYTES" as the value
// of "*" makes N keys PREFIX000000… with values of that many bytes.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"sort"
	"strconv"
	"strings"

	bolt "go.etcd.io/bbolt"
)

type bucket interface {
	CreateBucketIfNotExists([]byte) (*bolt.Bucket, error)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func fill(b *bolt.Bucket, rule string) {
	part := strings.Split(rule, ":")
	n, err := strconv.Atoi(part[1])
	check(err)
	size, err := strconv.Atoi(part[2])
	check(err)
	for i := 0; i < n; i++ {
		value := strings.Repeat(string(rune('a'+i%26)), size)
		check(b.Put([]byte(fmt.Sprintf("%s%06d", part[0], i)), []byte(value)))
	}
}

func write(to bucket, tree map[string]json.RawMessage) {
	names := make([]string, 0, len(tree))
	for name := range tree {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		raw := tree[name]
		if strings.HasSuffix(name, "/") {
			var inner map[string]json.RawMessage
			check(json.Unmarshal(raw, &inner))
			b, err := to.CreateBucketIfNotExists([]byte(strings.TrimSuffix(name, "/")))
			check(err)
			write(b, inner)
			continue
		}
		b, ok := to.(*bolt.Bucket)
		if !ok {
			log.Fatalf("%s: a key outside of any bucket", name)
		}
		var text string
		if json.Unmarshal(raw, &text) == nil && strings.HasPrefix(text, "fill:") {
			fill(b, strings.TrimPrefix(text, "fill:"))
			continue
		}
		value := []byte(nil)
		if json.Unmarshal(raw, &text) == nil && strings.HasPrefix(text, "raw:") {
			value = []byte(strings.TrimPrefix(text, "raw:"))
		} else {
			var compact bytes.Buffer
			check(json.Compact(&compact, raw))
			value = compact.Bytes()
		}
		check(b.Put([]byte(name), value))
	}
}

func main() {
	page := flag.Int("page", 1024, "page size")
	flag.Parse()
	if flag.NArg() != 2 {
		log.Fatal("usage: bbolt_from_json [-page BYTES] IN.json OUT.db")
	}
	in, err := os.ReadFile(flag.Arg(0))
	check(err)
	var tree map[string]json.RawMessage
	check(json.Unmarshal(in, &tree))
	_ = os.Remove(flag.Arg(1))
	db, err := bolt.Open(flag.Arg(1), 0o644, &bolt.Options{PageSize: *page})
	check(err)
	db.AllocSize = *page
	check(db.Update(func(tx *bolt.Tx) error { write(tx, tree); return nil }))
	// Once more, so that both meta pages name this state.
	check(db.Update(func(*bolt.Tx) error { return nil }))
	check(db.Close())
}
