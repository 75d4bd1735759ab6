namespace Gatehouse.Detection.Content;

/// <summary>The scale and the thresholds of a head.</summary>
/// <param name="WideStep">The value of one step of a weight of the wide classifier.</param>
/// <param name="NearStep">The same of the near classifier.</param>
/// <param name="Bias">The score of a window without a feature, of both together.</param>
/// <param name="Low">Scores from here are findings of low confidence; for definitions, soft findings.</param>
/// <param name="Medium">Scores from here are findings of medium confidence.</param>
/// <param name="High">Scores from here are findings of high confidence.</param>
internal sealed record HeadScale(float WideStep, float NearStep, double Bias, double Low, double Medium, double High);
