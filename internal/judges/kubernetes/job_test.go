package kubernetes

import (
	"os"
	"strconv"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	"k8s.io/kubernetes/pkg/apis/batch/validation"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"sigs.k8s.io/yaml"
)

// TestJobsAreValid: Kubernetes' own validation takes the Jobs of experiments/cluster, no
// field is misspelt, and a pod is told of how many parts it is one.
func TestJobsAreValid(t *testing.T) {
	for _, name := range []string{"job.yaml", "merge.yaml"} {
		text, err := os.ReadFile("../../../experiments/cluster/" + name)
		if err != nil {
			t.Fatal(err)
		}
		var job batchv1.Job
		if err := yaml.UnmarshalStrict(text, &job); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		job.Namespace = "default"
		legacyscheme.Scheme.Default(&job)
		var internal batch.Job
		if err := legacyscheme.Scheme.Convert(&job, &internal, nil); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		internal.Spec.ManualSelector = nil
		for _, wrong := range validate(&internal) {
			t.Errorf("%s: %v", name, wrong)
		}
		if name == "job.yaml" {
			env := job.Spec.Template.Spec.Containers[0].Env
			if n := strconv.Itoa(int(*job.Spec.Completions)); len(env) != 1 || env[0].Name != "JOB_COMPLETIONS" || env[0].Value != n {
				t.Errorf("%s: the environment is %v, want JOB_COMPLETIONS=%s", name, env, n)
			}
		}
	}
}

// validate says what is wrong with a Job as a user sends it: without the selector that the
// server adds.
func validate(job *batch.Job) (wrong []error) {
	for _, e := range validation.ValidateJobSpec(&job.Spec, nil, corevalidation.PodValidationOptions{}) {
		if e.Field != "selector" && e.Field != "template.metadata.labels" {
			wrong = append(wrong, e)
		}
	}
	return wrong
}
