"""Other products over the same guides: the same questions, embedding and model, judged by the same scorer."""
