# Everything the project does, one target each. `make help` lists them.

PAPERS := $(sort $(notdir $(patsubst %/,%,$(dir $(wildcard papers/*/Cargo.toml)))))
JOBS   ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
CARGO  ?= cargo
BIN    := $(or $(CARGO_TARGET_DIR),target)/release

ifdef PAPER
  ifeq ($(filter $(PAPER),$(PAPERS)),)
    ifeq ($(filter new,$(MAKECMDGOALS)),)
      $(error there is no papers/$(PAPER); the papers are: $(PAPERS))
    endif
  endif
  CHOSEN := $(PAPER)
  BUILD  := $(CARGO) build --release --locked --package $(PAPER) --package gallery
else
  CHOSEN := $(PAPERS)
  BUILD  := $(CARGO) build --release --locked --workspace --bins
endif

ifneq ($(filter reproduce-slurm,$(MAKECMDGOALS)),)
  SUBMIT := $(or $(PAPER),$(error name the paper: make reproduce-slurm PAPER=xor-grokking SHARDS=8)) \
    $(or $(SHARDS),$(error say how many tasks: make reproduce-slurm PAPER=$(PAPER) SHARDS=8))
endif

# Papers run side by side and share the cores through make's job server. `-k`: one paper that
# fails does not stop the others.
EACH = $(MAKE) --no-print-directory -k -j$(JOBS) $(addprefix $(1)/,$(CHOSEN))

.DEFAULT_GOAL := help
.PHONY: help reproduce reproduce-slurm verify verify-cpus test bench status gallery new expect data clean build lint

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  With PAPER=<slug>, reproduce, verify, verify-cpus, status and expect work on one paper."

reproduce: build ## regenerate every figure, table and claim that is not current, and the gallery
	+@$(call EACH,run); papers=$$?; $(BIN)/gallery; gallery=$$?; \
	  if [ $$papers -ne 0 ]; then exit $$papers; fi; exit $$gallery

reproduce-slurm: build ## submit a sweep to Slurm: PAPER=<slug> SHARDS=<n>, and more in docs/cluster.md
	@$(CARGO) xtask slurm $(SUBMIT) $(if $(SCALE),--scale $(SCALE)) $(SET:%=--set '%') $(if $(DRY_RUN),--dry-run) -- $(SBATCH)

verify: build ## recompute everything without the cache and compare all bytes with figures/
	+@$(call EACH,verify)

verify-cpus: build ## compare probes and smoke runs on emulated processors with the committed bytes
	@$(CARGO) xtask verify-cpus $(PAPER)

status: build ## say which outputs are current, and what changed
	+@$(call EACH,status)

test: build ## run all tests
	$(CARGO) test --release --locked --workspace

lint: ## check formatting and lints
	$(CARGO) fmt --all --check
	$(CARGO) clippy --release --locked --workspace --all-targets -- --deny warnings

bench: ## time kernels, training steps, the engine and whole cells beside peers: docs/performance.md
	@$(CARGO) xtask bench $(PAPER) $(if $(ROUNDS),--rounds $(ROUNDS))

data: ## download external data sets that are missing (the only target that needs a network)
	@$(CARGO) xtask data

# With a paper beside it the gallery asks for the same build of polars as everything else.
gallery: ## write figures/index.html, a page for each paper, and RO-Crate metadata
	@$(CARGO) build --release --locked --package gallery $(addprefix --package ,$(firstword $(PAPERS)))
	@$(BIN)/gallery

new: ## start a paper: make new PAPER=my-paper
	@$(CARGO) xtask new $(or $(PAPER),$(error name the paper: make new PAPER=my-paper))

expect: build ## take smoke runs as what `make test` expects; with PAPER=<slug>, of one paper
	@$(CARGO) xtask expect $(CHOSEN)

clean: ## remove everything that was built or cached; figures/ stays
	$(CARGO) clean

build:
	@$(BUILD)

.PHONY: $(addprefix run/,$(PAPERS)) $(addprefix verify/,$(PAPERS)) $(addprefix status/,$(PAPERS))

$(addprefix run/,$(PAPERS)): run/%:
	+@$(BIN)/$* run

$(addprefix verify/,$(PAPERS)): verify/%:
	+@$(BIN)/$* verify

$(addprefix status/,$(PAPERS)): status/%:
	@$(BIN)/$* status
