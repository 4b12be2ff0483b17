"""One thin file per gRPC service: decode, call the engine, encode. Status codes and models are handled elsewhere."""
