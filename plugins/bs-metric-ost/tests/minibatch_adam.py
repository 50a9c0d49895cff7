"""The decoder of Brain-Score 2 (``TFProbabilitiesClassifier``), in numpy: what its times are compared with."""

import numpy as np

RATE, EPOCHS, BATCH, DECAY = 1e-4, 40, 64, 0.463
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8


def probabilities(train, labels, test, classes, seed=0):
    """Softmax after 40 epochs of Adam, weights drawn by variance scaling (truncated normal), biases from 1."""
    mean, sd = train.mean(0), train.std(0)
    train, test = (train - mean) / sd, (test - mean) / sd
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=(4 * train.shape[1] * classes,))
    weights = weights[np.abs(weights) < 2][: train.shape[1] * classes].reshape(train.shape[1], classes)
    parameters = np.vstack([weights * np.sqrt(1 / train.shape[1]) / 0.87962566103423978, np.ones(classes)])
    train, test = (np.column_stack([part, np.ones(len(part))]) for part in (train, test))
    order, moments, squares, step = np.random.RandomState(0), np.zeros_like(parameters), np.zeros_like(parameters), 0
    for _ in range(EPOCHS):
        rows = np.arange(len(train))
        order.shuffle(rows)
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            error = softmax(train[batch] @ parameters)
            error[np.arange(len(batch)), labels[batch]] -= 1
            gradient = train[batch].T @ error / len(batch) + DECAY * parameters
            step += 1
            moments = BETA_1 * moments + (1 - BETA_1) * gradient
            squares = BETA_2 * squares + (1 - BETA_2) * gradient**2
            rate = RATE * np.sqrt(1 - BETA_2**step) / (1 - BETA_1**step)
            parameters = parameters - rate * moments / (np.sqrt(squares) + EPSILON)
    return softmax(test @ parameters)


def softmax(logits):
    raised = np.exp(logits - logits.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)
