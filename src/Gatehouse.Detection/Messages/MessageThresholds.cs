namespace Gatehouse.Detection.Messages;

/// <summary>The scores of the learned model from which a place has findings.</summary>
/// <param name="Low">Scores from here are reported with low confidence.</param>
/// <param name="Medium">Scores from here are reported with medium confidence.</param>
/// <param name="High">Scores from here are reported with high confidence.</param>
public sealed record MessageThresholds(double Low, double Medium, double High);
