/* Plain gradient descent on binary cross-entropy for tanh networks of at most 16 neurons a layer, written as a person
 * would write it who knows the sizes: the least that a processor needs. Compiled by `plain.py`. */

#include <math.h>
#include <string.h>

#define WIDEST 16
#define DEEPEST 12

/* params: for each layer its weights [in][out], then its biases; order: rows in the order of the epoch. */
void train(const int *sizes, int layers, float *params, const float *x, const float *y, const int *order, int points,
           int batch, float rate) {
    static float slope[DEEPEST * (WIDEST + 1) * WIDEST];
    float values[DEEPEST + 1][WIDEST], deltas[DEEPEST + 1][WIDEST];
    int total = 0;
    for (int l = 0; l < layers; l++) total += (sizes[l] + 1) * sizes[l + 1];
    for (int start = 0; start < points; start += batch) {
        int rows = points - start < batch ? points - start : batch;
        memset(slope, 0, total * sizeof(float));
        for (int r = 0; r < rows; r++) {
            int row = order[start + r];
            memcpy(values[0], x + row * sizes[0], sizes[0] * sizeof(float));
            float *w = params;
            for (int l = 0; l < layers; l++) {
                int in = sizes[l], out = sizes[l + 1];
                float *bias = w + in * out;
                for (int j = 0; j < out; j++) values[l + 1][j] = bias[j];
                for (int i = 0; i < in; i++)
                    for (int j = 0; j < out; j++) values[l + 1][j] += values[l][i] * w[i * out + j];
                for (int j = 0; j < out; j++)
                    values[l + 1][j] = l + 1 < layers ? tanhf(values[l + 1][j]) : 1 / (1 + expf(-values[l + 1][j]));
                w = bias + out;
            }
            deltas[layers][0] = (values[layers][0] - y[row]) / rows;
            for (int l = layers - 1; l >= 0; l--) {
                int in = sizes[l], out = sizes[l + 1];
                w -= (in + 1) * out;
                float *dw = slope + (w - params), *db = dw + in * out;
                for (int j = 0; j < out; j++) db[j] += deltas[l + 1][j];
                for (int i = 0; i < in; i++) {
                    float back = 0, value = values[l][i];
                    for (int j = 0; j < out; j++) {
                        dw[i * out + j] += value * deltas[l + 1][j];
                        back += w[i * out + j] * deltas[l + 1][j];
                    }
                    deltas[l][i] = back * (1 - value * value);
                }
            }
        }
        for (int p = 0; p < total; p++) params[p] -= rate * slope[p];
    }
}
