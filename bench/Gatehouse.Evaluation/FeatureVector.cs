namespace Gatehouse.Evaluation;

/// <summary>The features of a window, sparse.</summary>
/// <param name="Places">Block and bucket of each.</param>
/// <param name="Values">Their values.</param>
internal sealed record FeatureVector(int[] Places, float[] Values);
