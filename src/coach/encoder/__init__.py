"""Reading two texts together with the packaged model, taught further for each use."""
