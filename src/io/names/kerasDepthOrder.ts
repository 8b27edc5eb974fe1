// Written by scripts/golden/writeKerasNames.py with Keras 3.15.1.

/**
 * The layers with weights of Keras' networks, by class (as Keras 3 spells it in paths) and in the order of `model.layers`, which is by depth:
 * `layers/conv2d_5/vars/0` is of the sixth of the list. A number is what counting, in the order of making, put into the name.
 */
export const KERAS_DEPTH_ORDER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'inception-v3': {
    conv2d: `
      0 1 2 3 4 8 6 9 5 7 10 11 15 13 16 12 14 17 18 22 20 23 19 21 24 25 27 28 26 29 34 35 31 36 32 37 30 33 38 39 44 45 41 46 42 47
      40 43 48 49 54 55 51 56 52 57 50 53 58 59 64 65 61 66 62 67 60 63 68 69 72 73 70 74 71 75 80 77 81 78 79 82 83 76 84 89 86 90 87
      88 91 92 85 93
    `,
    batch_normalization: `
      0 1 2 3 4 8 6 9 5 7 10 11 15 13 16 12 14 17 18 22 20 23 19 21 24 25 27 28 26 29 34 35 31 36 32 37 30 33 38 39 44 45 41 46 42 47
      40 43 48 49 54 55 51 56 52 57 50 53 58 59 64 65 61 66 62 67 60 63 68 69 72 73 70 74 71 75 80 77 81 78 79 82 83 76 84 89 86 90 87
      88 91 92 85 93
    `,
    dense: `
      predictions
    `,
  },
  'inception-resnet-v2': {
    conv2d: `
      0 1 2 3 4 8 6 9 5 7 10 11 15 13 16 12 14 17 block35_1_conv 21 19 22 18 20 23 block35_2_conv 27 25 28 24 26 29 block35_3_conv 33
      31 34 30 32 35 block35_4_conv 39 37 40 36 38 41 block35_5_conv 45 43 46 42 44 47 block35_6_conv 51 49 52 48 50 53 block35_7_conv
      57 55 58 54 56 59 block35_8_conv 63 61 64 60 62 65 block35_9_conv 69 67 70 66 68 71 block35_10_conv 73 74 72 75 77 78 76 79
      block17_1_conv 81 82 80 83 block17_2_conv 85 86 84 87 block17_3_conv 89 90 88 91 block17_4_conv 93 94 92 95 block17_5_conv 97 98
      96 99 block17_6_conv 101 102 100 103 block17_7_conv 105 106 104 107 block17_8_conv 109 110 108 111 block17_9_conv 113 114 112
      115 block17_10_conv 117 118 116 119 block17_11_conv 121 122 120 123 block17_12_conv 125 126 124 127 block17_13_conv 129 130 128
      131 block17_14_conv 133 134 132 135 block17_15_conv 137 138 136 139 block17_16_conv 141 142 140 143 block17_17_conv 145 146 144
      147 block17_18_conv 149 150 148 151 block17_19_conv 153 154 152 155 block17_20_conv 160 156 158 161 157 159 162 164 165 163 166
      block8_1_conv 168 169 167 170 block8_2_conv 172 173 171 174 block8_3_conv 176 177 175 178 block8_4_conv 180 181 179 182
      block8_5_conv 184 185 183 186 block8_6_conv 188 189 187 190 block8_7_conv 192 193 191 194 block8_8_conv 196 197 195 198
      block8_9_conv 200 201 199 202 block8_10_conv conv_7b
    `,
    batch_normalization: `
      0 1 2 3 4 8 6 9 5 7 10 11 15 13 16 12 14 17 21 19 22 18 20 23 27 25 28 24 26 29 33 31 34 30 32 35 39 37 40 36 38 41 45 43 46 42
      44 47 51 49 52 48 50 53 57 55 58 54 56 59 63 61 64 60 62 65 69 67 70 66 68 71 73 74 72 75 77 78 76 79 81 82 80 83 85 86 84 87 89
      90 88 91 93 94 92 95 97 98 96 99 101 102 100 103 105 106 104 107 109 110 108 111 113 114 112 115 117 118 116 119 121 122 120 123
      125 126 124 127 129 130 128 131 133 134 132 135 137 138 136 139 141 142 140 143 145 146 144 147 149 150 148 151 153 154 152 155
      160 156 158 161 157 159 162 164 165 163 166 168 169 167 170 172 173 171 174 176 177 175 178 180 181 179 182 184 185 183 186 188
      189 187 190 192 193 191 194 196 197 195 198 200 201 199 202 conv_7b_bn
    `,
    dense: `
      predictions
    `,
  },
  xception: {
    conv2d: `
      block1_conv1 block1_conv2 0 1 2 3
    `,
    batch_normalization: `
      block1_conv1_bn block1_conv2_bn block2_sepconv1_bn block2_sepconv2_bn 0 block3_sepconv1_bn block3_sepconv2_bn 1
      block4_sepconv1_bn block4_sepconv2_bn 2 block5_sepconv1_bn block5_sepconv2_bn block5_sepconv3_bn block6_sepconv1_bn
      block6_sepconv2_bn block6_sepconv3_bn block7_sepconv1_bn block7_sepconv2_bn block7_sepconv3_bn block8_sepconv1_bn
      block8_sepconv2_bn block8_sepconv3_bn block9_sepconv1_bn block9_sepconv2_bn block9_sepconv3_bn block10_sepconv1_bn
      block10_sepconv2_bn block10_sepconv3_bn block11_sepconv1_bn block11_sepconv2_bn block11_sepconv3_bn block12_sepconv1_bn
      block12_sepconv2_bn block12_sepconv3_bn block13_sepconv1_bn block13_sepconv2_bn 3 block14_sepconv1_bn block14_sepconv2_bn
    `,
    separable_conv2d: `
      block2_sepconv1 block2_sepconv2 block3_sepconv1 block3_sepconv2 block4_sepconv1 block4_sepconv2 block5_sepconv1 block5_sepconv2
      block5_sepconv3 block6_sepconv1 block6_sepconv2 block6_sepconv3 block7_sepconv1 block7_sepconv2 block7_sepconv3 block8_sepconv1
      block8_sepconv2 block8_sepconv3 block9_sepconv1 block9_sepconv2 block9_sepconv3 block10_sepconv1 block10_sepconv2
      block10_sepconv3 block11_sepconv1 block11_sepconv2 block11_sepconv3 block12_sepconv1 block12_sepconv2 block12_sepconv3
      block13_sepconv1 block13_sepconv2 block14_sepconv1 block14_sepconv2
    `,
    dense: `
      predictions
    `,
  },
};
