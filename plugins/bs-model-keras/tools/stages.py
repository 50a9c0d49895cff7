"""Where the stages of the library's networks end."""

import re
from typing import Any

BLOCKS = {
    "VGG": r"block\d_conv\d",
    "DenseNet": r"conv1_relu|conv\d_block\d+_concat|relu",
    "Xception": r"block1_conv2_act|add(_\d+)?|block14_sepconv2_act",
    "InceptionV3": r"activation_[24]|mixed\d+",
    "InceptionResNetV2": r"activation_[24]|block\d+_\d+_ac|custom_scale_layer_39",
    "MobileNetV2": r"(expanded_conv|block_\d+)_(project_BN|add)",
    "MobileNetV3": r"activation|re_lu|expanded_conv(_\d+)?_(project_bn|add)",
    "MobileNet": r"conv_pw_\d+_relu",
    "NASNet": r"stem_bn1|reduction_concat_stem_1|normal_concat_\d+",
    "EfficientNet": r"block\d[a-z]+_(project_bn|project_activation|add)",
    "ConvNeXt": r"add(_\d+)?",
}
"""Layers at which parts end that the authors name; the last at each resolution ends a stage.

Convolutions between the last block and the pooling are left out, as in the family of torchvision.
"""


def stages(name: str, network: Any) -> list[str]:
    """The layer at the end of each stage of a network, from the input on."""
    if name.startswith("ResNet"):  # v2 halves the resolution within the last block of a stage
        blocks = {
            part.name[:5]: part.name for part in network.layers if re.fullmatch(r"conv\d_block\d+_out", part.name)
        }
        first = "conv1_conv" if name.endswith("V2") else "conv1_relu"
        ends = [first, *blocks.values()]
        return [*ends[:-1], "post_relu"] if name.endswith("V2") else ends
    pattern = next(blocks for prefix, blocks in BLOCKS.items() if name.startswith(prefix))
    found: dict[int, str] = {}
    for part in network.operations:
        if re.fullmatch(pattern, part.name):
            found[part.output.shape[1]] = part.name
    return list(found.values())
