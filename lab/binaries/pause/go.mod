module cn2-fleet/lab/binaries/pause

go 1.26.0
