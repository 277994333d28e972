package packaging_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// action is what this test reads of action.yml.
type action struct {
	Inputs  map[string]struct{ Description, Default string }
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []struct {
			Name, ID, If, Uses, Shell, Run string
			Env                            map[string]string
		}
	}
}

func readAction(t *testing.T) (a action) {
	t.Helper()
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "action.yml")), &a))
	require.Equal(t, "composite", a.Runs.Using)
	return a
}

// The steps of the action, run by bash as a runner would: fakedc is put on the PATH,
// a client that does well passes, one that does not fails the job.
func TestAction(t *testing.T) {
	a := readAction(t)
	temp := t.TempDir()
	paths, outputs := filepath.Join(temp, "path"), filepath.Join(temp, "output")
	env := append(inherited(), "RUNNER_TEMP="+temp, "GITHUB_PATH="+paths, "GITHUB_OUTPUT="+outputs, "GITHUB_ACTIONS=true")
	checkout, err := filepath.Abs(root)
	require.NoError(t, err)
	given := map[string]string{"github.action_path": checkout}

	run := func(inputs map[string]string) (code int, stderr string) {
		for name, in := range a.Inputs {
			given["inputs."+name] = in.Default
		}
		for name, value := range inputs {
			given["inputs."+name] = value
		}
		work := t.TempDir()
		for _, s := range a.Runs.Steps {
			if s.Run == "" || s.If == "inputs.run != ''" && given["inputs.run"] == "" {
				continue
			}
			require.Equal(t, "bash", s.Shell)
			own := env
			for name, value := range s.Env {
				own = append(own, name+"="+expand(t, value, given))
			}
			if added, err := os.ReadFile(paths); err == nil {
				first, _, _ := strings.Cut(string(added), "\n")
				own = append(own, "PATH="+first+string(os.PathListSeparator)+os.Getenv("PATH"))
			}
			if code, _, stderr = bash(t, work, s.Run, own...); code != 0 {
				return code, stderr
			}
		}
		return 0, stderr
	}

	code, stderr := run(nil)
	require.Zero(t, code, stderr)
	added, err := os.ReadFile(paths)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(added), "\n"))
	require.FileExists(t, filepath.Join(strings.TrimSpace(string(added)), "fakedc"))

	code, stderr = run(map[string]string{"run": `test -n "$FAKEDC_ADDR" && fakedc wait`})
	require.Zero(t, code, stderr)
	told, err := os.ReadFile(outputs)
	require.NoError(t, err)
	for name, out := range a.Outputs {
		require.Equal(t, "${{ steps.exec.outputs."+name+" }}", out.Value)
		require.Contains(t, string(told), name+"=fakedc.")
	}

	code, stderr = run(map[string]string{"run": "true", "scenario": "builtin:flood-wait"})
	require.Equal(t, 1, code, "nothing was uploaded")
	require.Contains(t, stderr, "::error title=fakedc%3A expectation")
	code, _ = run(map[string]string{"run": "false | true"})
	require.Equal(t, 5, code, "the command fails")
	code, stderr = run(map[string]string{"run": "true", "fault": "part=2: nonsense"})
	require.Equal(t, 2, code, stderr)
	// Nor is the journal of an earlier step told as this one's.
	earlier := filepath.Join(temp, "earlier.jsonl")
	require.NoError(t, os.WriteFile(earlier, []byte(`{"fakedc_journal":1}`+"\n"), 0o600))
	code, stderr = run(map[string]string{"run": "true", "fault": "part=2: nonsense", "journal": earlier})
	require.Equal(t, 2, code, stderr)
	require.NotContains(t, stderr, "earlier.jsonl")
	require.NoFileExists(t, earlier)
	code, stderr = run(map[string]string{"run": `echo "$(id -u)"; exit 0`, "report": "$(touch pwned).xml"})
	require.Zero(t, code, stderr)
	written, err := filepath.Glob(filepath.Join(filepath.Dir(temp), "*", "pwned"))
	require.NoError(t, err)
	require.Empty(t, written)
}

// expand puts values in place of ${{ name }}.
func expand(t *testing.T, text string, given map[string]string) string {
	t.Helper()
	for name, value := range given {
		text = strings.ReplaceAll(text, "${{ "+name+" }}", value)
	}
	require.NotContains(t, text, "${{")
	return text
}

// What a caller gives must never become part of a script.
func TestActionTakesInputsAsVariables(t *testing.T) {
	for _, s := range readAction(t).Runs.Steps {
		require.NotContains(t, s.Run, "${{", s.Name)
		if s.Uses != "" {
			require.Regexp(t, `^actions/[a-z-]+@v\d+$`, s.Uses, "of GitHub's own, with its version")
		}
	}
}
