"""The tuned layers as an ONNX file of whole numbers: a byte a weight.

Activations are whole numbers too, but for the second half of each layer, whose values reach so far
that a byte would blur them: its weights are stored as bytes and multiplied as floats.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from tracker.classify.training.tuning import Net

OPSET = 17
EXAMPLE = 7  # word pieces of the text that the graph is traced with


def write_layers(net: Net, path: Path) -> None:
    """Write what run.Encoder runs: inputs `vectors` and `mask`, outputs `event` and `kinds`."""
    net.eval()
    width = net.norm.normalized_shape[0]
    with tempfile.TemporaryDirectory() as folder:
        floats, bytes_ = Path(folder) / "floats.onnx", Path(folder) / "bytes.onnx"
        torch.onnx.export(
            net,
            (torch.zeros(2, EXAMPLE, width), torch.ones(2, EXAMPLE)),
            str(floats),
            input_names=["vectors", "mask"],
            output_names=["event", "kinds"],
            dynamic_axes={
                "vectors": {0: "texts", 1: "pieces"},
                "mask": {0: "texts", 1: "pieces"},
                "event": {0: "texts"},
                "kinds": {0: "texts"},
            },
            opset_version=OPSET,
            dynamo=False,
        )
        # In bytes the wide half of each layer cost 2 points (docs/accuracy.md).
        wide = _far_reaching(onnx.load(floats), net)
        quantize_dynamic(
            floats,
            bytes_,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=list(wide),
            extra_options={"MatMulConstBOnly": True},
        )
        model = onnx.load(bytes_)
    _store_as_bytes(model, set(wide.values()))
    onnx.save(model, path)


def _far_reaching(model: Any, net: Net) -> dict[str, str]:
    """Return the nodes of the second half of each layer, and the names of their weights."""
    shape = tuple(reversed(net.layers[0].fo.weight.shape))
    weights = {tensor.name for tensor in model.graph.initializer if tuple(tensor.dims) == shape}
    return {
        node.name: name
        for node in model.graph.node
        if node.op_type == "MatMul"
        for name in node.input
        if name in weights
    }


def _store_as_bytes(model: Any, names: set[str]) -> None:
    """Replace float weights by bytes with a scale a column, which the runtime multiplies out."""
    graph = model.graph
    for weight in [tensor for tensor in graph.initializer if tensor.name in names]:
        values = numpy_helper.to_array(weight)
        scale = np.abs(values).max(axis=0) / 127
        codes = np.round(values / scale).astype(np.int8)
        graph.initializer.remove(weight)
        graph.initializer.extend(
            [
                numpy_helper.from_array(codes, f"{weight.name}_codes"),
                numpy_helper.from_array(scale.astype(np.float32), f"{weight.name}_scale"),
            ]
        )
        inputs = [f"{weight.name}_codes", f"{weight.name}_scale"]
        graph.node.insert(0, helper.make_node("DequantizeLinear", inputs, [weight.name], axis=1))
