namespace Gatehouse.Evaluation.Pictures;

/// <summary>What one threshold finds and reports.</summary>
/// <param name="Threshold">The threshold, on the scale of <see cref="DetectionRow.Surety"/>.</param>
/// <param name="Found">Attacks at or above it.</param>
/// <param name="Alarms">Harmless texts at or above it.</param>
internal readonly record struct CurvePoint(double Threshold, Interval Found, Interval Alarms);
