// Package packaging holds what is shipped against what it promises: the container
// image, the GitHub Action, the archives of a release. None of them needs more here
// than Go and bash: the steps of Dockerfile and action.yml are carried out as they
// stand there, without the programs that would read them.
package packaging
