// SPDX-License-Identifier: Apache-2.0

// Makes dockerignore.json: what BuildKit's own code says of patterns and paths. In an empty directory:
//
//	go mod init x && go get github.com/moby/patternmatcher@v0.6.1 && go run dockerignore.go > dockerignore.json
package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"sort"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

type row struct {
	Ignore string         `json:"ignore"`
	Fault  bool           `json:"fault"`
	Paths  map[string]int `json:"paths,omitempty"` // 1: kept back
}

// As fsutil's Walk does: each directory's result is handed down.
func judge(pm *patternmatcher.PatternMatcher, path string) (bool, error) {
	parts := strings.Split(path, "/")
	info := patternmatcher.MatchInfo{}
	matched := false
	for i := range parts {
		var err error
		matched, info, err = pm.MatchesUsingParentResults(strings.Join(parts[:i+1], "/"), info)
		if err != nil {
			return false, err
		}
	}
	return matched, nil
}

func ask(ignore string, paths []string) row {
	r := row{Ignore: ignore}
	patterns, err := ignorefile.ReadAll(strings.NewReader(ignore))
	var pm *patternmatcher.PatternMatcher
	if err == nil {
		pm, err = patternmatcher.New(patterns)
	}
	if err != nil {
		r.Fault = true
		return r
	}
	r.Paths = map[string]int{}
	for _, p := range paths {
		m, err := judge(pm, p)
		if err != nil {
			return row{Ignore: ignore, Fault: true}
		}
		if m {
			r.Paths[p] = 1
		} else {
			r.Paths[p] = 0
		}
	}
	return r
}

var written = []string{
	"", "\n\n", "# comment\n*/temp*\n*/*/temp*\ntemp?\n", "*.md\n!README.md\n", "*.md\n!README*.md\nREADME-secret.md\n",
	"*.md\nREADME-secret.md\n!README*.md\n", "**/*.go\n", "\xef\xbb\xbf# x\n\xef\xbb\xbfa\n", "\xef\xbb\xbfa\n", " # no comment\n",
	"#a\n", "  a  \n\tb\t\r\n", "/a\n", "/\n", "!\n", "! a\n", "!/\n", "/!a\n*\n", "*\n/!a\n", "a/../b\n", "../a\n", "a/\n", "./a\n",
	"a//b\n", ".\n", "..\n", "*\n!a/b\n", "*\n!**/b\n", "**\n", "**/\n", "**/a\n", "**a\n", "a/**\n", "a/**/b\n", "a**\n", "**/a/**\n",
	"a**b\n", "*a\n", "a*\n", "?\n", "a?b\n", "[ab]\n", "[a-c]x\n", "[^a]\n", "[!a]\n", "[]a]\n", "[a\n", "a[\n", "[z-a]\n", "[\\]]\n",
	"\\*\n", "a\\\n", "^a\n", "^a*\n", "a^*\n", "a.b\n", "a.*\n", "(a)*\n", "a+*\n", "{a}*\n", "$a*\n", "a b\n",
	"é*\n", "?é\n", "[é]\n", "node_modules\n!node_modules/keep\n", "*\n!.\n", "!a\na\n", "a\n!a\na\n", "**/b\n!a\n", "a\n!a/b\na/b/c\n",
	"*\n!src\nsrc/*.key\n!src/ok.key\n", "**/.git\n**/.env*\n!.env.example\n", "*/\n", "**/**\n", "**/**/a\n", "a/**/**\n", "***\n", "a***\n",
	"dir/*\n!dir/sub/*\n", "/**/a\n", "!**/a\n**\n!**/b\n", "]\n", "a]*\n", "-\n", "[a-]\n", "[-a]\n", "[a\\-c]\n", "a\x00b\n",
}

var names = []string{"a", "b", "c", "ab", "xa", "a.b", "axb", "README.md", "README-secret.md", "temp", "tempa", "temps", "é", "aé", ".env",
	".env.example", ".git", "src", "ok.key", "x.key", "x.go", "a b", "]", "*", "^a", "^ab", "(a)x", "a+x", "{a}", "$ab", "a|bc", "-", "!a", "dir", "sub"}

func paths(r *rand.Rand, n int) []string {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	for len(set) < len(names)+n {
		parts := []string{}
		for i := r.Intn(4); i >= 0; i-- {
			parts = append(parts, names[r.Intn(len(names))])
		}
		set[strings.Join(parts, "/")] = true
	}
	list := []string{}
	for p := range set {
		list = append(list, p)
	}
	sort.Strings(list)
	return list
}

func pattern(r *rand.Rand) string {
	pieces := []string{"*", "**", "**/", "/", "?", "a", "b", "ab", "x", ".", "[ab]", "[^a]", "\\*", "dir", "sub", "/a", "/b", "src/", "é", "^", "..", "!"}
	out := ""
	if r.Intn(4) == 0 {
		out = "!"
	}
	for i := r.Intn(4); i >= 0; i-- {
		out += pieces[r.Intn(len(pieces))]
	}
	return out
}

func main() {
	r := rand.New(rand.NewSource(5))
	rows := []row{}
	for _, text := range written {
		rows = append(rows, ask(text, paths(r, 12)))
	}
	for i := 0; i < 160; i++ {
		lines := []string{}
		for k := r.Intn(5); k >= 0; k-- {
			lines = append(lines, pattern(r))
		}
		all := paths(r, 40)
		r.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
		rows = append(rows, ask(strings.Join(lines, "\n"), all[:20]))
	}
	fmt.Println("[")
	for i, one := range rows {
		text, _ := json.Marshal(one)
		end := ","
		if i == len(rows)-1 {
			end = ""
		}
		fmt.Fprintln(os.Stdout, string(text)+end)
	}
	fmt.Println("]")
}
