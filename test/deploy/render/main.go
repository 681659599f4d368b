// Renders a Helm chart with what Helm renders it with, text/template and sprig, and the few functions that Helm adds: for the tests where no
// Helm can be had. `render CHART KUBERNETES` reads values from standard input, laid over the chart's own, and prints a JSON object from template to text.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v3"
)

type files string

func (chart files) Get(name string) string {
	text, err := os.ReadFile(filepath.Join(string(chart), name))
	must(err)
	return string(text)
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(text []byte) map[string]interface{} {
	value := map[string]interface{}{}
	must(yaml.Unmarshal(text, &value))
	return value
}

// Helm lays maps over maps and takes everything else whole.
func over(base, changes map[string]interface{}) map[string]interface{} {
	for key, change := range changes {
		below, isMap := base[key].(map[string]interface{})
		if above, both := change.(map[string]interface{}); isMap && both {
			change = over(below, above)
		}
		base[key] = change
	}
	return base
}

func toYaml(value interface{}) (string, error) {
	out := strings.Builder{}
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	err := encoder.Encode(value)
	return strings.TrimSuffix(out.String(), "\n"), err
}

func main() {
	chart := os.Args[1]
	own, err := os.ReadFile(filepath.Join(chart, "values.yaml"))
	must(err)
	given, err := io.ReadAll(os.Stdin)
	must(err)
	facts, err := os.ReadFile(filepath.Join(chart, "Chart.yaml"))
	must(err)
	about := read(facts)

	templates := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	functions["toYaml"] = toYaml
	functions["fromJson"] = func(text string) (map[string]interface{}, error) {
		value := map[string]interface{}{}
		return value, json.Unmarshal([]byte(text), &value)
	}
	functions["include"] = func(name string, data interface{}) (string, error) {
		out := strings.Builder{}
		err := templates.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	functions["fail"] = func(why string) (string, error) { return "", fmt.Errorf("%s", why) }
	templates.Funcs(functions)

	paths, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	must(err)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		must(err)
		_, err = templates.New(filepath.Base(path)).Parse(string(text))
		must(err)
	}
	data := map[string]interface{}{
		"Values":       over(read(own), read(given)),
		"Release":      map[string]interface{}{"Name": "ops", "Namespace": "salvor", "Service": "Helm"},
		"Chart":        map[string]interface{}{"Name": about["name"], "Version": about["version"], "AppVersion": about["appVersion"]},
		"Files":        files(chart),
		"Capabilities": map[string]interface{}{"KubeVersion": map[string]interface{}{"Version": os.Args[2]}},
	}
	rendered := map[string]string{}
	for _, path := range paths {
		if name := filepath.Base(path); !strings.HasPrefix(name, "_") {
			out := strings.Builder{}
			must(templates.ExecuteTemplate(&out, name, data))
			rendered[name] = out.String()
		}
	}
	must(json.NewEncoder(os.Stdout).Encode(rendered))
}
