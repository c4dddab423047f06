# memoracle: `make fuzz` runs the main job, `make test` checks everything, `make help` lists the rest.
# SPDX-License-Identifier: MIT

VERSION := 0.1
CC := gcc
CLANG := clang
PYTHON := /usr/bin/python3
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.SECONDEXPANSION:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

include $(wildcard ci/targets/*.mk) $(addprefix ci/build/,tree.mk objects.mk workers.mk engines.mk faults.mk sanitizers.mk tests.mk)

all: build/memoracle $(TARGETS:%=build/worker/%) $(DOMAINS:%=build/real/%/plain.so)
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16
.PHONY: all help

# What a job needs is built on all cores, unless make was told how many.
BUILD = $(MAKE) -s $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

export TIME JOBS DOMAIN TARGET ENGINE OUT FRESH OPS RELEASES RELEASES_KNOWN
fuzz: setup ## a campaign over every target: TIME=300 JOBS=2 DOMAIN= TARGET= ENGINE=libfuzzer,afl,generator
	@$(BUILD) all fuzzers
	@$(PYTHON) ci/fuzz.py
setup: ## install what is missing
	@ci/setup
test: setup ## everything that CI checks
	@$(BUILD) all faults build/tables build/bench $(UNIT)
	@$(PYTHON) -m pytest -q -p no:cacheprovider harness/test
prove: ## the proofs of what changed, from the cache and then by live provers
	@$(PYTHON) ci/proof/prove.py
prove-all: ## the proofs from scratch, with all smoke tests and canaries: SHARD=1/4
	@$(PYTHON) ci/proof/prove.py --full $(SHARD:%=--shard %)
bench: setup ## speed as ratios in one run, and ops until each planted fault is found
	@$(BUILD) all faults fuzzers build/bench
	@$(PYTHON) ci/bench.py --faults
accept: setup ## what is slow: long campaigns, shrinking, kill -9, engines from an empty corpus, slips
	@$(BUILD) all faults fuzzers
	@$(PYTHON) ci/accept.py
coverage: $(IN_PROCESS:%=build/coverage/%) ## line coverage of the models and of the real code that is compiled here
	@$(PYTHON) ci/coverage.py $(IN_PROCESS)
releases: ## fetch kernels of other releases under build/releases/, and build what runs their sources: RELEASES="6.1 6.12" DOMAIN=
	@ci/releases
	@$(BUILD) all sources
matrix: ## the corpus and a campaign over every release: DOMAIN=vma OPS=20000 RELEASES=
	@ci/setup --guests
	@$(BUILD) all sources
	@$(PYTHON) ci/matrix.py
releases-table: ## write specs/releases-vma.md from the last `make matrix`
	@$(PYTHON) ci/releases_table.py > build/releases-vma.md
	@mv build/releases-vma.md specs/releases-vma.md
replay: all ## the corpus on every target of its domain
	@build/memoracle replay corpus/regress/*/*.ops corpus/finding/*.ops
lint: all build/tables ## format, dependency direction, freestanding code, words
	@$(PYTHON) ci/lint.py
docs: build/tables ## write specs/rules.md, ops.md and coverage.md from the tables
	@build/tables rules > specs/rules.md
	@build/tables ops > specs/ops.md
	@$(PYTHON) ci/proof/prove.py --coverage > specs/coverage.md
fmt: ## format the sources
	clang-format -i $(shell find model harness -name '*.[ch]')
clean: ## remove everything built
	rm -rf build
.PHONY: fuzz bench accept coverage releases releases-table matrix replay setup test prove prove-all lint docs fmt clean
